from django.db import migrations, models

NIVEAUX = [
    ("engagee", "engagée"),
    ("interessee", "intéressée"),
    ("curieuse", "curieuse"),
    ("hors", "pas concernée"),
]


class Migration(migrations.Migration):
    """« hors » alone said nothing: the words are those of the button."""

    dependencies = [("besoins", "0001_besoins_et_positions")]

    operations = [
        migrations.AlterField(
            "position", "niveau", models.CharField("position", choices=NIVEAUX, max_length=12)
        ),
        migrations.AlterField("positiondite", "niveau", models.CharField(choices=NIVEAUX, max_length=12)),
    ]
