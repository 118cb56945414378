"""The counters live with what counts, in socle; they last an hour, so that none is carried over."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('accueil', '0004_recherche_francaise'),
    ]

    operations = [
        migrations.DeleteModel(name='Tentative'),
    ]
