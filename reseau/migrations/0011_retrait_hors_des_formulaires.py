from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0010_envois_uniques'),
    ]

    operations = [
        migrations.AlterField(
            model_name='contribution',
            name='retire_motif',
            field=models.TextField(blank=True, editable=False, max_length=1000, verbose_name='motif du retrait'),
        ),
    ]
