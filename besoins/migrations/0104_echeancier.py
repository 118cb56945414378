import uuid
from datetime import date

import django.core.validators
import django.db.models.deletion
from django.db import migrations, models


BORNES = [
    django.core.validators.MinValueValidator(date(2000, 1, 1), 'Choisissez une date à partir de 2000.'),
    django.core.validators.MaxValueValidator(date(2100, 12, 31), 'Choisissez une date avant 2101.'),
]
# Code, article, title, types, months, in force since, date of the version that was read (none: to be checked before it
# is shown as current). Of a service commun, no silence that agrees was read in L5211-4-2: it has no row.
DELAIS = [
    (
        'CGCT_L5211_17', 'CGCT, L5211-17', 'transfert de compétence\u202f: délibération de chaque commune',
        ['transfert_competence'], 3, None, None,
    ),
    (
        'CGCT_L5211_39_1', 'CGCT, L5211-39-1', 'schéma de mutualisation\u202f: avis de chaque conseil',
        ['service_commun'], 3, date(2019, 12, 29), date(2019, 12, 29),
    ),
]


def ecrire_les_delais(apps, schema_editor):
    DelaiLegal = apps.get_model("besoins", "DelaiLegal")
    champs = ("code", "article", "intitule", "types", "mois", "en_vigueur_du", "a_jour_au")
    DelaiLegal.objects.bulk_create(
        DelaiLegal(rang=rang, **dict(zip(champs, delai))) for rang, delai in enumerate(DELAIS)
    )


