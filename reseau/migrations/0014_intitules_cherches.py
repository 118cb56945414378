from django.db import migrations, models

from plateforme.socle.texte import sans_accents


def remplir(apps, schema_editor):
    Fonction = apps.get_model('reseau', 'Fonction')
    for fonction in Fonction.objects.exclude(intitule='').iterator():
        fonction.intitule_cherche = sans_accents(fonction.intitule)[:400]
        fonction.save(update_fields=['intitule_cherche'])


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0013_collectivites_sans_accents'),
    ]

    operations = [
        migrations.AddField(
            model_name='fonction',
            name='intitule_cherche',
            field=models.CharField(blank=True, default='', editable=False, max_length=400),
            preserve_default=False,
        ),
        migrations.RunPython(remplir, migrations.RunPython.noop),
    ]
