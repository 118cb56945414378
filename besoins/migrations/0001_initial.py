from datetime import date

import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

TRANSFERT, SERVICE, MISE, PRESTATION, ACTION = (
    "transfert_competence", "service_commun", "mise_a_disposition", "prestation", "action_coordonnee",
)
# Code, article, title, types, date of the version that was read (none: to be checked before it is shown as current).
BASES = [
    ("CGCT_L5211_17", "CGCT, L5211-17", "transfert d’une compétence à l’intercommunalité", [TRANSFERT], None),
    ("CGCT_L5211_4_1_I", "CGCT, L5211-4-1 I", "transfert du service avec la compétence", [TRANSFERT], None),
    ("CGCT_L5211_4_2", "CGCT, L5211-4-2", "service commun", [SERVICE], date(2022, 2, 23)),
    ("CGCT_L5211_4_1_II", "CGCT, L5211-4-1 II", "service communal mis à disposition de l’intercommunalité", [MISE], None),
    ("CGCT_L5211_4_1_III", "CGCT, L5211-4-1 III", "service de l’intercommunalité mis à disposition des communes", [MISE], None),
    ("CGCT_L5211_4_3", "CGCT, L5211-4-3", "biens partagés par l’intercommunalité", [MISE], None),
    ("CGCT_L1311_15", "CGCT, L1311-15", "équipements collectifs utilisés par d’autres collectivités", [MISE], None),
    ("CC_1875", "Code civil, article 1875", "prêt à usage", [MISE], None),
    ("CGFP_L512_6", "CGFP, L512-6", "agent mis à disposition, avec son accord", [MISE], None),
    ("CGCT_L5111_1", "CGCT, L5111-1", "prestations entre collectivités", [PRESTATION], None),
    ("CGCT_L5111_1_1", "CGCT, L5111-1-1", "mise à disposition ou service unifié", [MISE, PRESTATION], None),
    ("CGCT_L5214_16_1", "CGCT, L5214-16-1", "convention de gestion, communauté de communes", [PRESTATION], None),
    ("CGCT_L5215_27", "CGCT, L5215-27", "convention de gestion, communauté urbaine", [PRESTATION], None),
    ("CGCT_L5216_7_1", "CGCT, L5216-7-1", "convention de gestion, communauté d’agglomération", [PRESTATION], None),
    ("CCP_L2113_6", "Commande publique, L2113-6", "groupement de commandes", [ACTION], date(2022, 7, 4)),
    ("CGCT_L5211_4_4", "CGCT, L5211-4-4", "groupement de commandes mené par l’intercommunalité", [ACTION], None),
    ("CGCT_L1414_3", "CGCT, L1414-3", "commission d’appel d’offres d’un groupement", [ACTION], None),
    ("CGCT_L5221_1", "CGCT, L5221-1", "entente", [ACTION], None),
    ("AUTRE", "Autre texte", "dites lequel", [TRANSFERT, SERVICE, MISE, PRESTATION, ACTION], None),
]


def ecrire_les_bases_legales(apps, schema_editor):
    BaseLegale = apps.get_model("besoins", "BaseLegale")
    BaseLegale.objects.bulk_create(
        BaseLegale(code=code, article=article, intitule=intitule, types=types, a_jour_au=a_jour_au, rang=rang)
        for rang, (code, article, intitule, types, a_jour_au) in enumerate(BASES)
    )


