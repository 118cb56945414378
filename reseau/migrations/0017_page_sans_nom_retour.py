import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0016_clotures_annoncees'),
    ]

    operations = [
        migrations.AlterField(
            model_name='pagereseau',
            name='reseau',
            field=models.OneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.reseau', verbose_name='réseau'),
        ),
    ]
