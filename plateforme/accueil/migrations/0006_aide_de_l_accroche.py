from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('accueil', '0005_tentatives_au_socle'),
    ]

    operations = [
        migrations.AlterField(
            model_name='parametres',
            name='accroche',
            field=models.CharField(default='Les services techniques des communes s’entraident', help_text='Dans l’onglet du navigateur et dans les moteurs de recherche.', max_length=160, verbose_name='en une phrase'),
        ),
    ]
