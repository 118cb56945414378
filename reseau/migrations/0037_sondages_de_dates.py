import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0036_comptes_rendus'),
    ]

    operations = [
        migrations.AddField(
            model_name='rencontre',
            name='sondage_clos_le',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.AddField(
            model_name='rencontre',
            name='sondage_ouvert_le',
            field=models.DateTimeField(editable=False, null=True),
        ),
        migrations.CreateModel(
            name='DateProposee',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('debut', models.DateTimeField(verbose_name='début')),
                ('fin', models.DateTimeField(verbose_name='fin')),
                ('proposee_le', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('retenue_le', models.DateTimeField(editable=False, null=True)),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('rencontre', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='dates_proposees', to='reseau.rencontre')),
                ('retenue_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
            ],
            options={
                'verbose_name': 'date proposée',
                'verbose_name_plural': 'dates proposées',
                'ordering': ['debut'],
            },
        ),
        migrations.CreateModel(
            name='ReponseDeDate',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('choix', models.CharField(choices=[('oui', 'oui'), ('si_besoin', 'si besoin'), ('non', 'non')], max_length=10, verbose_name='réponse')),
                ('le', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('collectivite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite')),
                ('date', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='reponses', to='reseau.dateproposee')),
                ('membre', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reseau.membre')),
            ],
            options={
                'verbose_name': 'réponse à une date',
                'verbose_name_plural': 'réponses à des dates',
                'ordering': ['le', 'pk'],
            },
        ),
        migrations.AddConstraint(
            model_name='dateproposee',
            constraint=models.CheckConstraint(condition=models.Q(('fin__gt', models.F('debut'))), name='reseau_date_proposee_fin_apres_debut', violation_error_message='La fin vient après le début.'),
        ),
        migrations.AddConstraint(
            model_name='dateproposee',
            constraint=models.UniqueConstraint(fields=('rencontre', 'debut'), name='reseau_date_proposee_unique', violation_error_message='Cette date est déjà proposée.'),
        ),
        migrations.AddConstraint(
            model_name='dateproposee',
            constraint=models.UniqueConstraint(condition=models.Q(('retenue_le__isnull', False)), fields=('rencontre',), name='reseau_date_retenue_unique', violation_error_message='Une autre date est déjà retenue.'),
        ),
        migrations.AddConstraint(
            model_name='reponsededate',
            constraint=models.UniqueConstraint(fields=('date', 'membre'), name='reseau_reponse_de_date_unique'),
        ),
    ]
