from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0011_retrait_hors_des_formulaires'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notification',
            name='precision',
            field=models.CharField(blank=True, max_length=160),
        ),
    ]
