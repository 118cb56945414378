"""What the search keeps beside the engines: words of the same meaning, the state of the indexes."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.memoire import memoire_locale
from plateforme.socle.moteurs import francais

MOTS_D_UN_TERME = 5
TERMES_MAX = 12
CACHE, CACHE_SECONDES = "socle.synonymes", 60


class SynonymesQuerySet(models.QuerySet):
    def en_service(self):
        return self.filter(archive_le=None)

    def table(self):
        """{roots of the words of a term: the terms of its meaning, each its words}; a minute old at most."""
        table = memoire_locale().get(CACHE)
        if table is None:
            table = {}
            for ligne in self.en_service():
                termes = ligne.en_mots()
                for terme in termes:
                    autres = table.setdefault(tuple(map(francais.racine, terme)), [])
                    autres += [autre for autre in termes if autre != terme and autre not in autres]
            memoire_locale().set(CACHE, table, CACHE_SECONDES)
        return table


class Synonymes(models.Model):
    """Words of one meaning: a search for one finds the others."""

    termes = models.CharField(
        _("mots de même sens"),
        max_length=500,
        help_text=_(
            "Séparés par des virgules : « EV, espaces verts ». Chercher l’un trouve aussi les autres."
        ),
    )
    archive_le = models.DateField(
        _("ne sert plus depuis le"), null=True, blank=True, help_text=_("Vide : la recherche s’en sert.")
    )

    objects = SynonymesQuerySet.as_manager()

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("synonymes")
        verbose_name_plural = _("synonymes")
        ordering = ["termes"]

    def __str__(self):
        return self.termes

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        memoire_locale().delete(CACHE)

    def clean(self):
        termes = self.en_mots()
        if len({tuple(map(francais.racine, terme)) for terme in termes}) < 2:
            raise ValidationError(
                {"termes": _("Donnez au moins deux mots différents, séparés par une virgule.")}
            )
        if len(termes) > TERMES_MAX or any(len(terme) > MOTS_D_UN_TERME for terme in termes):
            raise ValidationError(
                {
                    "termes": _("Au plus %(termes)s mots ou expressions, de %(mots)s mots au plus.")
                    % {"termes": TERMES_MAX, "mots": MOTS_D_UN_TERME}
                }
            )

    def en_mots(self):
        return [mots for terme in self.termes.split(",") if (mots := tuple(francais.mots(terme)))]


class AReindexer(models.Model):
    """What a search server could not be told: it is told again by `manage.py entretien`."""

    modele = models.CharField(_("modèle"), max_length=100)
    cle = models.CharField(_("identifiant"), max_length=50)
    depuis = models.DateTimeField(_("depuis"), default=timezone.now)
    fois = models.PositiveIntegerField(default=1)

    wagtail_reference_index_ignore = True

    class Meta:
        verbose_name = _("ligne à réindexer")
        verbose_name_plural = _("lignes à réindexer")
        constraints = [models.UniqueConstraint(fields=["modele", "cle"], name="socle_a_reindexer_unique")]

    def __str__(self):
        return f"{self.modele} {self.cle}"

    @classmethod
    def noter(cls, objet):
        ligne = {"modele": objet._meta.label_lower, "cle": str(objet.pk)}
        _note, nouvelle = cls.objects.get_or_create(**ligne)
        if not nouvelle:
            # Whoever is telling the server of the former state must not take this for done.
            cls.objects.filter(**ligne).update(fois=F("fois") + 1)


class EtatDIndex(models.Model):
    """Of each engine: how the texts of its index were analysed, and when it was last rebuilt."""

    moteur = models.CharField(max_length=30, primary_key=True)
    analyse = models.CharField(max_length=64, blank=True)
    essaye_le = models.DateTimeField(null=True)
    reconstruit_le = models.DateTimeField(null=True)

    class Meta:
        verbose_name = _("état d’un index")
        verbose_name_plural = _("états des index")

    def __str__(self):
        return self.moteur
