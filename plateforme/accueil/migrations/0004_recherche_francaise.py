from django.db import migrations

# What comes to it is folded already (`plateforme.socle.moteurs`): no extension, which its role might not be
# allowed to create.
CREER = "CREATE TEXT SEARCH CONFIGURATION francais (COPY = french);"


def creer(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREER)


def supprimer(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TEXT SEARCH CONFIGURATION francais")


class Migration(migrations.Migration):
    dependencies = [("accueil", "0003_pages_et_parametres")]

    operations = [migrations.RunPython(creer, supprimer)]
