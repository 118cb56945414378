import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0035_liens_d_agenda'),
    ]

    operations = [
        migrations.CreateModel(
            name='Decision',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('texte', models.CharField(max_length=500, verbose_name='décision')),
                ('le', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
            ],
            options={
                'verbose_name': 'décision',
                'verbose_name_plural': 'décisions',
                'ordering': ['le', 'pk'],
            },
        ),
        migrations.CreateModel(
            name='PointPropose',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('texte', models.CharField(max_length=300, verbose_name='point')),
                ('propose_le', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('retenu_le', models.DateTimeField(editable=False, null=True)),
                ('ecarte_le', models.DateTimeField(editable=False, null=True)),
            ],
            options={
                'verbose_name': 'point proposé',
                'verbose_name_plural': 'points proposés',
                'ordering': ['propose_le', 'pk'],
            },
        ),
        migrations.AddField(
            model_name='inscription',
            name='present_le',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='inscription',
            name='present_par',
            field=models.ForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre'),
        ),
        migrations.AddField(
            model_name='rencontre',
            name='compte_rendu',
            field=models.TextField(blank=True, editable=False, max_length=30000, verbose_name='compte rendu'),
        ),
        migrations.AddField(
            model_name='rencontre',
            name='compte_rendu_html',
            field=models.TextField(blank=True, editable=False),
        ),
        migrations.AddField(
            model_name='rencontre',
            name='compte_rendu_le',
            field=models.DateTimeField(editable=False, null=True, verbose_name='compte rendu publié le'),
        ),
        migrations.AddField(
            model_name='rencontre',
            name='compte_rendu_par',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre'),
        ),
        migrations.AlterField(
            model_name='notification',
            name='genre',
            field=models.CharField(choices=[('publication', 'nouveau dans un réseau'), ('reponse', 'réponse'), ('position', 'position d’une commune'), ('mention', 'mention'), ('cloture', 'clôture'), ('reouverture', 'réouverture'), ('rencontre', 'rencontre'), ('compte_rendu', 'compte rendu')], max_length=20, verbose_name='genre'),
        ),
        migrations.AddConstraint(
            model_name='rencontre',
            constraint=models.CheckConstraint(condition=models.Q(('compte_rendu_le', None), ('compte_rendu_par__isnull', False), _connector='OR'), name='reseau_rencontre_compte_rendu_signe', violation_error_message='Un compte rendu porte un nom.'),
        ),
        migrations.AddField(
            model_name='decision',
            name='contribution',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='nees_de', to='reseau.contribution'),
        ),
        migrations.AddField(
            model_name='decision',
            name='par',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre'),
        ),
        migrations.AddField(
            model_name='decision',
            name='rencontre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='decisions', to='reseau.rencontre'),
        ),
        migrations.AddField(
            model_name='pointpropose',
            name='collectivite',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.collectivite'),
        ),
        migrations.AddField(
            model_name='pointpropose',
            name='par',
            field=models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre'),
        ),
        migrations.AddField(
            model_name='pointpropose',
            name='rencontre',
            field=models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='points', to='reseau.rencontre'),
        ),
        migrations.AddField(
            model_name='pointpropose',
            name='repondu_par',
            field=models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre'),
        ),
        migrations.AddConstraint(
            model_name='pointpropose',
            constraint=models.CheckConstraint(condition=models.Q(('retenu_le', None), ('ecarte_le', None), _connector='OR'), name='reseau_point_retenu_ou_ecarte', violation_error_message='Un point est retenu ou écarté.'),
        ),
        migrations.AddConstraint(
            model_name='pointpropose',
            constraint=models.CheckConstraint(condition=models.Q(models.Q(('ecarte_le', None), ('retenu_le', None)), ('repondu_par__isnull', False), _connector='OR'), name='reseau_point_repondu_par_quelqu_un', violation_error_message='Une réponse porte un nom.'),
        ),
    ]
