
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('besoins', '0107_economies'),
        ('reseau', '0102_notification_de_sollicitation'),
    ]

    operations = [
        migrations.CreateModel(
            name='Preparation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('niveau', models.CharField(blank=True, choices=[('membre', 'membre'), ('engagee', 'engagée'), ('interessee', 'intéressée'), ('curieuse', 'curieuse'), ('hors', 'pas concernée'), ('retiree', 'retirée')], max_length=12, verbose_name='position')),
                ('sens', models.CharField(blank=True, choices=[('favorable', 'favorable'), ('reserves', 'favorable avec réserves'), ('defavorable', 'défavorable'), ('sans_avis', 'sans avis')], max_length=12, verbose_name='avis')),
                ('quantite', models.DecimalField(blank=True, decimal_places=2, max_digits=12, null=True, verbose_name='quantité')),
                ('texte', models.TextField(blank=True, max_length=3000, verbose_name='en quelques mots')),
                ('acte_nature', models.CharField(blank=True, choices=[('deliberation', 'délibération'), ('decision', 'décision')], max_length=12, verbose_name='nature')),
                ('acte_numero', models.CharField(blank=True, max_length=40, verbose_name='numéro')),
                ('acte_date', models.DateField(blank=True, null=True, verbose_name='du')),
                ('acte_executoire_le', models.DateField(blank=True, null=True, verbose_name='exécutoire le')),
                ('prepare_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='préparée le')),
                ('valide_le', models.DateTimeField(editable=False, null=True, verbose_name='validée le')),
                ('refuse_le', models.DateTimeField(editable=False, null=True, verbose_name='renvoyée le')),
                ('retire_le', models.DateTimeField(editable=False, null=True, verbose_name='retirée le')),
                ('motif', models.CharField(blank=True, editable=False, max_length=500, verbose_name='un mot')),
                ('collectivite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite')),
                ('contribution', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='preparations', to='reseau.contribution')),
                ('pour', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='à valider par')),
                ('prepare_par', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='préparée par')),
            ],
            options={
                'verbose_name': 'réponse préparée',
                'verbose_name_plural': 'réponses préparées',
                'ordering': ['-prepare_le', '-pk'],
                'indexes': [models.Index(condition=models.Q(('refuse_le', None), ('retire_le', None), ('valide_le', None)), fields=['pour'], name='besoins_preparation_pour')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('refuse_le', None), ('retire_le', None), ('valide_le', None)), fields=('contribution', 'collectivite'), name='besoins_preparation_une_en_attente', violation_error_message='Une réponse de cette collectivité attend déjà d’être validée.'), models.CheckConstraint(condition=models.Q(models.Q(models.Q(('niveau', ''), _negated=True), ('sens', '')), models.Q(('niveau', ''), models.Q(('sens', ''), _negated=True)), _connector='OR'), name='besoins_preparation_position_ou_avis', violation_error_message='On prépare une position ou un avis.'), models.CheckConstraint(condition=models.Q(models.Q(('refuse_le', None), ('valide_le', None)), models.Q(('retire_le', None), ('valide_le', None)), models.Q(('refuse_le', None), ('retire_le', None)), _connector='OR'), name='besoins_preparation_une_seule_suite', violation_error_message='Une réponse préparée n’a qu’une suite.'), models.CheckConstraint(condition=models.Q(('refuse_le', None), models.Q(('motif', ''), _negated=True), _connector='OR'), name='besoins_preparation_renvoi_motive', violation_error_message='Dites pourquoi vous la renvoyez.')],
            },
        ),
    ]
