import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0027_verrous_et_deplacements'),
    ]

    operations = [
        migrations.CreateModel(
            name='Signalement',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('motif', models.CharField(choices=[('propos', 'des propos blessants ou agressifs'), ('personnel', 'des informations sur une personne'), ('hors_sujet', 'hors sujet, ou pas au bon endroit'), ('publicite', 'de la publicité'), ('autre', 'autre chose')], max_length=20, verbose_name='ce qui ne va pas')),
                ('precision', models.TextField(blank=True, max_length=1000, verbose_name='précisions')),
                ('cree_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='reçu le')),
                ('traite_le', models.DateTimeField(editable=False, null=True, verbose_name='traité le')),
                ('suite', models.CharField(blank=True, choices=[('retrait', 'retiré'), ('verrou', 'discussion verrouillée'), ('aucune', 'laissé tel quel')], editable=False, max_length=10, verbose_name='suite')),
                ('contribution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='signalements', to='reseau.contribution')),
                ('message', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='signalements', to='reseau.message')),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='signalements', to='reseau.membre', verbose_name='signalé par')),
                ('traite_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='traité par')),
                ('vise', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='qui l’a écrit')),
            ],
            options={
                'verbose_name': 'signalement',
                'verbose_name_plural': 'signalements',
                'ordering': ['cree_le', 'pk'],
                'indexes': [models.Index(condition=models.Q(('traite_le', None)), fields=['cree_le'], name='reseau_signalement_attente')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('message', None)), fields=('contribution', 'par'), name='reseau_signalement_unique_de_contribution', violation_error_message='Vous l’avez déjà signalée.'), models.UniqueConstraint(fields=('message', 'par'), name='reseau_signalement_unique_de_message', violation_error_message='Vous avez déjà signalé ce message.'), models.CheckConstraint(condition=models.Q(models.Q(('suite', ''), ('traite_le', None)), models.Q(('traite_le__isnull', False), models.Q(('suite', ''), _negated=True)), _connector='OR'), name='reseau_signalement_suite_datee', violation_error_message='Un signalement traité a une suite et une date.')],
            },
        ),
    ]
