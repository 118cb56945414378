from django.db import migrations

# Without PostgreSQL's own list of small words, which holds « été » and « eu »: a query leaves out those of
# `plateforme.socle.moteurs.francais`, the same on each engine, and a phrase in quotes finds all of its words.
CREER = """
CREATE TEXT SEARCH DICTIONARY francais_racines (TEMPLATE = snowball, LANGUAGE = french);
ALTER TEXT SEARCH CONFIGURATION francais
    ALTER MAPPING FOR hword, hword_part, word, asciiword, asciihword, hword_asciipart WITH francais_racines;
"""
SUPPRIMER = """
ALTER TEXT SEARCH CONFIGURATION francais
    ALTER MAPPING FOR hword, hword_part, word, asciiword, asciihword, hword_asciipart WITH french_stem;
DROP TEXT SEARCH DICTIONARY francais_racines;
"""


def creer(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREER)


def supprimer(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(SUPPRIMER)


class Migration(migrations.Migration):
    dependencies = [("accueil", "0007_documents_des_pages")]

    operations = [migrations.RunPython(creer, supprimer)]
