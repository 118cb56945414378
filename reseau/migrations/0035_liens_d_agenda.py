import django.db.models.deletion
import django.utils.timezone
import secrets
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0034_rencontres'),
    ]

    operations = [
        migrations.CreateModel(
            name='LienAgenda',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('jeton', models.CharField(default=secrets.token_urlsafe, editable=False, max_length=64, unique=True)),
                ('cree_le', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('revoque_le', models.DateTimeField(editable=False, null=True)),
                ('membre', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='liens_agenda', to='reseau.membre')),
                ('reseau', models.ForeignKey(null=True, on_delete=django.db.models.deletion.CASCADE, related_name='+', to='reseau.reseau')),
            ],
            options={
                'verbose_name': 'lien d’agenda',
                'verbose_name_plural': 'liens d’agenda',
                'constraints': [models.UniqueConstraint(condition=models.Q(('reseau__isnull', False), ('revoque_le', None)), fields=('membre', 'reseau'), name='reseau_lien_agenda_unique_par_reseau'), models.UniqueConstraint(condition=models.Q(('reseau', None), ('revoque_le', None)), fields=('membre',), name='reseau_lien_agenda_unique_personnel')],
            },
        ),
    ]
