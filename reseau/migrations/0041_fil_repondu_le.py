from django.db import migrations, models
from django.db.models import F, Min, OuterRef, Subquery


def relever_les_reponses(apps, schema_editor):
    """The threads that were there before the column: one statement."""
    messages = apps.get_model("reseau", "Message").objects.filter(contribution=OuterRef("pk"), retire_le=None)
    reponses = messages.exclude(auteur=F("contribution__auteur")).order_by().values("contribution")
    premiere = reponses.annotate(le=Min("cree_le")).values("le")
    apps.get_model("reseau", "Fil").objects.update(repondu_le=Subquery(premiere))


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0040_notification_de_sondage'),
    ]

    operations = [
        migrations.AddField(
            model_name='fil',
            name='repondu_le',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.RunPython(relever_les_reponses, migrations.RunPython.noop, elidable=True),
    ]
