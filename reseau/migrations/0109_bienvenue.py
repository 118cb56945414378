import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """When who runs a network bade a newcomer welcome, and who did."""

    dependencies = [("reseau", "0102_notification_de_sollicitation")]

    operations = [
        migrations.AddField(
            "adhesion",
            "accueillie_le",
            models.DateTimeField("accueillie le", null=True, editable=False),
        ),
        migrations.AddField(
            "adhesion",
            "accueillie_par",
            models.ForeignKey(
                "reseau.membre",
                django.db.models.deletion.PROTECT,
                null=True,
                editable=False,
                related_name="+",
                verbose_name="accueillie par",
            ),
        ),
        migrations.AddConstraint(
            "adhesion",
            models.CheckConstraint(
                condition=models.Q(accueillie_le=None, accueillie_par=None)
                | models.Q(accueillie_le__isnull=False, accueillie_par__isnull=False),
                name="reseau_adhesion_accueil_signe",
                violation_error_message="Un mot de bienvenue a une date et un auteur.",
            ),
        ),
    ]
