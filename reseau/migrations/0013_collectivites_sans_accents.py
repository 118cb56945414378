from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0012_precision_plus_longue'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='collectivite',
            options={'ordering': ['slug'], 'verbose_name': 'collectivité', 'verbose_name_plural': 'collectivités'},
        ),
    ]
