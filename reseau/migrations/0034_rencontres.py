import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import uuid
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0033_natures_de_reseau'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notification',
            name='genre',
            field=models.CharField(choices=[('publication', 'nouveau dans un réseau'), ('reponse', 'réponse'), ('position', 'position d’une commune'), ('mention', 'mention'), ('cloture', 'clôture'), ('reouverture', 'réouverture'), ('rencontre', 'rencontre')], max_length=20, verbose_name='genre'),
        ),
        migrations.CreateModel(
            name='Rencontre',
            fields=[
                ('contribution_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='reseau.contribution')),
                ('genre', models.CharField(choices=[('reunion', 'réunion'), ('atelier', 'atelier'), ('visite', 'visite')], default='reunion', max_length=10, verbose_name='genre')),
                ('visio', models.URLField(blank=True, help_text='Montré aux membres seulement.', max_length=500, validators=[django.core.validators.URLValidator(message='Donnez une adresse qui commence par https://', schemes=['https'])], verbose_name='lien de visioconférence')),
                ('ordre_du_jour', models.TextField(blank=True, max_length=10000, verbose_name='ordre du jour')),
                ('inscription_jusqu_au', models.DateField(blank=True, help_text='Vide\u202f: jusqu’au début de la séance.', null=True, verbose_name='inscriptions jusqu’au')),
                ('debut', models.DateTimeField(editable=False, null=True, verbose_name='commence le')),
                ('fin', models.DateTimeField(editable=False, null=True, verbose_name='finit le')),
                ('motif', models.TextField(blank=True, editable=False, max_length=1000, verbose_name='motif de l’annulation')),
            ],
            options={
                'verbose_name': 'rencontre',
                'verbose_name_plural': 'rencontres',
                'indexes': [models.Index(fields=['debut'], name='reseau_rencontre_debut')],
                'constraints': [models.CheckConstraint(condition=models.Q(('visio', ''), ('visio__startswith', 'https://'), _connector='OR'), name='reseau_rencontre_visio_securisee', violation_error_message='Donnez une adresse qui commence par https://')],
            },
            bases=('reseau.contribution',),
        ),
        migrations.CreateModel(
            name='Seance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('debut', models.DateTimeField(verbose_name='début')),
                ('fin', models.DateTimeField(verbose_name='fin')),
                ('lieu', models.CharField(blank=True, help_text='«\u202fMairie de Changé, salle du conseil\u202f»', max_length=200, verbose_name='lieu')),
                ('capacite', models.PositiveSmallIntegerField(blank=True, help_text='Vide\u202f: autant qu’on veut. Au-delà, une liste d’attente.', null=True, validators=[django.core.validators.MinValueValidator(1, 'Une place au moins.')], verbose_name='nombre de places')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('sequence', models.PositiveIntegerField(default=0, editable=False)),
                ('modifiee_le', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('annulee_le', models.DateTimeField(editable=False, null=True, verbose_name='annulée le')),
                ('rappelee_le', models.DateTimeField(editable=False, null=True, verbose_name='rappelée le')),
                ('annulee_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('rencontre', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='seances', to='reseau.rencontre')),
            ],
            options={
                'verbose_name': 'séance',
                'verbose_name_plural': 'séances',
            },
        ),
        migrations.CreateModel(
            name='Inscription',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nom', models.CharField(blank=True, max_length=160, verbose_name='nom')),
                ('le', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('confirmee_le', models.DateTimeField(null=True)),
                ('annulee_le', models.DateTimeField(null=True)),
                ('annulee_par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('collectivite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite')),
                ('membre', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='inscriptions', to='reseau.membre')),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('seance', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='inscriptions', to='reseau.seance')),
            ],
            options={
                'verbose_name': 'inscription',
                'verbose_name_plural': 'inscriptions',
            },
        ),
        migrations.AddIndex(
            model_name='seance',
            index=models.Index(fields=['debut'], name='reseau_seance_debut'),
        ),
        migrations.AddConstraint(
            model_name='seance',
            constraint=models.CheckConstraint(condition=models.Q(('fin__gt', models.F('debut'))), name='reseau_seance_fin_apres_debut', violation_error_message='La fin vient après le début.'),
        ),
        migrations.AddConstraint(
            model_name='seance',
            constraint=models.CheckConstraint(condition=models.Q(('capacite', None), ('capacite__gt', 0), _connector='OR'), name='reseau_seance_capacite_positive', violation_error_message='Une place au moins.'),
        ),
        migrations.AddConstraint(
            model_name='inscription',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('membre__isnull', False), ('nom', '')), models.Q(('membre', None), models.Q(('nom', ''), _negated=True)), _connector='OR'), name='reseau_inscription_d_une_personne', violation_error_message='Choisissez une personne, ou donnez son nom.'),
        ),
        migrations.AddConstraint(
            model_name='inscription',
            constraint=models.UniqueConstraint(condition=models.Q(('annulee_le', None), ('membre__isnull', False)), fields=('seance', 'membre'), name='reseau_inscription_unique_du_membre', violation_error_message='Cette personne est déjà dans la liste.'),
        ),
        migrations.AddConstraint(
            model_name='inscription',
            constraint=models.UniqueConstraint(condition=models.Q(('annulee_le', None), ('membre', None)), fields=('seance', 'collectivite', 'nom'), name='reseau_inscription_unique_du_nom', violation_error_message='Cette personne est déjà dans la liste.'),
        ),
    ]
