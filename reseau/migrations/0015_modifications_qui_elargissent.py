from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("reseau", "0014_intitules_cherches"),
    ]

    operations = [
        migrations.AddField(
            model_name="modification",
            name="elargit",
            field=models.BooleanField(default=False),
        ),
    ]
