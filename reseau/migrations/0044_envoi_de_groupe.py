from django.db import migrations, models


class Migration(migrations.Migration):
    """The same form sent twice opens one working group, whoever is first."""

    dependencies = [("reseau", "0043_notification_de_faq")]

    operations = [
        migrations.AddField("reseau", "envoi", models.UUIDField(editable=False, null=True)),
        migrations.AddConstraint(
            "reseau", models.UniqueConstraint(fields=["envoi"], name="reseau_reseau_envoi_unique")
        ),
    ]
