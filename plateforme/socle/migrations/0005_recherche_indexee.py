from django.db import migrations

# Wagtail searches the title and the text together, and indexes each apart: PostgreSQL would read every row.
CREER = "CREATE INDEX socle_recherche_titre_et_texte ON wagtailsearch_indexentry USING gin ((title || body))"


def creer(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute(CREER)


def supprimer(apps, schema_editor):
    if schema_editor.connection.vendor == "postgresql":
        schema_editor.execute("DROP INDEX socle_recherche_titre_et_texte")


class Migration(migrations.Migration):
    dependencies = [("socle", "0004_adresses_en_echec"), ("wagtailsearch", "0010_add_text_fields")]

    operations = [migrations.RunPython(creer, supprimer)]
