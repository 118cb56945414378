from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('reseau', '0015_modifications_qui_elargissent'),
    ]

    operations = [
        migrations.AlterField(
            model_name='notification',
            name='genre',
            field=models.CharField(
                choices=[
                    ('publication', 'nouveau dans un réseau'),
                    ('reponse', 'réponse'),
                    ('position', 'position d’une commune'),
                    ('mention', 'mention'),
                    ('cloture', 'clôture'),
                    ('reouverture', 'réouverture'),
                ],
                max_length=20,
                verbose_name='genre',
            ),
        ),
    ]
