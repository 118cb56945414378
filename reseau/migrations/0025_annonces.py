import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0024_lectures'),
        ('socle', '0002_tentative'),
    ]

    operations = [
        migrations.CreateModel(
            name='Annonce',
            fields=[
                ('contribution_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='reseau.contribution')),
                ('a_envoyer_le', models.DateTimeField(editable=False, null=True, verbose_name='à envoyer le')),
                ('partie_le', models.DateTimeField(editable=False, null=True, verbose_name='partie le')),
                ('relancee_le', models.DateTimeField(editable=False, null=True, verbose_name='relancée le')),
                ('communes', models.ManyToManyField(blank=True, help_text='Vide : tout le réseau.', related_name='+', to='reseau.collectivite', verbose_name='communes')),
                ('relancee_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='relancée par')),
            ],
            options={
                'verbose_name': 'annonce',
                'verbose_name_plural': 'annonces',
            },
            bases=('reseau.contribution',),
        ),
        migrations.CreateModel(
            name='EnvoiDAnnonce',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('attend', models.CharField(blank=True, choices=[('annonce', 'l’annonce'), ('relance', 'la relance')], default='annonce', max_length=10, verbose_name='courriel attendu')),
                ('ecrit_le', models.DateTimeField(null=True, verbose_name='écrit le')),
                ('remis_le', models.DateTimeField(null=True, verbose_name='remis le')),
                ('refuse_le', models.DateTimeField(null=True, verbose_name='refusé le')),
                ('ouverte_le', models.DateTimeField(null=True, verbose_name='ouverte le')),
                ('relance_le', models.DateTimeField(null=True, verbose_name='relance écrite le')),
                ('annonce', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='envois', to='reseau.annonce', verbose_name='annonce')),
                ('collectivite', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite', verbose_name='collectivité')),
                ('courriel', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='socle.courriel', verbose_name='courriel')),
                ('membre', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reseau.membre', verbose_name='membre')),
            ],
            options={
                'verbose_name': 'envoi d’une annonce',
                'verbose_name_plural': 'envois d’une annonce',
            },
        ),
        migrations.AddIndex(
            model_name='annonce',
            index=models.Index(condition=models.Q(('partie_le', None)), fields=['a_envoyer_le'], name='reseau_annonce_a_envoyer'),
        ),
        migrations.AddConstraint(
            model_name='annonce',
            constraint=models.CheckConstraint(condition=models.Q(('partie_le', None), ('a_envoyer_le__isnull', False), _connector='OR'), name='reseau_annonce_partie_a_son_heure', violation_error_message='Une annonce partie avait une heure de départ.'),
        ),
        migrations.AddConstraint(
            model_name='annonce',
            constraint=models.CheckConstraint(condition=models.Q(('relancee_le', None), ('partie_le__isnull', False), _connector='OR'), name='reseau_annonce_relancee_apres_son_depart', violation_error_message='On ne relance qu’une annonce partie.'),
        ),
        migrations.AddIndex(
            model_name='envoidannonce',
            index=models.Index(condition=models.Q(('attend', ''), _negated=True), fields=['annonce'], name='reseau_envoi_a_ecrire'),
        ),
        migrations.AddIndex(
            model_name='envoidannonce',
            index=models.Index(condition=models.Q(('courriel__isnull', False), ('remis_le', None)), fields=['annonce'], name='reseau_envoi_a_relever'),
        ),
        migrations.AddConstraint(
            model_name='envoidannonce',
            constraint=models.UniqueConstraint(fields=('annonce', 'membre'), name='reseau_envoi_unique_par_membre', violation_error_message='Cette annonce lui est déjà adressée.'),
        ),
        migrations.AddConstraint(
            model_name='envoidannonce',
            constraint=models.CheckConstraint(condition=models.Q(('relance_le', None), ('ecrit_le__isnull', False), _connector='OR'), name='reseau_envoi_relance_apres_l_annonce', violation_error_message='On ne relance que qui a reçu l’annonce.'),
        ),
    ]
