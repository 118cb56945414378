import datetime

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0022_niveaux_par_type'),
    ]

    operations = [
        migrations.CreateModel(
            name='Recapitulatif',
            fields=[
                (
                    'membre',
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        primary_key=True,
                        related_name='recapitulatif',
                        serialize=False,
                        to='reseau.membre',
                    ),
                ),
                (
                    'jour',
                    models.PositiveSmallIntegerField(
                        choices=[
                            (0, 'lundi'),
                            (1, 'mardi'),
                            (2, 'mercredi'),
                            (3, 'jeudi'),
                            (4, 'vendredi'),
                            (5, 'samedi'),
                            (6, 'dimanche'),
                        ],
                        default=1,
                        verbose_name='jour du récapitulatif de la semaine',
                    ),
                ),
                ('heure', models.TimeField(default=datetime.time(8, 0), verbose_name='heure du récapitulatif')),
                (
                    'niveau_ailleurs',
                    models.CharField(
                        choices=[
                            ('immediat', 'tout de suite ce qui me concerne, le reste chaque jour'),
                            ('quotidien', 'une fois par jour'),
                            ('hebdomadaire', 'une fois par semaine'),
                            ('aucun', 'jamais'),
                        ],
                        default='quotidien',
                        help_text='Ce qui s’adresse à toute la plateforme, ou vous nomme ailleurs.',
                        max_length=20,
                        verbose_name='hors de mes réseaux',
                    ),
                ),
                ('prochain_le', models.DateTimeField(editable=False, verbose_name='prochain le')),
                ('arrete_le', models.DateTimeField(editable=False, null=True, verbose_name='arrêté le')),
            ],
            options={
                'verbose_name': 'récapitulatif',
                'verbose_name_plural': 'récapitulatifs',
                'indexes': [
                    models.Index(
                        condition=models.Q(('arrete_le', None)),
                        fields=['prochain_le'],
                        name='reseau_recapitulatif_du',
                    )
                ],
                'constraints': [
                    models.CheckConstraint(
                        condition=models.Q(('jour__lte', 6)),
                        name='reseau_recapitulatif_jour_de_la_semaine',
                        violation_error_message='Choisissez un jour de la semaine.',
                    )
                ],
            },
        ),
    ]
