from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0028_signalements'),
    ]

    operations = [
        migrations.AddField(
            model_name='contribution',
            name='retenue_le',
            field=models.DateTimeField(editable=False, null=True, verbose_name='retenue le'),
        ),
        migrations.AddField(
            model_name='reseau',
            name='retient_les_nouveaux',
            field=models.BooleanField(default=False, help_text='Elle paraît quand une personne qui anime l’accepte.', verbose_name='lire d’abord la première publication de chaque membre'),
        ),
        migrations.AddConstraint(
            model_name='contribution',
            constraint=models.CheckConstraint(condition=models.Q(('retenue_le', None), models.Q(('publie_le', None), ('reseau__isnull', False)), _connector='OR'), name='reseau_contribution_retenue_avant_parution', violation_error_message='Seule une publication à paraître dans un réseau est retenue.'),
        ),
    ]
