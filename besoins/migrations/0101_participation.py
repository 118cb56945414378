import django.db.models.deletion
import django.utils.timezone
import plateforme.socle.models.fichiers
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('besoins', '0102_sollicitations_et_utilite'),
        ('reseau', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='PieceDActe',
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
            ],
            options={
                'verbose_name': 'fichier d’un acte',
                'verbose_name_plural': 'fichiers des actes',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='position',
            name='convention_le',
            field=models.DateField(blank=True, null=True, verbose_name='convention signée le'),
        ),
        migrations.AddField(
            model_name='position',
            name='effet_le',
            field=models.DateField(blank=True, null=True, verbose_name='à compter du'),
        ),
        migrations.AddField(
            model_name='positiondite',
            name='convention_le',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='positiondite',
            name='effet_le',
            field=models.DateField(null=True),
        ),
        migrations.AddField(
            model_name='projet',
            name='conditions',
            field=models.TextField(blank=True, help_text='Ce que chaque commune apporte, paie ou signe.', max_length=2000, verbose_name='conditions pour en être'),
        ),
        migrations.AddField(
            model_name='projet',
            name='positions_jusqu_au',
            field=models.DateField(blank=True, help_text='Ensuite, elles ne peuvent plus se dire curieuses, intéressées ni engagées.', null=True, verbose_name='les communes se disent jusqu’au'),
        ),
        migrations.AlterField(
            model_name='position',
            name='niveau',
            field=models.CharField(choices=[('membre', 'membre'), ('engagee', 'engagée'), ('interessee', 'intéressée'), ('curieuse', 'curieuse'), ('hors', 'pas concernée'), ('retiree', 'retirée')], max_length=12, verbose_name='position'),
        ),
        migrations.AlterField(
            model_name='positiondite',
            name='niveau',
            field=models.CharField(choices=[('membre', 'membre'), ('engagee', 'engagée'), ('interessee', 'intéressée'), ('curieuse', 'curieuse'), ('hors', 'pas concernée'), ('retiree', 'retirée')], max_length=12),
        ),
        migrations.CreateModel(
            name='Acte',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('nature', models.CharField(choices=[('deliberation', 'délibération'), ('decision', 'décision')], default='deliberation', max_length=12, verbose_name='nature')),
                ('numero', models.CharField(max_length=40, verbose_name='numéro')),
                ('date', models.DateField(verbose_name='du')),
                ('executoire_le', models.DateField(blank=True, help_text='Le jour où il a été à la fois publié et transmis au préfet (CGCT, L2131-1). À laisser vide tant qu’il ne l’est pas\u202f: vous compléterez.', null=True, verbose_name='exécutoire le')),
                ('note_le', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('collectivite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite')),
                ('par', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('projet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='actes', to='besoins.projet')),
            ],
            options={
                'verbose_name': 'acte',
                'verbose_name_plural': 'actes',
                'ordering': ['pk'],
            },
        ),
        migrations.AddField(
            model_name='position',
            name='acte',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='besoins.acte'),
        ),
        migrations.AddField(
            model_name='positiondite',
            name='acte',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='besoins.acte'),
        ),
        migrations.AddConstraint(
            model_name='position',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('niveau', 'membre'), _negated=True), models.Q(('acte__isnull', False), ('par_referent', True)), _connector='OR'), name='besoins_position_membre_par_un_acte', violation_error_message='Un membre s’est engagé par un acte.'),
        ),
        migrations.AddConstraint(
            model_name='position',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('effet_le__isnull', False), ('niveau', 'retiree')), models.Q(models.Q(('niveau', 'retiree'), _negated=True), ('effet_le', None)), _connector='OR'), name='besoins_position_retrait_date', violation_error_message='Un retrait a une date d’effet, et lui seul.'),
        ),
        migrations.AddField(
            model_name='piecedacte',
            name='acte',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='besoins.acte'),
        ),
        migrations.AddField(
            model_name='piecedacte',
            name='par',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre'),
        ),
        migrations.AddConstraint(
            model_name='acte',
            constraint=models.CheckConstraint(condition=models.Q(('numero', ''), _negated=True), name='besoins_acte_numerote', violation_error_message='Un acte a un numéro.'),
        ),
        migrations.AddConstraint(
            model_name='acte',
            constraint=models.CheckConstraint(condition=models.Q(('executoire_le', None), ('executoire_le__gte', models.F('date')), _connector='OR'), name='besoins_acte_executoire_apres_sa_date', violation_error_message='Un acte n’est pas exécutoire avant d’être pris.'),
        ),
    ]
