import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('besoins', '0001_initial'),
        ('reseau', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='Demarche',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('code', models.CharField(blank=True, editable=False, max_length=40, verbose_name='code')),
                ('libelle', models.CharField(max_length=200, verbose_name='démarche')),
                ('qui', models.CharField(blank=True, max_length=200, verbose_name='qui s’en charge')),
                ('faite_le', models.DateField(blank=True, null=True, verbose_name='faite le')),
                ('remarque', models.TextField(blank=True, max_length=1000, verbose_name='remarque')),
                ('lien', models.URLField(blank=True, max_length=500, verbose_name='lien')),
                ('sans_objet', models.CharField(blank=True, max_length=500, verbose_name='sans objet, parce que')),
                ('etat_le', models.DateTimeField(editable=False, null=True, verbose_name='état noté le')),
                ('envoi', models.UUIDField(editable=False, null=True)),
                ('etat_par', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('par', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='reseau.membre')),
                ('piece', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='reseau.piecejointe', verbose_name='fichier')),
                ('projet', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='demarches', to='besoins.projet')),
            ],
            options={
                'verbose_name': 'démarche',
                'verbose_name_plural': 'démarches',
                'ordering': ['pk'],
                'constraints': [models.UniqueConstraint(fields=('par', 'envoi'), name='besoins_demarche_envoi_unique'), models.UniqueConstraint(condition=models.Q(('code', ''), _negated=True), fields=('projet', 'code'), name='besoins_demarche_une_par_code', violation_error_message='Cette démarche est déjà dans la liste.'), models.CheckConstraint(condition=models.Q(('faite_le', None), ('sans_objet', ''), _connector='OR'), name='besoins_demarche_faite_ou_sans_objet', violation_error_message='Une démarche est faite, ou sans objet\u202f: pas les deux.'), models.CheckConstraint(condition=models.Q(models.Q(('faite_le', None), ('sans_objet', '')), models.Q(('etat_le__isnull', False), ('etat_par__isnull', False)), _connector='OR'), name='besoins_demarche_etat_signe', violation_error_message='Ce qui est fait ou sans objet porte un nom et une date.'), models.CheckConstraint(condition=models.Q(models.Q(('code__startswith', 'visa-'), _negated=True), ('faite_le', None), models.Q(('qui', ''), _negated=True), _connector='OR'), name='besoins_demarche_visa_nomme', violation_error_message='Dites qui a donné le visa.')],
            },
        ),
    ]
