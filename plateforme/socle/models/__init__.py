from django.db import models


class FichierProtege(models.Model):
    fichier = models.FileField()
    nom_origine = models.CharField(max_length=200)

    class Meta:
        abstract = True
