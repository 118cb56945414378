from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("besoins", "0004_paroles_confirmees"),
        ("reseau", "0005_synonymes_du_metier"),
    ]

    operations = [
        migrations.AddField(
            model_name="retourexperience",
            name="aussi",
            field=models.ManyToManyField(
                blank=True, related_name="+", to="reseau.collectivite", verbose_name="l’ont fait aussi"
            ),
        ),
    ]
