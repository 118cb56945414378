import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0026_sourdines'),
    ]

    operations = [
        migrations.AddField(
            model_name='contribution',
            name='verrouille_le',
            field=models.DateTimeField(editable=False, null=True, verbose_name='verrouillée le'),
        ),
        migrations.AddField(
            model_name='contribution',
            name='verrouille_motif',
            field=models.CharField(blank=True, editable=False, max_length=300, verbose_name='motif du verrou'),
        ),
        migrations.AddField(
            model_name='contribution',
            name='verrouille_par',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre'),
        ),
        migrations.AlterField(
            model_name='entree',
            name='geste',
            field=models.CharField(choices=[('invitation', 'invitation'), ('demande', 'demande reçue'), ('accord', 'demande acceptée'), ('refus', 'demande refusée'), ('fonction', 'fonction ouverte'), ('fin_de_fonction', 'fonction terminée'), ('adhesion', 'adhésion'), ('depart', 'départ d’un réseau'), ('role', 'rôle changé'), ('remplacement', 'remplacement'), ('desactivation', 'compte désactivé'), ('reactivation', 'compte réactivé'), ('presentation', 'présentation modifiée'), ('retrait', 'retrait'), ('retablissement', 'rétablissement'), ('verrou', 'verrou'), ('deverrouillage', 'verrou levé'), ('deplacement', 'changement de réseau'), ('parution', 'première publication acceptée'), ('renvoi', 'première publication renvoyée'), ('etiquette', 'étiquette'), ('consultation', 'consultation par l’administration'), ('fermeture', 'réseau fermé'), ('reouverture', 'réseau rouvert'), ('profil', 'coordonnées corrigées'), ('import', 'liste importée')], max_length=20, verbose_name='geste'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='genre',
            field=models.CharField(choices=[('publication', 'nouveau dans un réseau'), ('reponse', 'réponse'), ('position', 'position d’une commune'), ('mention', 'mention'), ('cloture', 'clôture'), ('reouverture', 'réouverture'), ('deplacement', 'changement de réseau')], max_length=20, verbose_name='genre'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(('verrouille_le', None), models.Q(('verrouille_motif', ''), _negated=True), _connector='OR'), name='reseau_contribution_verrou_motive', violation_error_message='Un verrou porte un motif.'),
        ),
    ]
