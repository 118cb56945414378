from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0030_ce_que_dit_un_membre'),
    ]

    operations = [
        migrations.AlterField(
            model_name='entree',
            name='geste',
            field=models.CharField(choices=[('invitation', 'invitation'), ('demande', 'demande reçue'), ('accord', 'demande acceptée'), ('refus', 'demande refusée'), ('fonction', 'fonction ouverte'), ('fin_de_fonction', 'fonction terminée'), ('adhesion', 'adhésion'), ('depart', 'départ d’un réseau'), ('role', 'rôle changé'), ('remplacement', 'remplacement'), ('desactivation', 'compte désactivé'), ('reactivation', 'compte réactivé'), ('presentation', 'présentation modifiée'), ('retrait', 'retrait'), ('retablissement', 'rétablissement'), ('etiquette', 'étiquette'), ('consultation', 'consultation par l’administration'), ('fermeture', 'réseau fermé'), ('reouverture', 'réseau rouvert'), ('profil', 'coordonnées corrigées'), ('import', 'liste importée'), ('export', 'membres exportés'), ('archive', 'archive préparée'), ('ouverture', 'groupe de travail ouvert')], max_length=20, verbose_name='geste'),
        ),
    ]
