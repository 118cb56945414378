import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("reseau", "0008_pages_des_reseaux")]

    operations = [
        migrations.CreateModel(
            name="ImportDeMembres",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fichier", models.CharField(max_length=150, verbose_name="fichier")),
                ("lignes", models.JSONField(default=list, verbose_name="lignes")),
                (
                    "cree_le",
                    models.DateTimeField(
                        default=django.utils.timezone.now, editable=False, verbose_name="déposé le"
                    ),
                ),
                ("confirme_le", models.DateTimeField(blank=True, null=True, verbose_name="confirmé le")),
                ("termine_le", models.DateTimeField(blank=True, null=True, verbose_name="terminé le")),
                (
                    "par",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="reseau.membre",
                        verbose_name="par",
                    ),
                ),
                (
                    "reseau",
                    models.ForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="reseau.reseau",
                        verbose_name="réseau",
                    ),
                ),
            ],
            options={
                "verbose_name": "import de membres",
                "verbose_name_plural": "imports de membres",
                "ordering": ["-cree_le", "-pk"],
            },
        ),
    ]
