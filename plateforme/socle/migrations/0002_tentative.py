from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('socle', '0001_courriel'),
    ]

    operations = [
        migrations.CreateModel(
            name='Tentative',
            fields=[
                ('cle', models.CharField(max_length=64, primary_key=True, serialize=False)),
                ('nombre', models.PositiveSmallIntegerField(default=0)),
                ('expire_le', models.DateTimeField(db_index=True)),
            ],
            options={
                'verbose_name': 'compteur de tentatives',
                'verbose_name_plural': 'compteurs de tentatives',
            },
        ),
    ]
