from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("socle", "0006_synonymes_et_etat_des_index"),
    ]

    operations = [
        migrations.DeleteModel(name="MotIndexe"),
    ]
