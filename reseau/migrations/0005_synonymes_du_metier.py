from django.db import migrations

# As the site begins: whoever runs it corrects and adds to them in the administration.
SYNONYMES = [
    "balayeuse, laveuse de voirie, balayeuse aspiratrice, engin de balayage",
    "EP, éclairage public",
    "lampadaire, candélabre, point lumineux, luminaire, lanterne",
    "illuminations, décorations de Noël, motifs lumineux",
    "EV, espaces verts",
    "SIG, système d’information géographique, cartographie",
    "ADS, autorisations du droit des sols, autorisations d’urbanisme, droit des sols",
    "PC, permis de construire",
    "DP, déclaration préalable",
    "PLU, plan local d’urbanisme, PLUi",
    "PMR, personne à mobilité réduite, handicapé",
    "Ad’AP, agenda d’accessibilité programmée",
    "ERP, établissement recevant du public",
    "SSI, système de sécurité incendie, alarme incendie",
    "EPI, équipement de protection individuelle, vêtements de travail",
    "DUERP, document unique, évaluation des risques professionnels",
    "DPO, DPD, délégué à la protection des données, RGPD",
    "AEP, eau potable, adduction d’eau",
    "EU, eaux usées, assainissement",
    "eaux pluviales, eau de pluie",
    "SPANC, assainissement non collectif",
    "DECI, défense extérieure contre l’incendie, défense incendie",
    "PEI, poteau d’incendie, borne d’incendie, hydrant, bouche d’incendie",
    "BAL, base adresse locale, adressage, numérotation des rues, numéro de rue",
    "DT, DICT, déclaration de travaux",
    "MOE, maîtrise d’œuvre, maître d’œuvre",
    "AMO, assistance à maîtrise d’ouvrage",
    "MOA, maîtrise d’ouvrage, maître d’ouvrage",
    "DCE, dossier de consultation",
    "CCTP, cahier des clauses techniques",
    "CAO, commission d’appel d’offres",
    "PCS, plan communal de sauvegarde",
    "DGS, directeur général des services, secrétaire général de mairie, secrétaire de mairie",
    "DST, directeur des services techniques",
    "CTM, centre technique, ateliers municipaux",
    "VRD, voirie et réseaux divers",
    "PAC, pompe à chaleur",
    "photovoltaïque, panneaux solaires, PV",
    "QAI, qualité de l’air intérieur",
    "CEE, certificat d’économie d’énergie",
    "DETR, dotation d’équipement des territoires ruraux",
    "OM, ordures ménagères",
    "déchets verts, végétaux",
    "dépôts sauvages, décharge sauvage",
    "PM, police municipale, policier municipal",
    "vidéoprotection, vidéosurveillance, caméras de surveillance",
    "cantine, restauration scolaire, restaurant scolaire",
    "école, groupe scolaire",
    "photocopieur, copieur, imprimante",
    "cybersécurité, cyber sécurité, sécurité informatique, piratage informatique, cyberattaque",
    "site internet, site web",
    "fourrière, chien errant, divagation",
    "concession funéraire, concession de cimetière, concession",
    "désherbage, zéro phyto, mauvaises herbes",
    "épareuse, débroussailleuse, faucheuse",
    "accotement, bas-côté, berme, bord de route",
    "déneigement, viabilité hivernale, salage",
    "sel de déneigement, sel routier, fondant routier",
    "hivernal, hiver",
    "nid-de-poule, trou dans la chaussée, rebouchage",
    "PATA, point à temps, point à temps automatique",
    "enrobé, bitume, goudron",
    "marquage au sol, signalisation horizontale, peinture routière, traçage",
    "signalisation verticale, panneau de signalisation, panneau de police",
    "ralentisseur, dos d’âne, coussin berlinois, plateau surélevé",
    "aire de jeux, air de jeux, jeux pour enfants",
    "élagage, taille des arbres",
    "broyeur, broyeur de branches",
    "hydrocurage, curage, hydrocureur",
    "pelle mécanique, mini-pelle, minipelle, pelleteuse",
    "nacelle, PEMP, plateforme élévatrice",
    "CACES, habilitation, autorisation de conduite",
    "chapiteau, barnum, tente de réception",
    "podium, scène mobile, estrade",
    "gobelet, gobelet réutilisable, écocup",
    "vélo, bicyclette",
    "délibération, délib",
    "groupement de commandes, groupement d’achat, achat groupé, commande groupée",
    "travaux, travail",
    "convention, conventionnement",
    "astreinte, permanence",
]


def installer(apps, schema_editor):
    Synonymes = apps.get_model("socle", "Synonymes")
    Synonymes.objects.bulk_create(Synonymes(termes=termes) for termes in SYNONYMES)


def retirer(apps, schema_editor):
    apps.get_model("socle", "Synonymes").objects.filter(termes__in=SYNONYMES).delete()


class Migration(migrations.Migration):
    dependencies = [
        ("reseau", "0004_recherches"),
        ("socle", "0006_synonymes_et_etat_des_index"),
    ]

    operations = [migrations.RunPython(installer, retirer)]
