import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('socle', '0005_recherche_indexee'),
    ]

    operations = [
        migrations.CreateModel(
            name='EtatDIndex',
            fields=[
                ('moteur', models.CharField(max_length=30, primary_key=True, serialize=False)),
                ('analyse', models.CharField(blank=True, max_length=64)),
                ('essaye_le', models.DateTimeField(null=True)),
                ('reconstruit_le', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'état d’un index',
                'verbose_name_plural': 'états des index',
            },
        ),
        migrations.CreateModel(
            name='MotIndexe',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('mot', models.CharField(max_length=40, unique=True)),
                ('racine', models.CharField(db_index=True, max_length=40)),
                ('son', models.CharField(db_index=True, max_length=40)),
            ],
            options={
                'verbose_name': 'mot indexé',
                'verbose_name_plural': 'mots indexés',
            },
        ),
        migrations.CreateModel(
            name='Synonymes',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('termes', models.CharField(help_text='Séparés par des virgules : « EV, espaces verts ». Chercher l’un trouve aussi les autres.', max_length=500, verbose_name='mots de même sens')),
                ('archive_le', models.DateField(blank=True, help_text='Vide : la recherche s’en sert.', null=True, verbose_name='ne sert plus depuis le')),
            ],
            options={
                'verbose_name': 'synonymes',
                'verbose_name_plural': 'synonymes',
                'ordering': ['termes'],
            },
        ),
        migrations.CreateModel(
            name='AReindexer',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('modele', models.CharField(max_length=100, verbose_name='modèle')),
                ('cle', models.CharField(max_length=50, verbose_name='identifiant')),
                ('depuis', models.DateTimeField(default=django.utils.timezone.now, verbose_name='depuis')),
                ('fois', models.PositiveIntegerField(default=1)),
            ],
            options={
                'verbose_name': 'ligne à réindexer',
                'verbose_name_plural': 'lignes à réindexer',
                'constraints': [models.UniqueConstraint(fields=('modele', 'cle'), name='socle_a_reindexer_unique')],
            },
        ),
    ]
