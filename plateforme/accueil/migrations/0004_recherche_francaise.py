from django.db import migrations

# `éclairages` finds `Eclairage`: without this, PostgreSQL would tell apart what SQLite takes for the same.
# The extension is a trusted one: the owner of the database may create it.
CREER = """
CREATE EXTENSION IF NOT EXISTS unaccent;
CREATE TEXT SEARCH CONFIGURATION francais (COPY = french);
ALTER TEXT SEARCH CONFIGURATION francais
    ALTER MAPPING FOR hword, hword_part, word, asciiword, asciihword, hword_asciipart
    WITH unaccent, french_stem;
"""


def creer(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREER)


def supprimer(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP TEXT SEARCH CONFIGURATION francais")


class Migration(migrations.Migration):
    dependencies = [("accueil", "0003_pages_et_parametres")]

    operations = [migrations.RunPython(creer, supprimer)]
