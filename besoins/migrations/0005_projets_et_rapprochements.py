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

    dependencies = [
        ('besoins', '0003_consultations_et_avis'),
        ('reseau', '0041_fil_repondu_le'),
    ]

    operations = [
        migrations.AddField(
            model_name='besoin',
            name='rapproche_le',
            field=models.DateTimeField(editable=False, null=True, verbose_name='rapproché le'),
        ),
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
            name='Beneficiaire',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('collectivite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite', verbose_name='collectivité')),
            ],
            options={
                'verbose_name': 'bénéficiaire',
                'verbose_name_plural': 'bénéficiaires',
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
                ('beneficiaires', models.ManyToManyField(blank=True, related_name='+', through='besoins.Beneficiaire', to='reseau.collectivite', verbose_name='pour quelles collectivités')),
                ('besoins_prevus', models.ManyToManyField(editable=False, related_name='+', to='besoins.besoin')),
                ('elu_referent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='élu référent')),
                ('fournisseur', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite', verbose_name='qui rend le service')),
                ('phase_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('pole', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.pole', verbose_name='pôle')),
            ],
            options={
                'verbose_name': 'projet',
                'verbose_name_plural': 'projets',
            },
            bases=('reseau.contribution',),
        ),
        migrations.AddField(
            model_name='beneficiaire',
            name='projet',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='besoins.projet'),
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
                'constraints': [
                    models.UniqueConstraint(fields=('par', 'envoi'), name='besoins_risque_envoi_unique'),
                    models.CheckConstraint(condition=models.Q(('retire_le', None), models.Q(('retire_par__isnull', False), models.Q(('retire_motif', ''), _negated=True)), _connector='OR'), name='besoins_risque_retrait_motive', violation_error_message='Un retrait porte un nom et un motif.'),
                ],
            },
        ),
        migrations.AddConstraint(
            model_name='projet',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('fournisseur', None), ('type_mutualisation', 'action_coordonnee')), models.Q(models.Q(('type_mutualisation', 'action_coordonnee'), _negated=True), ('fournisseur__isnull', False)), _connector='OR'), name='besoins_projet_fournisseur_selon_le_type', violation_error_message='Dans une action coordonnée, personne ne rend le service aux autres\u202f; sinon, dites qui le rend.'),
        ),
        migrations.AddConstraint(
            model_name='projet',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('base_legale', 'AUTRE'), _negated=True), models.Q(('base_legale_autre', ''), _negated=True), _connector='OR'), name='besoins_projet_autre_base_legale_dite', violation_error_message='Dites sur quel texte le projet repose.'),
        ),
        migrations.AddConstraint(
            model_name='projet',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('issue', 'sans_suite'), _negated=True), models.Q(('motif', ''), _negated=True), _connector='OR'), name='besoins_projet_sans_suite_motive', violation_error_message='Dites pourquoi le projet reste sans suite.'),
        ),
        migrations.AddConstraint(
            model_name='beneficiaire',
            constraint=models.UniqueConstraint(fields=('projet', 'collectivite'), name='besoins_beneficiaire_unique'),
        ),
        migrations.AddConstraint(
            model_name='rapprochement',
            constraint=models.UniqueConstraint(condition=models.Q(('defait_le', None)), fields=('besoin',), name='besoins_rapprochement_un_actif_par_besoin', violation_error_message='Ce besoin est déjà rapproché d’un projet.'),
        ),
        migrations.AddConstraint(
            model_name='rapprochement',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('defait_le', None), ('defait_par', None)), models.Q(('defait_le__isnull', False), ('defait_par__isnull', False)), _connector='OR'), name='besoins_rapprochement_defait_signe', violation_error_message='Un rapprochement défait a une date et un auteur.'),
        ),
        migrations.RunPython(ecrire_les_bases_legales, migrations.RunPython.noop),
    ]
