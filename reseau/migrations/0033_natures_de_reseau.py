import django.db.models.deletion
from django.db import migrations, models


def nommer_les_poles(apps, schema_editor):
    apps.get_model('reseau', 'Reseau').objects.exclude(pole=None).update(nature='pole')


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0032_archives_de_reseau'),
    ]

    operations = [
        migrations.AddField(
            model_name='reseau',
            name='nature',
            field=models.CharField(choices=[('reseau', 'réseau'), ('pole', 'espace d’un pôle'), ('groupe', 'groupe de travail')], default='reseau', max_length=10, verbose_name='nature'),
        ),
        migrations.CreateModel(
            name='DomaineDeReseau',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domaine', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.domaine')),
                ('reseau', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reseau.reseau')),
            ],
            options={
                'verbose_name': 'domaine d’un réseau',
                'verbose_name_plural': 'domaines des réseaux',
            },
        ),
        migrations.AddField(
            model_name='reseau',
            name='domaines',
            field=models.ManyToManyField(blank=True, related_name='reseaux', through='reseau.DomaineDeReseau', to='reseau.domaine', verbose_name='domaines'),
        ),
        migrations.AddConstraint(
            model_name='reseau',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('nature', 'pole'), _negated=True), ('pole__isnull', False), _connector='OR'), name='reseau_reseau_pole_nomme', violation_error_message='L’espace d’un pôle dit de quel pôle.'),
        ),
        migrations.AddConstraint(
            model_name='domainedereseau',
            constraint=models.UniqueConstraint(fields=('reseau', 'domaine'), name='reseau_domaine_de_reseau_unique'),
        ),
        migrations.RunPython(nommer_les_poles, migrations.RunPython.noop),
    ]
