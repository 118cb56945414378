from datetime import date

import datetime
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
import plateforme.socle.models.fichiers
import uuid
from django.db import migrations, models

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
        ('besoins', '0001_initial'),
        ('reseau', '0002_sollicitations_et_bienvenue'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cadence',
            fields=[
                ('reseau', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='reseau.reseau')),
                ('premier_rappel', models.PositiveSmallIntegerField(blank=True, default=9, help_text='En jours, après que l’on a sollicité des communes. Vide ou 0\u202f: jamais.', null=True, validators=[django.core.validators.MaxValueValidator(730)], verbose_name='premier rappel')),
                ('second_rappel', models.PositiveSmallIntegerField(blank=True, default=21, help_text='En jours, depuis ce même jour.', null=True, validators=[django.core.validators.MaxValueValidator(730)], verbose_name='second rappel')),
                ('animation', models.PositiveSmallIntegerField(blank=True, default=45, help_text='En jours, depuis ce même jour\u202f: le besoin entre alors dans sa liste.', null=True, validators=[django.core.validators.MaxValueValidator(730)], verbose_name='à la personne qui anime')),
                ('utilite', models.PositiveSmallIntegerField(blank=True, default=90, help_text='En jours, après la clôture d’un besoin qui a eu une suite.', null=True, validators=[django.core.validators.MaxValueValidator(730)], verbose_name='demander si cela a aidé')),
            ],
            options={
                'verbose_name': 'cadence des relances',
                'verbose_name_plural': 'cadences des relances',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('premier_rappel', None), ('premier_rappel__range', (1, 730)), _connector='OR'), models.Q(('second_rappel', None), ('second_rappel__range', (1, 730)), _connector='OR'), models.Q(('animation', None), ('animation__range', (1, 730)), _connector='OR'), models.Q(('utilite', None), ('utilite__range', (1, 730)), _connector='OR')), name='besoins_cadence_jours_bornes', violation_error_message='Un délai va d’un jour à deux ans.'), models.CheckConstraint(condition=models.Q(models.Q(('second_rappel', None), ('premier_rappel', None), ('second_rappel__gt', models.F('premier_rappel')), _connector='OR'), models.Q(('animation', None), ('premier_rappel', None), ('animation__gt', models.F('premier_rappel')), _connector='OR'), models.Q(('animation', None), ('second_rappel', None), ('animation__gt', models.F('second_rappel')), _connector='OR')), name='besoins_cadence_dans_l_ordre', violation_error_message='Chaque relance vient après la précédente.')],
            },
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
                'constraints': [models.CheckConstraint(condition=models.Q(('mois__gte', 1), ('mois__lte', 24)), name='besoins_delai_legal_mois_possibles', violation_error_message='Un délai est de 1 à 24 mois.'), models.CheckConstraint(condition=models.Q(('en_vigueur_du', None), ('en_vigueur_au', None), ('en_vigueur_au__gt', models.F('en_vigueur_du')), _connector='OR'), name='besoins_delai_legal_fin_apres_debut', violation_error_message='La fin vient après le début.')],
            },
        ),
        migrations.CreateModel(
            name='Preparation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('niveau', models.CharField(blank=True, choices=[('membre', 'membre'), ('engagee', 'engagée'), ('interessee', 'intéressée'), ('curieuse', 'curieuse'), ('hors', 'pas concernée'), ('retiree', 'retirée')], max_length=12, verbose_name='position')),
                ('sens', models.CharField(blank=True, choices=[('favorable', 'favorable'), ('reserves', 'favorable avec réserves'), ('defavorable', 'défavorable'), ('sans_avis', 'sans avis')], max_length=12, verbose_name='avis')),
                ('quantite', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='quantité')),
                ('texte', models.TextField(blank=True, max_length=3000, verbose_name='en quelques mots')),
                ('acte_nature', models.CharField(blank=True, choices=[('deliberation', 'délibération'), ('decision', 'décision')], max_length=12, verbose_name='nature')),
                ('acte_numero', models.CharField(blank=True, max_length=40, verbose_name='numéro')),
                ('acte_date', models.DateField(blank=True, null=True, verbose_name='du')),
                ('acte_executoire_le', models.DateField(blank=True, null=True, verbose_name='exécutoire le')),
                ('prepare_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='préparée le')),
                ('valide_le', models.DateTimeField(editable=False, null=True, verbose_name='validée le')),
                ('refuse_le', models.DateTimeField(editable=False, null=True, verbose_name='renvoyée le')),
                ('retire_le', models.DateTimeField(editable=False, null=True, verbose_name='retirée le')),
                ('motif', models.CharField(blank=True, editable=False, max_length=500, verbose_name='un mot')),
                ('collectivite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite')),
                ('contribution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='preparations', to='reseau.contribution')),
                ('pour', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='à valider par')),
                ('prepare_par', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='préparée par')),
            ],
            options={
                'verbose_name': 'réponse préparée',
                'verbose_name_plural': 'réponses préparées',
                'ordering': ['-prepare_le', '-pk'],
                'indexes': [models.Index(condition=models.Q(('refuse_le', None), ('retire_le', None), ('valide_le', None)), fields=['pour'], name='besoins_preparation_pour')],
                'constraints': [models.CheckConstraint(condition=models.Q(('quantite', None), ('quantite__gt', 0), _connector='OR'), name='besoins_preparation_quantite_positive', violation_error_message='La quantité est supérieure à zéro.'), models.UniqueConstraint(condition=models.Q(('refuse_le', None), ('retire_le', None), ('valide_le', None)), fields=('contribution', 'collectivite'), name='besoins_preparation_une_en_attente', violation_error_message='Une réponse de cette collectivité attend déjà d’être validée.'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('niveau', ''), _negated=True), ('sens', '')), models.Q(('niveau', ''), models.Q(('sens', ''), _negated=True)), _connector='OR'), name='besoins_preparation_position_ou_avis', violation_error_message='On prépare une position ou un avis.'), models.CheckConstraint(condition=models.Q(models.Q(('refuse_le', None), ('valide_le', None)), models.Q(('retire_le', None), ('valide_le', None)), models.Q(('refuse_le', None), ('retire_le', None)), _connector='OR'), name='besoins_preparation_une_seule_suite', violation_error_message='Une réponse préparée n’a qu’une suite.'), models.CheckConstraint(condition=models.Q(('refuse_le', None), models.Q(('motif', ''), _negated=True), _connector='OR'), name='besoins_preparation_renvoi_motive', violation_error_message='Dites pourquoi vous la renvoyez.')],
            },
        ),
        migrations.CreateModel(
            name='Ressemblance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.PositiveSmallIntegerField(help_text='En pour cent.', verbose_name='ressemblance')),
                ('ecartee_le', models.DateTimeField(editable=False, null=True, verbose_name='écartée le')),
                ('ecartee_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('premiere', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reseau.contribution')),
                ('seconde', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reseau.contribution')),
            ],
            options={
                'verbose_name': 'ressemblance',
                'verbose_name_plural': 'ressemblances',
                'constraints': [models.UniqueConstraint(fields=('premiere', 'seconde'), name='besoins_ressemblance_unique', violation_error_message='Ces deux contributions sont déjà comparées.'), models.CheckConstraint(condition=models.Q(('premiere__lt', models.F('seconde'))), name='besoins_ressemblance_dans_l_ordre', violation_error_message='Une ressemblance va de la plus ancienne à la plus récente.'), models.CheckConstraint(condition=models.Q(models.Q(('ecartee_le', None), ('ecartee_par', None)), models.Q(('ecartee_le__isnull', False), ('ecartee_par__isnull', False)), _connector='OR'), name='besoins_ressemblance_ecart_signe', violation_error_message='Une ressemblance écartée a une date et un auteur.')],
            },
        ),
        migrations.CreateModel(
            name='RetourExperience',
            fields=[
                ('contribution_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='reseau.contribution')),
                ('contexte', models.TextField(blank=True, max_length=5000, verbose_name='contexte')),
                ('cout', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(0, message='Le coût n’est pas négatif.')], verbose_name='coût, en euros')),
                ('cout_couvre', models.CharField(blank=True, max_length=200, verbose_name='ce que ce coût comprend')),
                ('duree', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1), django.core.validators.MaxValueValidator(600)], verbose_name='durée, en mois')),
                ('gains', models.TextField(blank=True, max_length=5000, verbose_name='gains')),
                ('ecueils', models.TextField(blank=True, max_length=5000, verbose_name='écueils')),
                ('conditions_de_succes', models.TextField(blank=True, max_length=5000, verbose_name='conditions de réussite')),
                ('a_refaire', models.CharField(blank=True, choices=[('oui', 'oui'), ('autrement', 'oui, mais autrement'), ('non', 'non')], max_length=10, verbose_name='à refaire')),
                ('depuis', models.PositiveSmallIntegerField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(1950), django.core.validators.MaxValueValidator(2100)], verbose_name='année de début')),
                ('fait_en', models.PositiveSmallIntegerField(blank=True, help_text='La dernière, si cela a duré.', null=True, validators=[django.core.validators.MinValueValidator(1950), django.core.validators.MaxValueValidator(2100)], verbose_name='année')),
                ('collectivite_externe', models.CharField(blank=True, max_length=200, verbose_name='collectivité d’ailleurs')),
                ('source', models.CharField(blank=True, max_length=300, verbose_name='source')),
                ('source_url', models.URLField(blank=True, max_length=500, validators=[django.core.validators.URLValidator(['http', 'https'])], verbose_name='adresse de la source')),
                ('contact_externe', models.CharField(blank=True, max_length=200, verbose_name='contact sur place')),
                ('interlocuteur', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='qui appeler')),
            ],
            options={
                'verbose_name': 'retour d’expérience',
                'verbose_name_plural': 'retours d’expérience',
                'indexes': [models.Index(fields=['fait_en'], name='besoins_retour_fait_en')],
                'constraints': [models.CheckConstraint(condition=models.Q(('collectivite_externe', ''), models.Q(('source', ''), _negated=True), _connector='OR'), name='besoins_retour_exemple_source', violation_error_message='Dites d’où vous tenez cet exemple.'), models.CheckConstraint(condition=models.Q(('cout', None), ('cout__gte', 0), _connector='OR'), name='besoins_retour_cout_positif', violation_error_message='Le coût n’est pas négatif.'), models.CheckConstraint(condition=models.Q(('duree', None), ('duree__gte', 1), _connector='OR'), name='besoins_retour_duree_positive', violation_error_message='La durée est d’un mois au moins.'), models.CheckConstraint(condition=models.Q(('depuis', None), models.Q(('fait_en__gte', models.F('depuis')), ('fait_en__isnull', False)), _connector='OR'), name='besoins_retour_fin_apres_debut', violation_error_message='L’année de fin vient après celle du début.')],
            },
            bases=('reseau.contribution',),
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
                'constraints': [models.CheckConstraint(condition=models.Q(('numero', ''), _negated=True), name='besoins_acte_numerote', violation_error_message='Un acte a un numéro.'), models.CheckConstraint(condition=models.Q(('executoire_le', None), ('executoire_le__gte', models.F('date')), _connector='OR'), name='besoins_acte_executoire_apres_sa_date', violation_error_message='Un acte n’est pas exécutoire avant d’être pris.')],
            },
        ),
        migrations.CreateModel(
            name='Demarche',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(blank=True, editable=False, max_length=40, verbose_name='code')),
                ('libelle', models.CharField(max_length=200, verbose_name='démarche')),
                ('qui', models.CharField(blank=True, max_length=200, verbose_name='qui s’en charge')),
                ('faite_le', models.DateField(blank=True, null=True, verbose_name='faite le')),
                ('remarque', models.TextField(blank=True, max_length=1000, verbose_name='remarque')),
                ('lien', models.URLField(blank=True, max_length=500, verbose_name='lien')),
                ('sans_objet', models.CharField(blank=True, max_length=500, verbose_name='sans objet, parce que')),
                ('etat_le', models.DateTimeField(editable=False, null=True, verbose_name='état noté le')),
                ('envoi', models.UUIDField(editable=False, null=True)),
                ('etat_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('par', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('piece', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='reseau.piecejointe', verbose_name='fichier')),
                ('projet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='besoins.projet')),
            ],
            options={
                'verbose_name': 'démarche',
                'verbose_name_plural': 'démarches',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('par', 'envoi'), name='besoins_demarche_envoi_unique'), models.CheckConstraint(condition=models.Q(('faite_le', None), ('sans_objet', ''), _connector='OR'), name='besoins_demarche_faite_ou_sans_objet', violation_error_message='Une démarche est faite, ou sans objet\u202f: pas les deux.'), models.CheckConstraint(condition=models.Q(models.Q(('faite_le', None), ('sans_objet', '')), models.Q(('etat_le__isnull', False), ('etat_par__isnull', False)), _connector='OR'), name='besoins_demarche_etat_signe', violation_error_message='Ce qui est fait ou sans objet porte un nom et une date.'), models.CheckConstraint(condition=models.Q(models.Q(('code__startswith', 'visa-'), _negated=True), ('faite_le', None), models.Q(('qui', ''), _negated=True), _connector='OR'), name='besoins_demarche_visa_nomme', violation_error_message='Dites qui a donné le visa.'), models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('projet', 'code'), name='besoins_demarche_une_par_code', violation_error_message='Cette démarche est déjà dans la liste.')],
            },
        ),
        migrations.CreateModel(
            name='Jalon',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('envoi', models.UUIDField(editable=False, null=True)),
                ('retire_le', models.DateTimeField(editable=False, null=True, verbose_name='retiré le')),
                ('retire_motif', models.CharField(blank=True, editable=False, max_length=1000, verbose_name='motif du retrait')),
                ('pour_le', models.DateField(validators=[django.core.validators.MinValueValidator(datetime.date(2000, 1, 1), 'Choisissez une date à partir de 2000.'), django.core.validators.MaxValueValidator(datetime.date(2100, 12, 31), 'Choisissez une date avant 2101.')], verbose_name='pour le')),
                ('fait_le', models.DateField(editable=False, null=True, verbose_name='fait le')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('libelle', models.CharField(max_length=200, verbose_name='jalon')),
                ('phase', models.CharField(blank=True, choices=[('etude', 'étude préliminaire'), ('diagnostic', 'diagnostic'), ('operationnelle', 'phase opérationnelle'), ('evaluation', 'évaluation')], max_length=15, verbose_name='phase')),
                ('etape', models.CharField(blank=True, help_text='«\u202fPhase 1, 2026\u202f»\u202f: la colonne de l’échéancier\u202f; vide, son année.', max_length=60, verbose_name='étape')),
                ('debut', models.DateField(blank=True, help_text='Vide\u202f: un seul jour.', null=True, validators=[django.core.validators.MinValueValidator(datetime.date(2000, 1, 1), 'Choisissez une date à partir de 2000.'), django.core.validators.MaxValueValidator(datetime.date(2100, 12, 31), 'Choisissez une date avant 2101.')], verbose_name='début')),
                ('retard_dit_le', models.DateTimeField(editable=False, null=True)),
                ('depend_de', models.ManyToManyField(blank=True, related_name='dont_dependent', to='besoins.jalon', verbose_name='vient après')),
                ('fait_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('par', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('retire_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('projet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='besoins.projet')),
            ],
            options={
                'verbose_name': 'jalon',
                'verbose_name_plural': 'jalons',
                'ordering': ['pour_le', 'pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('par', 'envoi'), name='besoins_jalon_envoi_unique'), models.CheckConstraint(condition=models.Q(('retire_le', None), models.Q(('retire_par__isnull', False), models.Q(('retire_motif', ''), _negated=True)), _connector='OR'), name='besoins_jalon_retrait_motive', violation_error_message='Un retrait porte un nom et un motif.'), models.CheckConstraint(condition=models.Q(models.Q(('fait_le', None), ('fait_par', None)), models.Q(('fait_le__isnull', False), ('fait_par__isnull', False)), _connector='OR'), name='besoins_jalon_fait_signe', violation_error_message='Ce qui est fait porte un jour et un nom.'), models.CheckConstraint(condition=models.Q(('debut', None), ('debut__lte', models.F('pour_le')), _connector='OR'), name='besoins_jalon_fin_apres_debut', violation_error_message='La fin vient après le début.')],
            },
        ),
        migrations.CreateModel(
            name='Relance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('etape', models.CharField(choices=[('premiere', 'premier rappel'), ('seconde', 'second rappel'), ('animation', 'liste de la personne qui anime'), ('a_la_main', 'rappel demandé')], max_length=10, verbose_name='étape')),
                ('prevue_le', models.DateField(verbose_name='prévue le')),
                ('faite_le', models.DateTimeField(null=True, verbose_name='faite le')),
                ('par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='par')),
                ('besoin', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='relances', to='besoins.besoin')),
            ],
            options={
                'verbose_name': 'relance',
                'verbose_name_plural': 'relances',
                'ordering': ['prevue_le', 'pk'],
                'indexes': [models.Index(condition=models.Q(('faite_le', None)), fields=['prevue_le'], name='besoins_relance_a_faire')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('etape', 'a_la_main'), _negated=True), fields=('besoin', 'etape'), name='besoins_relance_une_par_etape', violation_error_message='Cette relance est déjà prévue.'), models.CheckConstraint(condition=models.Q(models.Q(('etape', 'a_la_main'), ('faite_le__isnull', False), ('par__isnull', False)), models.Q(models.Q(('etape', 'a_la_main'), _negated=True), ('par', None)), _connector='OR'), name='besoins_relance_a_la_main_signee', violation_error_message='Une relance demandée a une date et un auteur.')],
            },
        ),
        migrations.CreateModel(
            name='Retombee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('envoi', models.UUIDField(editable=False, null=True)),
                ('retire_le', models.DateTimeField(editable=False, null=True, verbose_name='retiré le')),
                ('retire_motif', models.CharField(blank=True, editable=False, max_length=1000, verbose_name='motif du retrait')),
                ('moment', models.CharField(choices=[('estimee', 'estimée'), ('reelle', 'réelle')], default='estimee', max_length=10, verbose_name='estimée ou réelle')),
                ('nature', models.CharField(choices=[('prix_reference', 'prix de référence'), ('cout_evite', 'coût évité')], default='prix_reference', max_length=20, verbose_name='nature')),
                ('methode', models.CharField(max_length=150, verbose_name='méthode')),
                ('quantite', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(0, 'Ce nombre n’est pas négatif.')], verbose_name='quantité')),
                ('unite', models.CharField(blank=True, max_length=30, verbose_name='unité, au pluriel')),
                ('prix_reference', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(0, 'Ce nombre n’est pas négatif.')], verbose_name='prix de référence')),
                ('prix_paye', models.DecimalField(blank=True, decimal_places=4, max_digits=12, null=True, validators=[django.core.validators.MinValueValidator(0, 'Ce nombre n’est pas négatif.')], verbose_name='prix payé')),
                ('montant', models.DecimalField(decimal_places=2, max_digits=14, verbose_name='montant')),
                ('source', models.CharField(max_length=300, verbose_name='source')),
                ('constatee_le', models.DateField(validators=[django.core.validators.MinValueValidator(datetime.date(2000, 1, 1), 'Choisissez une date à partir de 2000.'), django.core.validators.MaxValueValidator(datetime.date(2100, 12, 31), 'Choisissez une date avant 2101.')], verbose_name='constatée le')),
                ('contestee_le', models.DateTimeField(editable=False, null=True, verbose_name='contestée le')),
                ('contestation', models.CharField(blank=True, editable=False, max_length=1000, verbose_name='motif de la contestation')),
                ('collectivite', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite', verbose_name='collectivité')),
                ('contestee_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('par', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('retire_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('projet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='besoins.projet')),
            ],
            options={
                'verbose_name': 'économie',
                'verbose_name_plural': 'économies',
                'ordering': ['pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('par', 'envoi'), name='besoins_retombee_envoi_unique'), models.CheckConstraint(condition=models.Q(('retire_le', None), models.Q(('retire_par__isnull', False), models.Q(('retire_motif', ''), _negated=True)), _connector='OR'), name='besoins_retombee_retrait_motive', violation_error_message='Un retrait porte un nom et un motif.'), models.CheckConstraint(condition=models.Q(models.Q(('methode', ''), _negated=True), models.Q(('source', ''), _negated=True)), name='besoins_retombee_methode_et_source', violation_error_message='Un montant dit sa méthode et sa source.'), models.CheckConstraint(condition=models.Q(models.Q(('nature', 'cout_evite'), ('prix_paye', None), ('prix_reference', None), ('quantite', None), ('unite', '')), models.Q(models.Q(('unite', ''), _negated=True), ('nature', 'prix_reference'), ('prix_paye__gte', 0), ('prix_reference__gte', 0), ('quantite__gt', 0)), _connector='OR'), name='besoins_retombee_calculee_ou_dite', violation_error_message='Sur un prix de référence, dites la quantité, son unité et les deux prix.'), models.CheckConstraint(condition=models.Q(models.Q(('contestation', ''), ('contestee_le', None), ('contestee_par', None)), models.Q(models.Q(('contestation', ''), _negated=True), ('collectivite__isnull', False), ('contestee_le__isnull', False), ('contestee_par__isnull', False)), _connector='OR'), name='besoins_retombee_contestation_motivee', violation_error_message='Une contestation porte un nom, un motif et une collectivité.'), models.UniqueConstraint(condition=models.Q(('collectivite__isnull', False), ('retire_le', None)), fields=('projet', 'collectivite', 'nature', 'methode', 'moment'), name='besoins_retombee_une_par_collectivite', violation_error_message='Cette collectivité a déjà une économie par cette méthode.'), models.UniqueConstraint(condition=models.Q(('collectivite', None), ('retire_le', None)), fields=('projet', 'nature', 'methode', 'moment'), name='besoins_retombee_une_pour_le_projet', violation_error_message='Le projet a déjà une économie par cette méthode.')],
            },
        ),
        migrations.CreateModel(
            name='Sollicitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='sollicitée le')),
                ('collectivite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite', verbose_name='collectivité')),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='sollicitée par')),
                ('besoin', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sollicitations', to='besoins.besoin')),
            ],
            options={
                'verbose_name': 'commune sollicitée',
                'verbose_name_plural': 'communes sollicitées',
                'constraints': [models.UniqueConstraint(fields=('besoin', 'collectivite'), name='besoins_sollicitation_unique', violation_error_message='Cette commune est déjà sollicitée.')],
            },
        ),
        migrations.CreateModel(
            name='Tache',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('envoi', models.UUIDField(editable=False, null=True)),
                ('retire_le', models.DateTimeField(editable=False, null=True, verbose_name='retiré le')),
                ('retire_motif', models.CharField(blank=True, editable=False, max_length=1000, verbose_name='motif du retrait')),
                ('pour_le', models.DateField(validators=[django.core.validators.MinValueValidator(datetime.date(2000, 1, 1), 'Choisissez une date à partir de 2000.'), django.core.validators.MaxValueValidator(datetime.date(2100, 12, 31), 'Choisissez une date avant 2101.')], verbose_name='pour le')),
                ('fait_le', models.DateField(editable=False, null=True, verbose_name='fait le')),
                ('uid', models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ('libelle', models.CharField(max_length=200, verbose_name='tâche')),
                ('fait_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('par', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('porteur', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='taches', to='reseau.membre', verbose_name='porteur')),
                ('retire_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('projet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='besoins.projet')),
            ],
            options={
                'verbose_name': 'tâche',
                'verbose_name_plural': 'tâches',
                'ordering': ['pour_le', 'pk'],
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('par', 'envoi'), name='besoins_tache_envoi_unique'), models.CheckConstraint(condition=models.Q(('retire_le', None), models.Q(('retire_par__isnull', False), models.Q(('retire_motif', ''), _negated=True)), _connector='OR'), name='besoins_tache_retrait_motive', violation_error_message='Un retrait porte un nom et un motif.'), models.CheckConstraint(condition=models.Q(models.Q(('fait_le', None), ('fait_par', None)), models.Q(('fait_le__isnull', False), ('fait_par__isnull', False)), _connector='OR'), name='besoins_tache_fait_signe', violation_error_message='Ce qui est fait porte un jour et un nom.')],
            },
        ),
        migrations.CreateModel(
            name='Utilite',
            fields=[
                ('a_demander_le', models.DateField(verbose_name='à demander le')),
                ('demandee_le', models.DateTimeField(null=True, verbose_name='demandée le')),
                ('rappelee_le', models.DateTimeField(null=True, verbose_name='rappelée le')),
                ('reponse', models.CharField(blank=True, choices=[('oui', 'oui'), ('en_partie', 'en partie'), ('non', 'non')], max_length=10, verbose_name='cela a aidé')),
                ('mot', models.CharField(blank=True, max_length=500, verbose_name='en quelques mots')),
                ('dite_le', models.DateTimeField(null=True, verbose_name='dite le')),
                ('dite_par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='dite par')),
                ('besoin', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='utilite', serialize=False, to='besoins.besoin')),
            ],
            options={
                'verbose_name': 'utilité',
                'verbose_name_plural': 'utilités',
                'indexes': [models.Index(condition=models.Q(('reponse', '')), fields=['a_demander_le'], name='besoins_utilite_a_demander')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('dite_le', None), ('dite_par', None), ('reponse', '')), models.Q(models.Q(('reponse', ''), _negated=True), ('dite_le__isnull', False), ('dite_par__isnull', False)), _connector='OR'), name='besoins_utilite_signee', violation_error_message='Une réponse a une date et un auteur.')],
            },
        ),
        migrations.CreateModel(
            name='NousAussi',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('fait', models.BooleanField(default=True, verbose_name='l’a fait aussi')),
                ('mot', models.CharField(blank=True, max_length=300, verbose_name='un mot')),
                ('par_referent', models.BooleanField(default=False, verbose_name='dit par un référent')),
                ('dite_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='dit le')),
                ('collectivite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite')),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='dit par')),
                ('contribution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='nous_aussi', to='besoins.retourexperience')),
            ],
            options={
                'verbose_name': 'nous aussi',
                'verbose_name_plural': 'nous aussi',
                'constraints': [models.UniqueConstraint(fields=('contribution', 'collectivite'), name='besoins_nous_aussi_unique_par_collectivite', violation_error_message='Cette collectivité l’a déjà dit.')],
            },
        ),
        migrations.CreateModel(
            name='NousAussiDit',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('par_referent', models.BooleanField()),
                ('retenue', models.BooleanField()),
                ('dite_le', models.DateTimeField()),
                ('fait', models.BooleanField()),
                ('mot', models.CharField(blank=True, max_length=300)),
                ('collectivite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite')),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('contribution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='nous_aussi_dits', to='besoins.retourexperience')),
            ],
            options={
                'verbose_name': 'nous aussi, dit',
                'verbose_name_plural': 'nous aussi, dits',
                'ordering': ['-dite_le', '-pk'],
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='Utile',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('membre', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reseau.membre')),
                ('retour', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='utiles', to='besoins.retourexperience')),
            ],
            options={
                'verbose_name': 'jugé utile',
                'verbose_name_plural': 'jugés utiles',
                'constraints': [models.UniqueConstraint(fields=('retour', 'membre'), name='besoins_utile_unique')],
            },
        ),
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
                ('acte', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='pieces', to='besoins.acte')),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
            ],
            options={
                'verbose_name': 'fichier d’un acte',
                'verbose_name_plural': 'fichiers des actes',
                'ordering': ['pk'],
            },
        ),
        migrations.CreateModel(
            name='Deliberation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('envoi', models.UUIDField(editable=False, null=True)),
                ('retire_le', models.DateTimeField(editable=False, null=True, verbose_name='retiré le')),
                ('retire_motif', models.CharField(blank=True, editable=False, max_length=1000, verbose_name='motif du retrait')),
                ('notifiee_le', models.DateField(validators=[django.core.validators.MinValueValidator(datetime.date(2000, 1, 1), 'Choisissez une date à partir de 2000.'), django.core.validators.MaxValueValidator(datetime.date(2100, 12, 31), 'Choisissez une date avant 2101.')], verbose_name='notifiée le')),
                ('sens', models.CharField(blank=True, choices=[('favorable', 'favorable'), ('defavorable', 'défavorable')], max_length=12, verbose_name='sens')),
                ('acte_le', models.DateField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(datetime.date(2000, 1, 1), 'Choisissez une date à partir de 2000.'), django.core.validators.MaxValueValidator(datetime.date(2100, 12, 31), 'Choisissez une date avant 2101.')], verbose_name='délibération du')),
                ('acte_numero', models.CharField(blank=True, max_length=40, verbose_name='numéro de l’acte')),
                ('collectivite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite', verbose_name='collectivité')),
                ('delai', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='besoins.delailegal', verbose_name='délai')),
                ('par', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('retire_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('projet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='besoins.projet')),
            ],
            options={
                'verbose_name': 'délibération',
                'verbose_name_plural': 'délibérations',
                'abstract': False,
                'constraints': [models.UniqueConstraint(fields=('par', 'envoi'), name='besoins_deliberation_envoi_unique'), models.CheckConstraint(condition=models.Q(('retire_le', None), models.Q(('retire_par__isnull', False), models.Q(('retire_motif', ''), _negated=True)), _connector='OR'), name='besoins_deliberation_retrait_motive', violation_error_message='Un retrait porte un nom et un motif.'), models.CheckConstraint(condition=models.Q(models.Q(('acte_le', None), ('sens', '')), models.Q(models.Q(('sens', ''), _negated=True), ('acte_le__isnull', False)), _connector='OR'), name='besoins_deliberation_acte_date', violation_error_message='Une délibération a un sens et une date.'), models.CheckConstraint(condition=models.Q(('acte_le', None), ('acte_le__gte', models.F('notifiee_le')), _connector='OR'), name='besoins_deliberation_acte_apres_notification', violation_error_message='La délibération ne précède pas la notification.'), models.UniqueConstraint(condition=models.Q(('retire_le', None)), fields=('projet', 'collectivite'), name='besoins_deliberation_une_par_collectivite', violation_error_message='Cette collectivité est déjà dans la liste.')],
            },
        ),
        migrations.AddField(
            model_name='besoin',
            name='compare_le',
            field=models.DateTimeField(editable=False, null=True, verbose_name='comparé le'),
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
            name='modele_le',
            field=models.DateTimeField(editable=False, null=True, verbose_name='gardé comme modèle le'),
        ),
        migrations.AddField(
            model_name='projet',
            name='modele_par',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre'),
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
        migrations.AlterField(
            model_name='risque',
            name='projet',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='%(class)ss', to='besoins.projet'),
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
        migrations.RunPython(ecrire_les_delais, migrations.RunPython.noop),
    ]
