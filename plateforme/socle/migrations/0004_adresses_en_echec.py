import django.db.models.deletion
import django.utils.timezone
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('socle', '0003_courriels_recus'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='AdresseEnEchec',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('adresse', models.CharField(max_length=400, unique=True, verbose_name='adresse')),
                ('en_echec_le', models.DateTimeField(default=django.utils.timezone.now, verbose_name='en échec le')),
                ('diagnostic', models.CharField(blank=True, max_length=300, verbose_name='ce que dit le serveur')),
                ('levee_le', models.DateTimeField(blank=True, null=True, verbose_name='levée le')),
                ('levee_par', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='levée par')),
            ],
            options={
                'verbose_name': 'adresse en échec',
                'verbose_name_plural': 'adresses en échec',
                'ordering': ['-en_echec_le', '-id'],
                'constraints': [models.CheckConstraint(condition=models.Q(('levee_par', None), ('levee_le__isnull', False), _connector='OR'), name='adresse_en_echec_levee_datee', violation_error_message='Qui lève l’échec d’une adresse le fait un jour donné.')],
            },
        ),
    ]
