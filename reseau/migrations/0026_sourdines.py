import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0025_annonces'),
    ]

    operations = [
        migrations.CreateModel(
            name='Sourdine',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('depuis', models.DateTimeField(default=django.utils.timezone.now, editable=False, verbose_name='depuis')),
                ('collectivite', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reseau.collectivite')),
                ('contribution', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sourdines', to='reseau.contribution')),
                ('domaine', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reseau.domaine', verbose_name='domaine')),
                ('membre', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='sourdines', to='reseau.membre')),
                ('reseau', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reseau.reseau')),
            ],
            options={
                'verbose_name': 'sourdine',
                'verbose_name_plural': 'sourdines',
                'ordering': ['-depuis', '-pk'],
                'constraints': [models.CheckConstraint(condition=models.Q(models.Q(('collectivite', None), ('contribution__isnull', False), ('domaine', None), ('reseau', None)), models.Q(('collectivite', None), ('contribution', None), ('domaine__isnull', False), ('reseau', None)), models.Q(('collectivite__isnull', False), ('contribution', None), ('domaine', None), ('reseau', None)), models.Q(('collectivite', None), ('contribution', None), ('domaine', None), ('reseau__isnull', False)), _connector='OR'), name='reseau_sourdine_une_cible', violation_error_message='Une sourdine porte sur une seule chose.'), models.UniqueConstraint(fields=('membre', 'contribution'), name='reseau_sourdine_contribution_unique'), models.UniqueConstraint(fields=('membre', 'domaine'), name='reseau_sourdine_domaine_unique'), models.UniqueConstraint(fields=('membre', 'collectivite'), name='reseau_sourdine_collectivite_unique'), models.UniqueConstraint(fields=('membre', 'reseau'), name='reseau_sourdine_reseau_unique')],
            },
        ),
    ]
