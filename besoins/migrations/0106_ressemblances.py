import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('besoins', '0103_demarches'),
        ('reseau', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='besoin',
            name='compare_le',
            field=models.DateTimeField(editable=False, null=True, verbose_name='comparé le'),
        ),
        migrations.CreateModel(
            name='Ressemblance',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('score', models.PositiveSmallIntegerField(help_text='En pour cent.', verbose_name='ressemblance')),
                ('ecartee_le', models.DateTimeField(editable=False, null=True, verbose_name='écartée le')),
                ('ecartee_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('premiere', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reseau.contribution')),
                ('seconde', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reseau.contribution')),
            ],
            options={
                'verbose_name': 'ressemblance',
                'verbose_name_plural': 'ressemblances',
                'constraints': [models.UniqueConstraint(fields=('premiere', 'seconde'), name='besoins_ressemblance_unique', violation_error_message='Ces deux contributions sont déjà comparées.'), models.CheckConstraint(condition=models.Q(('premiere__lt', models.F('seconde'))), name='besoins_ressemblance_dans_l_ordre', violation_error_message='Une ressemblance va de la plus ancienne à la plus récente.'), models.CheckConstraint(condition=models.Q(models.Q(('ecartee_le', None), ('ecartee_par', None)), models.Q(('ecartee_le__isnull', False), ('ecartee_par__isnull', False)), _connector='OR'), name='besoins_ressemblance_ecart_signe', violation_error_message='Une ressemblance écartée a une date et un auteur.')],
            },
        ),
    ]
