import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0003_ouverture_au_public'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notification',
            name='genre',
            field=models.CharField(choices=[('publication', 'nouveau dans un réseau'), ('reponse', 'réponse'), ('position', 'position d’une commune'), ('mention', 'mention'), ('cloture', 'clôture'), ('reouverture', 'réouverture'), ('suite', 'suite de ce qui est suivi'), ('relance', 'question sans réponse'), ('retenue', 'réponse retenue'), ('deplacement', 'changement de réseau'), ('rencontre', 'rencontre'), ('compte_rendu', 'compte rendu'), ('sondage', 'sondage de dates'), ('faq', 'question fréquente à relire'), ('sollicitation', 'réponse attendue'), ('version', 'nouvelle version d’un document'), ('relecture', 'document à vérifier'), ('recherche', 'nouveau pour une recherche suivie')], max_length=20, verbose_name='genre'),
        ),
        migrations.CreateModel(
            name='RechercheSansReponse',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('texte', models.CharField(max_length=200, verbose_name='recherche')),
                ('cle', models.CharField(editable=False, max_length=200)),
                ('nombre', models.PositiveIntegerField(default=1, verbose_name='fois')),
                ('derniere_le', models.DateTimeField(default=django.utils.timezone.now, verbose_name='la dernière fois')),
                ('reseau', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reseau.reseau', verbose_name='dans le réseau')),
            ],
            options={
                'verbose_name': 'recherche sans réponse',
                'verbose_name_plural': 'recherches sans réponse',
                'ordering': ['-nombre', '-derniere_le', '-pk'],
                'indexes': [models.Index(fields=['derniere_le'], name='reseau_rechercheperdue_le')],
                'constraints': [models.UniqueConstraint(fields=('cle', 'reseau'), name='reseau_rechercheperdue_unique_du_reseau'), models.UniqueConstraint(condition=models.Q(('reseau', None)), fields=('cle',), name='reseau_rechercheperdue_unique')],
            },
        ),
        migrations.CreateModel(
            name='RechercheSuivie',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('q', models.CharField(blank=True, max_length=200, verbose_name='mots')),
                ('facettes', models.JSONField(default=dict, verbose_name='facettes')),
                ('libelle', models.CharField(max_length=300, verbose_name='en clair')),
                ('cle', models.CharField(editable=False, max_length=64)),
                ('courriel', models.BooleanField(default=False, verbose_name='aussi par courriel')),
                ('cree_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='suivie depuis')),
                ('membre', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='recherches_suivies', to='reseau.membre')),
            ],
            options={
                'verbose_name': 'recherche suivie',
                'verbose_name_plural': 'recherches suivies',
                'ordering': ['-cree_le', '-pk'],
                'constraints': [models.UniqueConstraint(fields=('membre', 'cle'), name='reseau_recherchesuivie_unique')],
            },
        ),
    ]
