from django.db import migrations

DOMAINES = [
    ("systemes-information", "Systèmes d’information"),
    ("voirie", "Voirie"),
    ("espaces-verts", "Espaces verts"),
    ("eclairage-public", "Éclairage public"),
    ("proprete-urbaine", "Propreté urbaine"),
    ("batiments-patrimoine", "Bâtiments et patrimoine"),
    ("amenagement", "Aménagement"),
    ("urbanisme", "Urbanisme"),
    ("reseaux", "Réseaux"),
    ("dechets", "Déchets"),
    ("parc-automobile", "Parc automobile"),
    ("ingenierie-expertise", "Ingénierie et expertise"),
    ("mobilite-cadre-de-vie", "Mobilité et cadre de vie"),
]


def installer(apps, schema_editor):
    Domaine = apps.get_model("reseau", "Domaine")
    Domaine.objects.bulk_create(
        Domaine(code=code, libelle=libelle, ordre=10 * rang)
        for rang, (code, libelle) in enumerate(DOMAINES, start=1)
    )


def retirer(apps, schema_editor):
    Domaine = apps.get_model("reseau", "Domaine")
    Domaine.objects.filter(code__in=[code for code, libelle in DOMAINES]).delete()


class Migration(migrations.Migration):
    dependencies = [("reseau", "0001_territoire")]

    operations = [migrations.RunPython(installer, retirer)]
