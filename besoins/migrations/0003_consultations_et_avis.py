import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('besoins', '0002_pas_concernee'),
        ('reseau', '0025_annonces'),
    ]

    operations = [
        migrations.CreateModel(
            name='Consultation',
            fields=[
                ('contribution_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='reseau.contribution')),
                ('ouverte_du', models.DateField(default=django.utils.timezone.localdate, verbose_name='ouverte du')),
                ('jusqu_au', models.DateField(help_text='Jusqu’à ce jour compris, chacun peut donner son avis et en changer.', verbose_name='jusqu’au')),
                ('synthese', models.TextField(blank=True, editable=False, max_length=20000, verbose_name='synthèse')),
            ],
            options={
                'verbose_name': 'consultation',
                'verbose_name_plural': 'consultations',
            },
            bases=('reseau.contribution',),
        ),
        migrations.CreateModel(
            name='AvisDonne',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sens', models.CharField(choices=[('favorable', 'favorable'), ('reserves', 'favorable avec réserves'), ('defavorable', 'défavorable'), ('sans_avis', 'sans avis')], max_length=12)),
                ('texte', models.TextField(blank=True, max_length=3000)),
                ('par_referent', models.BooleanField()),
                ('retenue', models.BooleanField()),
                ('dite_le', models.DateTimeField()),
                ('collectivite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite')),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('contribution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='avis_donnes', to='besoins.consultation')),
            ],
            options={
                'verbose_name': 'avis donné',
                'verbose_name_plural': 'avis donnés',
                'ordering': ['-dite_le', '-pk'],
            },
        ),
        migrations.CreateModel(
            name='Interrogation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('recue_le', models.DateTimeField(null=True, verbose_name='reçue le')),
                ('collectivite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite', verbose_name='collectivité')),
                ('consultation', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='interrogations', to='besoins.consultation')),
                ('recue_par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='accusé par')),
            ],
            options={
                'verbose_name': 'collectivité interrogée',
                'verbose_name_plural': 'collectivités interrogées',
            },
        ),
        migrations.AddField(
            model_name='consultation',
            name='interrogees',
            field=models.ManyToManyField(blank=True, related_name='+', through='besoins.Interrogation', to='reseau.collectivite', verbose_name='collectivités interrogées'),
        ),
        migrations.CreateModel(
            name='Avis',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('sens', models.CharField(choices=[('favorable', 'favorable'), ('reserves', 'favorable avec réserves'), ('defavorable', 'défavorable'), ('sans_avis', 'sans avis')], max_length=12, verbose_name='avis')),
                ('texte', models.TextField(blank=True, max_length=3000, verbose_name='en quelques mots')),
                ('par_referent', models.BooleanField(default=False, verbose_name='donné par un référent')),
                ('dite_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='donné le')),
                ('collectivite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite', verbose_name='collectivité')),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='donné par')),
                ('contribution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='avis', to='besoins.consultation', verbose_name='consultation')),
            ],
            options={
                'verbose_name': 'avis',
                'verbose_name_plural': 'avis',
                'constraints': [models.UniqueConstraint(fields=('contribution', 'collectivite'), name='besoins_avis_unique_par_collectivite', violation_error_message='Cette collectivité a déjà donné un avis.'), models.CheckConstraint(condition=models.Q(models.Q(('sens', 'reserves'), _negated=True), models.Q(('texte', ''), _negated=True), _connector='OR'), name='besoins_avis_reserves_dites', violation_error_message='Dites quelles sont vos réserves.')],
            },
        ),
        migrations.AddConstraint(
            model_name='interrogation',
            constraint=models.UniqueConstraint(fields=('consultation', 'collectivite'), name='besoins_interrogation_unique', violation_error_message='Cette collectivité est déjà interrogée.'),
        ),
        migrations.AddConstraint(
            model_name='interrogation',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('recue_le', None), ('recue_par', None)), models.Q(('recue_le__isnull', False), ('recue_par__isnull', False)), _connector='OR'), name='besoins_interrogation_accuse_signe', violation_error_message='Un accusé de réception a une date et un auteur.'),
        ),
        migrations.AddIndex(
            model_name='consultation',
            index=models.Index(fields=['jusqu_au'], name='besoins_consultation_jusqu_au'),
        ),
        migrations.AddConstraint(
            model_name='consultation',
            constraint=models.CheckConstraint(condition=models.Q(('jusqu_au__gte', models.F('ouverte_du'))), name='besoins_consultation_fin_apres_debut', violation_error_message='La consultation finit après son ouverture.'),
        ),
    ]
