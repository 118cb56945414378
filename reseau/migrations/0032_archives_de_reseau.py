import django.db.models.deletion
import django.utils.timezone
import plateforme.socle.models.fichiers
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0031_gestes_des_espaces'),
    ]

    operations = [
        migrations.CreateModel(
            name='ArchiveDeReseau',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fichier', models.FileField(max_length=200, storage=plateforme.socle.models.fichiers.stockage, upload_to=plateforme.socle.models.fichiers.nom_genere, verbose_name='fichier')),
                ('version_web', models.FileField(blank=True, max_length=200, storage=plateforme.socle.models.fichiers.stockage, upload_to=plateforme.socle.models.fichiers.nom_genere, verbose_name='version pour l’écran')),
                ('vignette', models.FileField(blank=True, max_length=200, storage=plateforme.socle.models.fichiers.stockage, upload_to=plateforme.socle.models.fichiers.nom_genere, verbose_name='vignette')),
                ('largeur', models.PositiveIntegerField(blank=True, null=True, verbose_name='largeur')),
                ('hauteur', models.PositiveIntegerField(blank=True, null=True, verbose_name='hauteur')),
                ('nom_origine', models.CharField(max_length=150, verbose_name='nom')),
                ('type_mime', models.CharField(max_length=100, verbose_name='type')),
                ('taille', models.PositiveBigIntegerField(verbose_name='taille en octets')),
                ('empreinte', models.CharField(max_length=64, verbose_name='empreinte SHA-256')),
                ('depose_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='déposé le')),
                ('demandee_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='demandée le')),
                ('prete_le', models.DateTimeField(editable=False, null=True, verbose_name='prête le')),
                ('echec_le', models.DateTimeField(editable=False, null=True, verbose_name='abandonnée le')),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='demandée par')),
                ('reseau', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.reseau', verbose_name='réseau')),
            ],
            options={
                'verbose_name': 'archive d’un réseau',
                'verbose_name_plural': 'archives des réseaux',
                'ordering': ['-demandee_le', '-pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('echec_le', None), ('prete_le', None)), fields=('reseau', 'par'), name='reseau_archive_une_a_la_fois', violation_error_message='Une archive de ce réseau est déjà en préparation.'), models.CheckConstraint(condition=models.Q(('prete_le', None), ('echec_le', None), _connector='OR'), name='reseau_archive_prete_ou_abandonnee', violation_error_message='Une archive est prête ou abandonnée, pas les deux.')],
            },
        ),
    ]