class Migration(migrations.Migration):

    dependencies = [
        ('besoins', '0105_retours'),
        ('reseau', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='risque',
            name='projet',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='besoins.projet'),
        ),
        migrations.CreateModel(
            name='DelaiLegal',
            fields=[
                ('code', models.CharField(max_length=30, primary_key=True, serialize=False, verbose_name='code')),
                ('article', models.CharField(max_length=80, verbose_name='article')),
                ('intitule', models.CharField(max_length=200, verbose_name='intitulé')),
                ('types', models.JSONField(default=list, verbose_name='types de mutualisation')),
                ('mois', models.PositiveSmallIntegerField(verbose_name='délai, en mois')),
                ('en_vigueur_du', models.DateField(blank=True, null=True, verbose_name='en vigueur du')),
                ('en_vigueur_au', models.DateField(blank=True, null=True, verbose_name='en vigueur jusqu’au')),
                ('a_jour_au', models.DateField(blank=True, null=True, verbose_name='à jour au')),
                ('rang', models.PositiveSmallIntegerField(default=0, verbose_name='rang')),
            ],
            options={
                'verbose_name': 'délai légal',
                'verbose_name_plural': 'délais légaux',
                'ordering': ['rang', 'code'],
                'constraints': [
                    models.CheckConstraint(condition=models.Q(('mois__gte', 1), ('mois__lte', 24)), name='besoins_delai_legal_mois_possibles', violation_error_message='Un délai est de 1 à 24 mois.'),
                    models.CheckConstraint(condition=models.Q(('en_vigueur_du', None), ('en_vigueur_au', None), ('en_vigueur_au__gt', models.F('en_vigueur_du')), _connector='OR'), name='besoins_delai_legal_fin_apres_debut', violation_error_message='La fin vient après le début.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Deliberation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('envoi', models.UUIDField(editable=False, null=True)),
                ('retire_le', models.DateTimeField(editable=False, null=True, verbose_name='retiré le')),
                ('retire_motif', models.CharField(blank=True, editable=False, max_length=1000, verbose_name='motif du retrait')),
                ('notifiee_le', models.DateField(validators=BORNES, verbose_name='notifiée le')),
                ('sens', models.CharField(blank=True, choices=[('favorable', 'favorable'), ('defavorable', 'défavorable')], max_length=12, verbose_name='sens')),
                ('acte_le', models.DateField(blank=True, null=True, validators=BORNES, verbose_name='délibération du')),
                ('acte_numero', models.CharField(blank=True, max_length=40, verbose_name='numéro de l’acte')),
                ('collectivite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite', verbose_name='collectivité')),
                ('delai', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='besoins.delailegal', verbose_name='délai')),
                ('par', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('projet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='besoins.projet')),
                ('retire_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
            ],
            options={
                'verbose_name': 'délibération',
                'verbose_name_plural': 'délibérations',
                'abstract': False,
                'constraints': [
                    models.UniqueConstraint(fields=('par', 'envoi'), name='besoins_deliberation_envoi_unique'),
                    models.CheckConstraint(condition=models.Q(('retire_le', None), models.Q(('retire_par__isnull', False), models.Q(('retire_motif', ''), _negated=True)), _connector='OR'), name='besoins_deliberation_retrait_motive', violation_error_message='Un retrait porte un nom et un motif.'),
                    models.UniqueConstraint(condition=models.Q(('retire_le', None)), fields=('projet', 'collectivite'), name='besoins_deliberation_une_par_collectivite', violation_error_message='Cette collectivité est déjà dans la liste.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('acte_le', None), ('sens', '')), models.Q(models.Q(('sens', ''), _negated=True), ('acte_le__isnull', False)), _connector='OR'), name='besoins_deliberation_acte_date', violation_error_message='Une délibération a un sens et une date.'),
                    models.CheckConstraint(condition=models.Q(('acte_le', None), ('acte_le__gte', models.F('notifiee_le')), _connector='OR'), name='besoins_deliberation_acte_apres_notification', violation_error_message='La délibération ne précède pas la notification.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Jalon',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('envoi', models.UUIDField(editable=False, null=True)),
                ('retire_le', models.DateTimeField(editable=False, null=True, verbose_name='retiré le')),
                ('retire_motif', models.CharField(blank=True, editable=False, max_length=1000, verbose_name='motif du retrait')),
                ('pour_le', models.DateField(validators=BORNES, verbose_name='pour le')),
                ('fait_le', models.DateField(editable=False, null=True, verbose_name='fait le')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('libelle', models.CharField(max_length=200, verbose_name='jalon')),
                ('phase', models.CharField(blank=True, choices=[('etude', 'étude préliminaire'), ('diagnostic', 'diagnostic'), ('operationnelle', 'phase opérationnelle'), ('evaluation', 'évaluation')], max_length=15, verbose_name='phase')),
                ('etape', models.CharField(blank=True, help_text='«\u202fPhase 1, 2026\u202f»\u202f: la colonne de l’échéancier\u202f; vide, son année.', max_length=60, verbose_name='étape')),
                ('debut', models.DateField(blank=True, help_text='Vide\u202f: un seul jour.', null=True, validators=BORNES, verbose_name='début')),
                ('retard_dit_le', models.DateTimeField(editable=False, null=True)),
                ('depend_de', models.ManyToManyField(blank=True, related_name='dont_dependent', to='besoins.jalon', verbose_name='vient après')),
                ('fait_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('par', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('projet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='besoins.projet')),
                ('retire_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
            ],
            options={
                'verbose_name': 'jalon',
                'verbose_name_plural': 'jalons',
                'ordering': ['pour_le', 'pk'],
                'abstract': False,
                'constraints': [
                    models.UniqueConstraint(fields=('par', 'envoi'), name='besoins_jalon_envoi_unique'),
                    models.CheckConstraint(condition=models.Q(('retire_le', None), models.Q(('retire_par__isnull', False), models.Q(('retire_motif', ''), _negated=True)), _connector='OR'), name='besoins_jalon_retrait_motive', violation_error_message='Un retrait porte un nom et un motif.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('fait_le', None), ('fait_par', None)), models.Q(('fait_le__isnull', False), ('fait_par__isnull', False)), _connector='OR'), name='besoins_jalon_fait_signe', violation_error_message='Ce qui est fait porte un jour et un nom.'),
                    models.CheckConstraint(condition=models.Q(('debut', None), ('debut__lte', models.F('pour_le')), _connector='OR'), name='besoins_jalon_fin_apres_debut', violation_error_message='La fin vient après le début.'),
                ],
            },
        ),
        migrations.CreateModel(
            name='Tache',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('envoi', models.UUIDField(editable=False, null=True)),
                ('retire_le', models.DateTimeField(editable=False, null=True, verbose_name='retiré le')),
                ('retire_motif', models.CharField(blank=True, editable=False, max_length=1000, verbose_name='motif du retrait')),
                ('pour_le', models.DateField(validators=BORNES, verbose_name='pour le')),
                ('fait_le', models.DateField(editable=False, null=True, verbose_name='fait le')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('libelle', models.CharField(max_length=200, verbose_name='tâche')),
                ('fait_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('par', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('porteur', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taches', to='reseau.membre', verbose_name='porteur')),
                ('projet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='besoins.projet')),
                ('retire_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
            ],
            options={
                'verbose_name': 'tâche',
                'verbose_name_plural': 'tâches',
                'ordering': ['pour_le', 'pk'],
                'abstract': False,
                'constraints': [
                    models.UniqueConstraint(fields=('par', 'envoi'), name='besoins_tache_envoi_unique'),
                    models.CheckConstraint(condition=models.Q(('retire_le', None), models.Q(('retire_par__isnull', False), models.Q(('retire_motif', ''), _negated=True)), _connector='OR'), name='besoins_tache_retrait_motive', violation_error_message='Un retrait porte un nom et un motif.'),
                    models.CheckConstraint(condition=models.Q(models.Q(('fait_le', None), ('fait_par', None)), models.Q(('fait_le__isnull', False), ('fait_par__isnull', False)), _connector='OR'), name='besoins_tache_fait_signe', violation_error_message='Ce qui est fait porte un jour et un nom.'),
                ],
            },
        ),
        migrations.RunPython(ecrire_les_delais, migrations.RunPython.noop),
    ]