class Migration(migrations.Migration):

    # A database that an earlier version of the code has filled has all of these.
    replaces = [
        ('besoins', '0001_besoins_et_positions'),
        ('besoins', '0002_pas_concernee'),
        ('besoins', '0003_consultations_et_avis'),
        ('besoins', '0005_projets_et_rapprochements'),
    ]

    initial = True

    dependencies = [
        ('reseau', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='BaseLegale',
            fields=[
                ('code', models.CharField(max_length=30, primary_key=True, serialize=False, verbose_name='code')),
                ('article', models.CharField(max_length=80, verbose_name='article')),
                ('intitule', models.CharField(max_length=200, verbose_name='intitulé')),
                ('types', models.JSONField(default=list, verbose_name='types de mutualisation')),
                ('en_vigueur_du', models.DateField(blank=True, null=True, verbose_name='en vigueur du')),
                ('en_vigueur_au', models.DateField(blank=True, null=True, verbose_name='en vigueur jusqu’au')),
                ('a_jour_au', models.DateField(blank=True, null=True, verbose_name='à jour au')),
                ('rang', models.PositiveSmallIntegerField(default=0, verbose_name='rang')),
            ],
            options={
                'verbose_name': 'base légale',
                'verbose_name_plural': 'bases légales',
                'ordering': ['rang', 'code'],
                'constraints': [models.CheckConstraint(condition=models.Q(('en_vigueur_du', None), ('en_vigueur_au', None), ('en_vigueur_au__gt', models.F('en_vigueur_du')), _connector='OR'), name='besoins_base_legale_fin_apres_debut', violation_error_message='La fin vient après le début.')],
            },
        ),
        migrations.CreateModel(
            name='Besoin',
            fields=[
                ('contribution_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='reseau.contribution')),
                ('echeance', models.DateField(blank=True, help_text='Jusqu’à quand les communes peuvent répondre.', null=True, verbose_name='réponse attendue avant le')),
                ('quantite', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='quantité')),
                ('unite', models.CharField(blank=True, help_text='«\u202ftonnes\u202f», «\u202fjours par mois\u202f»…', max_length=40, verbose_name='unité')),
                ('urgence', models.CharField(choices=[('normale', 'pas d’urgence'), ('urgente', 'urgent')], default='normale', max_length=10, verbose_name='urgence')),
                ('issue', models.CharField(blank=True, choices=[('projet', 'un projet commun'), ('pret', 'un prêt'), ('groupement', 'un groupement de commandes'), ('service_commun', 'un service commun'), ('reponse', 'une réponse dans la discussion'), ('sans_suite', 'sans suite')], editable=False, max_length=20, verbose_name='ce qui en est sorti')),
                ('motif', models.TextField(blank=True, editable=False, max_length=1000, verbose_name='pourquoi')),
                ('rapproche_le', models.DateTimeField(editable=False, null=True, verbose_name='rapproché le')),
            ],
            options={
                'verbose_name': 'besoin',
                'verbose_name_plural': 'besoins',
                'indexes': [models.Index(fields=['echeance'], name='besoins_besoin_echeance')],
                'constraints': [models.CheckConstraint(condition=models.Q(('quantite', None), ('quantite__gt', 0), _connector='OR'), name='besoins_besoin_quantite_positive', violation_error_message='La quantité est supérieure à zéro.'), models.CheckConstraint(condition=models.Q(models.Q(('issue', 'sans_suite'), _negated=True), models.Q(('motif', ''), _negated=True), _connector='OR'), name='besoins_besoin_sans_suite_motive', violation_error_message='Dites pourquoi le besoin reste sans suite.')],
            },
            bases=('reseau.contribution',),
        ),
        migrations.CreateModel(
            name='Position',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('niveau', models.CharField(choices=[('engagee', 'engagée'), ('interessee', 'intéressée'), ('curieuse', 'curieuse'), ('hors', 'pas concernée')], max_length=12, verbose_name='position')),
                ('quantite', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='quantité')),
                ('commentaire', models.CharField(blank=True, max_length=300, verbose_name='un mot')),
                ('par_referent', models.BooleanField(default=False, verbose_name='dite par un référent')),
                ('dite_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='dite le')),
                ('collectivite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='positions', to='reseau.collectivite', verbose_name='collectivité')),
                ('contribution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='positions', to='reseau.contribution')),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='dite par')),
            ],
            options={
                'verbose_name': 'position',
                'verbose_name_plural': 'positions',
                'constraints': [models.UniqueConstraint(fields=('contribution', 'collectivite'), name='besoins_position_unique_par_collectivite', violation_error_message='Cette collectivité a déjà une position.'), models.CheckConstraint(condition=models.Q(('quantite', None), ('quantite__gt', 0), _connector='OR'), name='besoins_position_quantite_positive', violation_error_message='La quantité est supérieure à zéro.')],
            },
        ),
        migrations.CreateModel(
            name='PositionDite',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('par_referent', models.BooleanField()),
                ('retenue', models.BooleanField()),
                ('dite_le', models.DateTimeField()),
                ('niveau', models.CharField(choices=[('engagee', 'engagée'), ('interessee', 'intéressée'), ('curieuse', 'curieuse'), ('hors', 'pas concernée')], max_length=12)),
                ('quantite', models.DecimalField(decimal_places=2, max_digits=12, null=True)),
                ('commentaire', models.CharField(blank=True, max_length=300)),
                ('collectivite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite')),
                ('contribution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='positions_dites', to='reseau.contribution')),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
            ],
            options={
                'verbose_name': 'position dite',
                'verbose_name_plural': 'positions dites',
                'ordering': ['-dite_le', '-pk'],
                'abstract': False,
            },
        ),
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
                'indexes': [models.Index(fields=['jusqu_au'], name='besoins_consultation_jusqu_au')],
                'constraints': [models.CheckConstraint(condition=models.Q(('jusqu_au__gte', models.F('ouverte_du'))), name='besoins_consultation_fin_apres_debut', violation_error_message='La consultation finit après son ouverture.')],
            },
            bases=('reseau.contribution',),
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
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('sens', 'reserves'), _negated=True), models.Q(('texte', ''), _negated=True), _connector='OR'), name='besoins_avis_reserves_dites', violation_error_message='Dites quelles sont vos réserves.'), models.UniqueConstraint(fields=('contribution', 'collectivite'), name='besoins_avis_unique_par_collectivite', violation_error_message='Cette collectivité a déjà donné un avis.')],
            },
        ),
        migrations.CreateModel(
            name='AvisDonne',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('par_referent', models.BooleanField()),
                ('retenue', models.BooleanField()),
                ('dite_le', models.DateTimeField()),
                ('sens', models.CharField(choices=[('favorable', 'favorable'), ('reserves', 'favorable avec réserves'), ('defavorable', 'défavorable'), ('sans_avis', 'sans avis')], max_length=12)),
                ('texte', models.TextField(blank=True, max_length=3000)),
                ('collectivite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite')),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('contribution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='avis_donnes', to='besoins.consultation')),
            ],
            options={
                'verbose_name': 'avis donné',
                'verbose_name_plural': 'avis donnés',
                'ordering': ['-dite_le', '-pk'],
                'abstract': False,
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
                'constraints': [models.UniqueConstraint(fields=('consultation', 'collectivite'), name='besoins_interrogation_unique', violation_error_message='Cette collectivité est déjà interrogée.'), models.CheckConstraint(condition=models.Q(models.Q(('recue_le', None), ('recue_par', None)), models.Q(('recue_le__isnull', False), ('recue_par__isnull', False)), _connector='OR'), name='besoins_interrogation_accuse_signe', violation_error_message='Un accusé de réception a une date et un auteur.')],
            },
        ),
        migrations.CreateModel(
            name='Projet',
            fields=[
                ('contribution_ptr', models.OneToOneField(auto_created=True, on_delete=django.db.models.deletion.CASCADE, parent_link=True, primary_key=True, serialize=False, to='reseau.contribution')),
                ('type_mutualisation', models.CharField(choices=[('transfert_competence', 'transfert de compétence'), ('service_commun', 'service commun'), ('mise_a_disposition', 'mise à disposition'), ('prestation', 'prestation de service'), ('action_coordonnee', 'action coordonnée')], default='action_coordonnee', max_length=20, verbose_name='type de mutualisation')),
                ('sens', models.CharField(choices=[('descendante', 'de l’agglo vers les communes'), ('ascendante', 'des communes vers l’agglo'), ('horizontale', 'entre communes')], default='horizontale', editable=False, max_length=12, verbose_name='sens')),
                ('base_legale_autre', models.CharField(blank=True, max_length=200, verbose_name='autre texte')),
                ('phase', models.CharField(choices=[('etude', 'étude préliminaire'), ('diagnostic', 'diagnostic'), ('operationnelle', 'phase opérationnelle'), ('evaluation', 'évaluation')], default='etude', editable=False, max_length=15, verbose_name='phase')),
                ('phase_le', models.DateTimeField(editable=False, null=True, verbose_name='depuis le')),
                ('decideur', models.TextField(blank=True, max_length=1000, verbose_name='qui décide')),
                ('consultes', models.TextField(blank=True, max_length=1000, verbose_name='qui est consulté')),
                ('executants', models.TextField(blank=True, max_length=1000, verbose_name='qui exécute')),
                ('droit_de_retrait', models.TextField(blank=True, max_length=1000, verbose_name='comment une commune se retire')),
                ('issue', models.CharField(blank=True, choices=[('realise', 'réalisé'), ('autrement', 'fait autrement'), ('sans_suite', 'sans suite')], editable=False, max_length=20, verbose_name='ce qui en est sorti')),
                ('motif', models.TextField(blank=True, editable=False, max_length=1000, verbose_name='en quelques mots')),
                ('base_legale', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='projets', to='besoins.baselegale', verbose_name='base légale')),
                ('besoins_prevus', models.ManyToManyField(editable=False, related_name='+', to='besoins.besoin')),
                ('elu_referent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='élu référent')),
                ('fournisseur', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite', verbose_name='qui rend le service')),
                ('phase_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('pole', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.pole', verbose_name='pôle')),
            ],
            options={
                'verbose_name': 'projet',
                'verbose_name_plural': 'projets',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('fournisseur', None), ('type_mutualisation', 'action_coordonnee')), models.Q(models.Q(('type_mutualisation', 'action_coordonnee'), _negated=True), ('fournisseur__isnull', False)), _connector='OR'), name='besoins_projet_fournisseur_selon_le_type', violation_error_message='Dans une action coordonnée, personne ne rend le service aux autres\u202f; sinon, dites qui le rend.'), models.CheckConstraint(condition=models.Q(models.Q(('base_legale', 'AUTRE'), _negated=True), models.Q(('base_legale_autre', ''), _negated=True), _connector='OR'), name='besoins_projet_autre_base_legale_dite', violation_error_message='Dites sur quel texte le projet repose.'), models.CheckConstraint(condition=models.Q(models.Q(('issue', 'sans_suite'), _negated=True), models.Q(('motif', ''), _negated=True), _connector='OR'), name='besoins_projet_sans_suite_motive', violation_error_message='Dites pourquoi le projet reste sans suite.')],
            },
            bases=('reseau.contribution',),
        ),
        migrations.CreateModel(
            name='Beneficiaire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('collectivite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite', verbose_name='collectivité')),
                ('projet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='besoins.projet')),
            ],
            options={
                'verbose_name': 'bénéficiaire',
                'verbose_name_plural': 'bénéficiaires',
                'constraints': [models.UniqueConstraint(fields=('projet', 'collectivite'), name='besoins_beneficiaire_unique')],
            },
        ),
        migrations.CreateModel(
            name='Rapprochement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('defait_le', models.DateTimeField(editable=False, null=True)),
                ('besoin', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rapprochements', to='besoins.besoin')),
                ('defait_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('projet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='rapprochements', to='besoins.projet')),
            ],
            options={
                'verbose_name': 'rapprochement',
                'verbose_name_plural': 'rapprochements',
                'ordering': ['le', 'pk'],
                'constraints': [models.UniqueConstraint(condition=models.Q(('defait_le', None)), fields=('besoin',), name='besoins_rapprochement_un_actif_par_besoin', violation_error_message='Ce besoin est déjà rapproché d’un projet.'), models.CheckConstraint(condition=models.Q(models.Q(('defait_le', None), ('defait_par', None)), models.Q(('defait_le__isnull', False), ('defait_par__isnull', False)), _connector='OR'), name='besoins_rapprochement_defait_signe', violation_error_message='Un rapprochement défait a une date et un auteur.')],
            },
        ),
        migrations.CreateModel(
            name='Risque',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('libelle', models.CharField(max_length=200, verbose_name='risque')),
                ('probabilite', models.PositiveSmallIntegerField(choices=[(1, 'faible'), (2, 'moyen'), (3, 'fort')], default=2, verbose_name='probabilité')),
                ('gravite', models.PositiveSmallIntegerField(choices=[(1, 'faible'), (2, 'moyen'), (3, 'fort')], default=2, verbose_name='gravité')),
                ('parade', models.TextField(blank=True, max_length=1000, verbose_name='parade')),
                ('envoi', models.UUIDField(editable=False, null=True)),
                ('retire_le', models.DateTimeField(editable=False, null=True, verbose_name='retiré le')),
                ('retire_motif', models.CharField(blank=True, editable=False, max_length=1000, verbose_name='motif du retrait')),
                ('par', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('projet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='risques', to='besoins.projet')),
                ('retire_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
            ],
            options={
                'verbose_name': 'risque',
                'verbose_name_plural': 'risques',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('par', 'envoi'), name='besoins_risque_envoi_unique'), models.CheckConstraint(condition=models.Q(('retire_le', None), models.Q(('retire_par__isnull', False), models.Q(('retire_motif', ''), _negated=True)), _connector='OR'), name='besoins_risque_retrait_motive', violation_error_message='Un retrait porte un nom et un motif.')],
            },
        ),
        migrations.AddField(
            model_name='consultation',
            name='interrogees',
            field=models.ManyToManyField(blank=True, related_name='+', through='besoins.Interrogation', to='reseau.collectivite', verbose_name='collectivités interrogées'),
        ),
        migrations.AddField(
            model_name='projet',
            name='beneficiaires',
            field=models.ManyToManyField(blank=True, related_name='+', through='besoins.Beneficiaire', to='reseau.collectivite', verbose_name='pour quelles collectivités'),
        ),
        migrations.RunPython(ecrire_les_bases_legales, migrations.RunPython.noop),
    ]
