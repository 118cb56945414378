"""« Dit par un référent » had come to mean « by who decides for the collectivité », be it an élu."""

from django.db import migrations, models

PAROLES = ["avis", "nousaussi", "position"]
DITES = ["avisdonne", "nousaussidit", "positiondite"]
MEMBRE_PAR_UN_ACTE = "besoins_position_membre_par_un_acte"


class Migration(migrations.Migration):
    dependencies = [("besoins", "0003_nous_pouvons_aider")]

    operations = [
        migrations.RemoveConstraint("position", MEMBRE_PAR_UN_ACTE),
        *(migrations.RenameField(modele, "par_referent", "confirmee") for modele in [*PAROLES, *DITES]),
        *(
            migrations.AlterField(
                modele,
                "confirmee",
                models.BooleanField(default=False, verbose_name="dite par le référent ou un élu"),
            )
            for modele in PAROLES
        ),
        migrations.AddConstraint(
            "position",
            models.CheckConstraint(
                condition=~models.Q(niveau="membre") | models.Q(acte__isnull=False, confirmee=True),
                name=MEMBRE_PAR_UN_ACTE,
                violation_error_message="Un membre s’est engagé par un acte.",
            ),
        ),
    ]
