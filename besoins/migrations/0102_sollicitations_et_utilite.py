
import django.core.validators
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('besoins', '0104_echeancier'),
        ('reseau', '0102_notification_de_sollicitation'),
    ]

    operations = [
        migrations.CreateModel(
            name='Cadence',
            fields=[
                ('reseau', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to='reseau.reseau')),
                ('premier_rappel', models.PositiveSmallIntegerField(blank=True, default=9, help_text='En jours, après que l’on a sollicité des communes. Vide ou 0\u202f: jamais.', null=True, validators=[django.core.validators.MaxValueValidator(730)], verbose_name='premier rappel')),
                ('second_rappel', models.PositiveSmallIntegerField(blank=True, default=21, help_text='En jours, depuis ce même jour.', null=True, validators=[django.core.validators.MaxValueValidator(730)], verbose_name='second rappel')),
                ('animation', models.PositiveSmallIntegerField(blank=True, default=45, help_text='En jours, depuis ce même jour\u202f: le besoin entre alors dans sa liste.', null=True, validators=[django.core.validators.MaxValueValidator(730)], verbose_name='à la personne qui anime')),
                ('utilite', models.PositiveSmallIntegerField(blank=True, default=90, help_text='En jours, après la clôture d’un besoin qui a eu une suite.', null=True, validators=[django.core.validators.MaxValueValidator(730)], verbose_name='demander si cela a aidé')),
            ],
            options={
                'verbose_name': 'cadence des relances',
                'verbose_name_plural': 'cadences des relances',
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('premier_rappel', None), ('premier_rappel__range', (1, 730)), _connector='OR'), models.Q(('second_rappel', None), ('second_rappel__range', (1, 730)), _connector='OR'), models.Q(('animation', None), ('animation__range', (1, 730)), _connector='OR'), models.Q(('utilite', None), ('utilite__range', (1, 730)), _connector='OR')), name='besoins_cadence_jours_bornes', violation_error_message='Un délai va d’un jour à deux ans.'), models.CheckConstraint(condition=models.Q(models.Q(('second_rappel', None), ('premier_rappel', None), ('second_rappel__gt', models.F('premier_rappel')), _connector='OR'), models.Q(('animation', None), ('premier_rappel', None), ('animation__gt', models.F('premier_rappel')), _connector='OR'), models.Q(('animation', None), ('second_rappel', None), ('animation__gt', models.F('second_rappel')), _connector='OR')), name='besoins_cadence_dans_l_ordre', violation_error_message='Chaque relance vient après la précédente.')],
            },
        ),
        migrations.CreateModel(
            name='Relance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('etape', models.CharField(choices=[('premiere', 'premier rappel'), ('seconde', 'second rappel'), ('animation', 'liste de la personne qui anime'), ('a_la_main', 'rappel demandé')], max_length=10, verbose_name='étape')),
                ('prevue_le', models.DateField(verbose_name='prévue le')),
                ('faite_le', models.DateTimeField(null=True, verbose_name='faite le')),
                ('besoin', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='relances', to='besoins.besoin')),
                ('par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='par')),
            ],
            options={
                'verbose_name': 'relance',
                'verbose_name_plural': 'relances',
                'ordering': ['prevue_le', 'pk'],
                'indexes': [models.Index(condition=models.Q(('faite_le', None)), fields=['prevue_le'], name='besoins_relance_a_faire')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('etape', 'a_la_main'), _negated=True), fields=('besoin', 'etape'), name='besoins_relance_une_par_etape', violation_error_message='Cette relance est déjà prévue.'), models.CheckConstraint(condition=models.Q(models.Q(('etape', 'a_la_main'), ('faite_le__isnull', False), ('par__isnull', False)), models.Q(models.Q(('etape', 'a_la_main'), _negated=True), ('par', None)), _connector='OR'), name='besoins_relance_a_la_main_signee', violation_error_message='Une relance demandée a une date et un auteur.')],
            },
        ),
        migrations.CreateModel(
            name='Sollicitation',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='sollicitée le')),
                ('besoin', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sollicitations', to='besoins.besoin')),
                ('collectivite', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite', verbose_name='collectivité')),
                ('par', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='sollicitée par')),
            ],
            options={
                'verbose_name': 'commune sollicitée',
                'verbose_name_plural': 'communes sollicitées',
                'constraints': [models.UniqueConstraint(fields=('besoin', 'collectivite'), name='besoins_sollicitation_unique', violation_error_message='Cette commune est déjà sollicitée.')],
            },
        ),
        migrations.CreateModel(
            name='Utilite',
            fields=[
                ('besoin', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='utilite', serialize=False, to='besoins.besoin')),
                ('a_demander_le', models.DateField(verbose_name='à demander le')),
                ('demandee_le', models.DateTimeField(null=True, verbose_name='demandée le')),
                ('rappelee_le', models.DateTimeField(null=True, verbose_name='rappelée le')),
                ('reponse', models.CharField(blank=True, choices=[('oui', 'oui'), ('en_partie', 'en partie'), ('non', 'non')], max_length=10, verbose_name='cela a aidé')),
                ('mot', models.CharField(blank=True, max_length=500, verbose_name='en quelques mots')),
                ('dite_le', models.DateTimeField(null=True, verbose_name='dite le')),
                ('dite_par', models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre', verbose_name='dite par')),
            ],
            options={
                'verbose_name': 'utilité',
                'verbose_name_plural': 'utilités',
                'indexes': [models.Index(condition=models.Q(('reponse', '')), fields=['a_demander_le'], name='besoins_utilite_a_demander')],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('dite_le', None), ('dite_par', None), ('reponse', '')), models.Q(models.Q(('reponse', ''), _negated=True), ('dite_le__isnull', False), ('dite_par__isnull', False)), _connector='OR'), name='besoins_utilite_signee', violation_error_message='Une réponse a une date et un auteur.')],
            },
        ),
    ]
