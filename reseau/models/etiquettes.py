from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase


class Etiquette(TagBase):
    """A word that members put on what they publish; our own table, so that a host's tags stay apart."""

    class Meta:
        verbose_name = _("étiquette")
        verbose_name_plural = _("étiquettes")
        ordering = ["name"]

    def contributions_marquees(self):
        from .contributions import Contribution

        return Contribution.objects.filter(pk__in=self.emplois.values("content_object"))

    @transaction.atomic
    def renommer(self, nom, *, par):
        from .journal import Entree

        ancien, self.name = self.name, nom
        self.save(update_fields=["name"])
        Entree.noter(Entree.Geste.ETIQUETTE, par=par, detail=f"« {ancien} » renommée « {nom} »")
        for contribution in self.contributions_marquees():
            contribution.noter_reperes()
        return self

    @transaction.atomic
    def fondre_dans(self, autre, *, par):
        """Give every use of this word to the other one, then forget it."""
        from .journal import Entree

        marquees = list(self.contributions_marquees())
        deja = autre.emplois.values("content_object")
        self.emplois.exclude(content_object__in=deja).update(tag=autre)
        Entree.noter(Entree.Geste.ETIQUETTE, par=par, detail=f"« {self.name} » fondue dans « {autre.name} »")
        self.delete()
        for contribution in marquees:
            contribution.noter_reperes()
        return autre


class Etiquetage(ItemBase):
    tag = models.ForeignKey(Etiquette, models.CASCADE, related_name="emplois")
    content_object = models.ForeignKey("reseau.Contribution", models.CASCADE, related_name="etiquetages")

    class Meta:
        verbose_name = _("emploi d’une étiquette")
        verbose_name_plural = _("emplois des étiquettes")
        constraints = [
            models.UniqueConstraint(fields=["tag", "content_object"], name="reseau_etiquetage_unique")
        ]
