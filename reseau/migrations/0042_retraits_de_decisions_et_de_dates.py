import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q


def signature():
    return models.ForeignKey(
        null=True,
        editable=False,
        on_delete=django.db.models.deletion.PROTECT,
        related_name="+",
        to="reseau.membre",
    )


class Migration(migrations.Migration):
    """What a meeting published is withdrawn, not erased; and what is sent twice is kept once."""

    dependencies = [("reseau", "0041_fil_repondu_le")]

    operations = [
        migrations.AddField("decision", "envoi", models.UUIDField(null=True, editable=False)),
        migrations.AddField(
            "decision",
            "retiree_le",
            models.DateTimeField(verbose_name="retirée le", null=True, editable=False),
        ),
        migrations.AddField("decision", "retiree_par", signature()),
        migrations.AddField(
            "decision",
            "retiree_motif",
            models.CharField(verbose_name="motif du retrait", blank=True, max_length=1000, editable=False),
        ),
        migrations.AddConstraint(
            "decision",
            models.UniqueConstraint(fields=["par", "envoi"], name="reseau_decision_envoi_unique"),
        ),
        migrations.AddConstraint(
            "decision",
            models.CheckConstraint(
                condition=Q(retiree_le=None) | Q(retiree_par__isnull=False) & ~Q(retiree_motif=""),
                name="reseau_decision_retrait_motive",
                violation_error_message="Un retrait porte un nom et un motif.",
            ),
        ),
        migrations.AddField("dateproposee", "retiree_le", models.DateTimeField(null=True, editable=False)),
        migrations.AddField("dateproposee", "retiree_par", signature()),
        migrations.RemoveConstraint("dateproposee", "reseau_date_proposee_unique"),
        migrations.AddConstraint(
            "dateproposee",
            models.UniqueConstraint(
                fields=["rencontre", "debut"],
                condition=Q(retiree_le=None),
                name="reseau_date_proposee_unique",
                violation_error_message="Cette date est déjà proposée.",
            ),
        ),
        migrations.AddConstraint(
            "dateproposee",
            models.CheckConstraint(
                condition=Q(retiree_le=None) | Q(retenue_le=None, retiree_par__isnull=False),
                name="reseau_date_proposee_retrait_signe",
                violation_error_message="Une date retirée porte un nom, et n’est pas retenue.",
            ),
        ),
        migrations.AddField("seance", "envoi", models.UUIDField(null=True, editable=False)),
        migrations.AddConstraint(
            "seance",
            models.UniqueConstraint(fields=["rencontre", "envoi"], name="reseau_seance_envoi_unique"),
        ),
        migrations.AddField("rencontre", "compte_rendu_envoi", models.UUIDField(null=True, editable=False)),
    ]
