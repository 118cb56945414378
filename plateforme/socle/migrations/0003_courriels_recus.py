from django.db import migrations, models
import django.utils.timezone


class Migration(migrations.Migration):

    dependencies = [
        ('socle', '0002_tentative'),
    ]

    operations = [
        migrations.CreateModel(
            name='CourrielRecu',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('clef', models.CharField(max_length=64, unique=True)),
                ('expediteur', models.CharField(blank=True, max_length=400, verbose_name='expéditeur')),
                ('destinataire', models.CharField(blank=True, max_length=400, verbose_name='destinataire')),
                ('sujet', models.CharField(blank=True, max_length=1000, verbose_name='objet')),
                ('source', models.BinaryField(default=bytes, verbose_name='source')),
                ('recu_le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='reçu le')),
                ('pris_le', models.DateTimeField(blank=True, null=True, verbose_name='pris en compte le')),
                ('refuse_le', models.DateTimeField(blank=True, null=True, verbose_name='refusé le')),
                ('motif', models.CharField(blank=True, max_length=1000, verbose_name='motif')),
                ('repondu_le', models.DateTimeField(blank=True, null=True, verbose_name='répondu le')),
            ],
            options={
                'verbose_name': 'courriel reçu',
                'verbose_name_plural': 'courriels reçus',
                'ordering': ['-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('pris_le', None), ('refuse_le', None), _connector='OR'), name='courriel_recu_pris_ou_refuse', violation_error_message='Un courriel pris en compte n’est pas refusé.'), models.CheckConstraint(condition=models.Q(('refuse_le', None), models.Q(('motif', ''), _negated=True), _connector='OR'), name='courriel_recu_refus_motive', violation_error_message='Un refus porte un motif.')],
            },
        ),
    ]
