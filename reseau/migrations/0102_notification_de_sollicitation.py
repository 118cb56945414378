
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0001_initial'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notification',
            name='genre',
            field=models.CharField(choices=[('publication', 'nouveau dans un réseau'), ('reponse', 'réponse'), ('position', 'position d’une commune'), ('mention', 'mention'), ('cloture', 'clôture'), ('reouverture', 'réouverture'), ('suite', 'suite de ce qui est suivi'), ('relance', 'question sans réponse'), ('retenue', 'réponse retenue'), ('deplacement', 'changement de réseau'), ('rencontre', 'rencontre'), ('compte_rendu', 'compte rendu'), ('sondage', 'sondage de dates'), ('faq', 'question fréquente à relire'), ('sollicitation', 'réponse attendue')], max_length=20, verbose_name='genre'),
        ),
    ]
