from django.db import migrations

DE_WAGTAIL, EN_FRANCAIS = "Moderators approval", "relecture"


def renommer(avant, apres):
    """What Wagtail's own migrations made in English, and nobody has renamed since."""

    def _renommer(apps, schema_editor):
        for modele in ("Workflow", "Task"):
            apps.get_model("wagtailcore", modele).objects.filter(name=avant).update(name=apres)

    return _renommer


class Migration(migrations.Migration):
    dependencies = [
        ("accueil", "0008_racines_francaises"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.RunPython(renommer(DE_WAGTAIL, EN_FRANCAIS), renommer(EN_FRANCAIS, DE_WAGTAIL)),
    ]
