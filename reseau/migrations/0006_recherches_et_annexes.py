import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("reseau", "0005_synonymes_du_metier"),
    ]

    operations = [
        migrations.AddField(
            model_name="piecejointe",
            name="texte",
            field=models.TextField(blank=True, editable=False, verbose_name="texte"),
        ),
        migrations.AddField(
            model_name="piecejointe",
            name="texte_extrait_le",
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name="recherchesansreponse",
            name="traitee_le",
            field=models.DateTimeField(editable=False, null=True, verbose_name="traitée le"),
        ),
        migrations.AddField(
            model_name="recherchesansreponse",
            name="traitee_par",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="reseau.membre",
            ),
        ),
        migrations.RenameIndex(
            model_name="recherchesansreponse",
            old_name="reseau_rechercheperdue_le",
            new_name="reseau_recherchesansreponse_le",
        ),
        migrations.RemoveConstraint(
            model_name="recherchesansreponse", name="reseau_rechercheperdue_unique_du_reseau"
        ),
        migrations.RemoveConstraint(model_name="recherchesansreponse", name="reseau_rechercheperdue_unique"),
        migrations.AddConstraint(
            model_name="recherchesansreponse",
            constraint=models.UniqueConstraint(
                fields=("cle", "reseau"), name="reseau_recherchesansreponse_unique_du_reseau"
            ),
        ),
        migrations.AddConstraint(
            model_name="recherchesansreponse",
            constraint=models.UniqueConstraint(
                condition=models.Q(("reseau", None)), fields=("cle",), name="reseau_recherchesansreponse_unique"
            ),
        ),
    ]
