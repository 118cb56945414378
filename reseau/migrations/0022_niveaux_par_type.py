import django.db.models.deletion
from django.db import migrations, models

NIVEAUX = [
    ('immediat', 'tout de suite ce qui me concerne, le reste chaque jour'),
    ('quotidien', 'une fois par jour'),
    ('hebdomadaire', 'une fois par semaine'),
    ('aucun', 'jamais'),
]


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0021_mots_des_domaines'),
    ]

    operations = [
        migrations.AlterField(
            model_name='adhesion',
            name='niveau_courriel',
            field=models.CharField(choices=NIVEAUX, default='quotidien', max_length=20, verbose_name='courriels'),
        ),
        migrations.AlterField(
            model_name='demande',
            name='niveau_courriel',
            field=models.CharField(choices=NIVEAUX, default='quotidien', max_length=20, verbose_name='courriels'),
        ),
        migrations.CreateModel(
            name='NiveauDeType',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('type', models.CharField(max_length=30, verbose_name='type')),
                ('niveau', models.CharField(choices=NIVEAUX, max_length=20, verbose_name='courriels')),
                (
                    'adhesion',
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name='niveaux_de_type',
                        to='reseau.adhesion',
                    ),
                ),
            ],
            options={
                'verbose_name': 'niveau d’un type',
                'verbose_name_plural': 'niveaux des types',
                'constraints': [
                    models.UniqueConstraint(
                        fields=('adhesion', 'type'),
                        name='reseau_niveau_unique_par_type',
                        violation_error_message='Ce type a déjà un niveau.',
                    )
                ],
            },
        ),
    ]
