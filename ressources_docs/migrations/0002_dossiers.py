from django.db import migrations

# Code, label, and what is inside.
DOSSIERS = [
    ("mutualiser", "Mutualiser", [
        ("services-communs", "Services communs et mises à disposition"),
        ("prets", "Prêt et partage de matériel"),
        ("achats-groupes", "Achats groupés"),
        ("schema", "Schéma et pacte de gouvernance"),
    ]),
    ("cadre-juridique", "Cadre juridique", [
        ("intercommunalite", "Intercommunalité"),
        ("commande-publique", "Commande publique"),
        ("pouvoirs-de-police", "Pouvoirs de police et arrêtés"),
        ("donnees-et-transparence", "Données et transparence"),
    ]),
    ("technique", "Technique", [
        ("voirie-et-reseaux", "Voirie et réseaux"),
        ("espaces-verts-et-proprete", "Espaces verts et propreté"),
        ("batiments-et-energie", "Bâtiments et énergie"),
        ("vehicules-et-materiel", "Véhicules et matériel"),
        ("numerique", "Numérique"),
    ]),
    ("agents", "Agents et sécurité", [
        ("prevention", "Prévention et sécurité"),
        ("formation", "Formation et habilitations"),
        ("organisation", "Organisation du travail"),
    ]),
    ("vie-des-reseaux", "Vie des réseaux", [
        ("comptes-rendus", "Comptes rendus"),
        ("lettres-de-mission", "Lettres de mission"),
        ("calendriers", "Calendriers"),
    ]),
]


def ranger(apps, schema_editor):
    Thematique = apps.get_model("ressources_docs", "Thematique")
    for rang, (code, libelle, filles) in enumerate(DOSSIERS, start=1):
        dossier, _neuf = Thematique.objects.get_or_create(
            code=code, defaults={"libelle": libelle, "ordre": 10 * rang}
        )
        lignes = [
            Thematique(code=f, libelle=l, parent=dossier, ordre=10 * n)
            for n, (f, l) in enumerate(filles, start=1)
        ]
        Thematique.objects.bulk_create(lignes, ignore_conflicts=True)


class Migration(migrations.Migration):

    dependencies = [
        ('ressources_docs', '0001_documents'),
    ]

    operations = [
        migrations.RunPython(ranger, migrations.RunPython.noop),
    ]
