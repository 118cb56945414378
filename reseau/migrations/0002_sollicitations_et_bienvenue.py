import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='adhesion',
            name='accueillie_le',
            field=models.DateTimeField(editable=False, null=True, verbose_name='accueillie le'),
        ),
        migrations.AddField(
            model_name='adhesion',
            name='accueillie_par',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='accueillie par'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='genre',
            field=models.CharField(choices=[('publication', 'nouveau dans un réseau'), ('reponse', 'réponse'), ('position', 'position d’une commune'), ('mention', 'mention'), ('cloture', 'clôture'), ('reouverture', 'réouverture'), ('suite', 'suite de ce qui est suivi'), ('relance', 'question sans réponse'), ('retenue', 'réponse retenue'), ('deplacement', 'changement de réseau'), ('rencontre', 'rencontre'), ('compte_rendu', 'compte rendu'), ('sondage', 'sondage de dates'), ('faq', 'question fréquente à relire'), ('sollicitation', 'réponse attendue')], max_length=20, verbose_name='genre'),
        ),
        migrations.AddConstraint(
            model_name='adhesion',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('accueillie_le', None), ('accueillie_par', None)), models.Q(('accueillie_le__isnull', False), ('accueillie_par__isnull', False)), _connector='OR'), name='reseau_adhesion_accueil_signe', violation_error_message='Un mot de bienvenue a une date et un auteur.'),
        ),
    ]
