import django.utils.timezone
from django.db import migrations, models
from django.db.models import OuterRef, Subquery
from django.db.models.functions import Coalesce


def dater(apps, schema_editor):
    """When it was last shown to more readers, or published."""
    modifications = apps.get_model("reseau", "Modification").objects.filter(elargit=True)
    contributions = apps.get_model("reseau", "Contribution").objects.filter(pk=OuterRef("pk"))
    elargies = modifications.filter(contribution=OuterRef("pk")).order_by("-pk")
    apps.get_model("ressources_docs", "Ressource").objects.update(
        ouvert_le=Coalesce(
            Subquery(elargies.values("le")[:1]), Subquery(contributions.values("publie_le")[:1]), "ouvert_le"
        )
    )


class Migration(migrations.Migration):
    dependencies = [
        ("reseau", "0005_synonymes_du_metier"),
        ("ressources_docs", "0004_lecture_des_fichiers"),
    ]

    operations = [
        migrations.AlterModelOptions(
            name="thematique",
            options={
                "ordering": ["ordre", "libelle"],
                "verbose_name": "dossier",
                "verbose_name_plural": "dossiers",
            },
        ),
        migrations.AddField(
            model_name="ressource",
            name="ouvert_le",
            field=models.DateTimeField(
                default=django.utils.timezone.now, editable=False, verbose_name="ouvert le"
            ),
        ),
        migrations.RunPython(dater, migrations.RunPython.noop, elidable=True),
        migrations.AlterField(
            model_name="thematique",
            name="archive_le",
            field=models.DateField(blank=True, null=True, verbose_name="archivé le"),
        ),
        migrations.AlterField(
            model_name="thematique",
            name="ordre",
            field=models.PositiveSmallIntegerField(
                default=100,
                help_text="Les plus petites places d’abord, puis l’alphabet ; dans un dossier, parmi les siens.",
                verbose_name="place",
            ),
        ),
        migrations.AddIndex(
            model_name="ressource",
            index=models.Index(fields=["ouvert_le"], name="documents_ressource_ouvert_le"),
        ),
        migrations.AlterConstraint(
            model_name="thematique",
            name="documents_thematique_code_unique",
            constraint=models.UniqueConstraint(
                fields=("code",),
                name="documents_thematique_code_unique",
                violation_error_message="Un autre dossier a déjà ce code.",
            ),
        ),
    ]
