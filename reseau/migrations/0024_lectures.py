import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0023_recapitulatifs'),
    ]

    operations = [
        migrations.CreateModel(
            name='Lecture',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('le', models.DateTimeField(db_index=True, default=django.utils.timezone.now)),
                (
                    'contribution',
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reseau.contribution'
                    ),
                ),
                (
                    'membre',
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reseau.membre'
                    ),
                ),
            ],
            options={
                'verbose_name': 'lecture',
                'verbose_name_plural': 'lectures',
                'constraints': [
                    models.UniqueConstraint(fields=('membre', 'contribution'), name='reseau_lecture_unique')
                ],
            },
        ),
    ]
