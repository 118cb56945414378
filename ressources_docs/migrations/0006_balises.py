from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("ressources_docs", "0005_dossiers_et_ouverture")]

    operations = [
        migrations.AddField(
            model_name="version",
            name="balise",
            field=models.BooleanField(editable=False, null=True),
        ),
    ]
