import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0029_premieres_publications'),
    ]

    operations = [
        migrations.AddField(
            model_name='membre',
            name='absence_au',
            field=models.DateField(blank=True, help_text='Dernier jour d’absence.', null=True, verbose_name='au'),
        ),
        migrations.AddField(
            model_name='membre',
            name='absence_du',
            field=models.DateField(blank=True, null=True, verbose_name='absent·e du'),
        ),
        migrations.AddField(
            model_name='membre',
            name='courriel_pour',
            field=models.CharField(choices=[('reseaux', 'mes réseaux et ma collectivité'), ('membres', 'tous les membres de la plateforme')], default='reseaux', max_length=10, verbose_name='qui voit mon adresse électronique'),
        ),
        migrations.AddField(
            model_name='membre',
            name='suppleant',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='reseau.membre', verbose_name='en attendant'),
        ),
        migrations.AddField(
            model_name='membre',
            name='telephone_pour',
            field=models.CharField(choices=[('reseaux', 'mes réseaux et ma collectivité'), ('membres', 'tous les membres de la plateforme')], default='membres', max_length=10, verbose_name='qui voit mon téléphone'),
        ),
        migrations.CreateModel(
            name='Competence',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nom', models.CharField(max_length=80, verbose_name='nom')),
                ('cle', models.CharField(editable=False, max_length=320)),
            ],
            options={
                'verbose_name': 'compétence',
                'verbose_name_plural': 'compétences',
                'ordering': ['cle'],
                'constraints': [models.UniqueConstraint(fields=('cle',), name='reseau_competence_cle_unique', violation_error_message='Cette compétence existe déjà.')],
            },
        ),
        migrations.AddField(
            model_name='membre',
            name='competences',
            field=models.ManyToManyField(blank=True, related_name='membres', to='reseau.competence', verbose_name='compétences'),
        ),
        migrations.CreateModel(
            name='DomaineDeMembre',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('domaine', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.domaine')),
                ('membre', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reseau.membre')),
            ],
            options={
                'verbose_name': 'domaine d’un membre',
                'verbose_name_plural': 'domaines des membres',
            },
        ),
        migrations.AddField(
            model_name='membre',
            name='domaines',
            field=models.ManyToManyField(blank=True, help_text='Ce dont vous vous occupez\u202f: on sait ainsi qui un sujet concerne.', related_name='membres', through='reseau.DomaineDeMembre', to='reseau.domaine', verbose_name='domaines'),
        ),
        migrations.AddConstraint(
            model_name='membre',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('absence_au', None), ('absence_du', None)), models.Q(('absence_au__gte', models.F('absence_du')), ('absence_au__isnull', False), ('absence_du__isnull', False)), _connector='OR'), name='reseau_membre_absence_bornee', violation_error_message='Une absence va d’un jour à un autre, qui ne le précède pas.'),
        ),
        migrations.AddConstraint(
            model_name='membre',
            constraint=models.CheckConstraint(condition=models.Q(('suppleant', None), models.Q(('suppleant', models.F('pk')), _negated=True), _connector='OR'), name='reseau_membre_suppleant_autre', violation_error_message='Choisissez quelqu’un d’autre que vous.'),
        ),
        migrations.AddConstraint(
            model_name='domainedemembre',
            constraint=models.UniqueConstraint(fields=('membre', 'domaine'), name='reseau_domaine_de_membre_unique'),
        ),
    ]
