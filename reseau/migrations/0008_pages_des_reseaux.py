import django.db.models.deletion
import swapper
from django.db import migrations, models

PAGE = swapper.get_model_name("wagtailcore", "Page")


class Migration(migrations.Migration):

    dependencies = [
        ("reseau", "0007_notifications_et_journal"),
        swapper.dependency("wagtailcore", "Page"),
        ("wagtailcore", "0098_apitoken"),
    ]

    operations = [
        migrations.CreateModel(
            name="PageReseau",
            fields=[
                (
                    "page_ptr",
                    models.OneToOneField(
                        auto_created=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        parent_link=True,
                        primary_key=True,
                        serialize=False,
                        to=PAGE,
                    ),
                ),
                (
                    "reseau",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="page",
                        to="reseau.reseau",
                        verbose_name="réseau",
                    ),
                ),
            ],
            options={"verbose_name": "page d’un réseau", "verbose_name_plural": "pages des réseaux"},
            bases=(PAGE.lower(), models.Model),
        ),
    ]
