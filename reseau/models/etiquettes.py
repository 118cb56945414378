import re

from django.db import models, transaction
from django.db.models import Q
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from taggit.models import ItemBase, TagBase

from reseau.taches import noter_les_reperes

from .journal import Entree


class Etiquette(TagBase):
    """A word that members put on what they publish; our own table, so that a host's tags stay apart."""

    class Meta:
        verbose_name = _("étiquette")
        verbose_name_plural = _("étiquettes")
        ordering = ["name"]

    def slugify(self, tag, i=None):
        """Its column holds a hundred characters; NFKC writes some letters with many."""
        slug = super().slugify(tag)[:90]
        return slug if i is None else f"{slug}_{i}"

    @classmethod
    def tenir(cls, noms):
        """Keep these from being merged or renamed until the commit, while a contribution takes them."""
        list(cls.objects.select_for_update().filter(name__in=noms).order_by("pk"))

    @classmethod
    def comme_deja_ecrites(cls, noms):
        """These words without doubles, each with the capitals of the étiquette that already bears it.

        SQLite knows the capitals of ASCII only, except in a regular expression, which Python reads for it.
        """
        connues = cls.objects.filter(name__iregex=f"^({'|'.join(map(re.escape, noms))})$") if noms else ()
        deja = {etiquette.name for etiquette in connues}
        ecrites = {nom.casefold(): nom for nom in sorted(deja, reverse=True)}
        par_mot = {}
        for nom in noms:
            par_mot.setdefault(nom.casefold(), nom if nom in deja else ecrites.get(nom.casefold(), nom))
        return sorted(par_mot.values())

    @classmethod
    @transaction.atomic
    def nommer(cls, pk, nom, *, par):
        """Give this one (by id) a name; if another already bears it, the two become one. None: it is no more.

        All are locked, in one order: two who merge them crosswise, or give the same name, follow each other.
        """
        etiquettes = (
            cls.objects.select_for_update()
            .filter(Q(pk=pk) | Q(name__iregex=f"^{re.escape(nom)}$"))
            .order_by("pk")
        )
        par_pk = {etiquette.pk: etiquette for etiquette in etiquettes}
        etiquette = par_pk.pop(pk, None)
        if etiquette and par_pk:
            return etiquette.fondre_dans(next(iter(par_pk.values())), par=par)
        return etiquette and etiquette.renommer(nom, par=par)

    @transaction.atomic
    def renommer(self, nom, *, par):
        ancien, self.name = self.name, nom
        self.save(update_fields=["name"])
        detail = gettext("« %(ancien)s » renommée « %(nom)s »") % {"ancien": ancien, "nom": nom}
        Entree.noter(Entree.Geste.ETIQUETTE, par=par, detail=detail)
        noter_les_reperes.enqueue(etiquettes=self.pk)
        return self

    @transaction.atomic
    def fondre_dans(self, autre, *, par):
        """Give every use of this word to the other one, then forget it."""
        deja = autre.emplois.values("content_object")
        self.emplois.exclude(content_object__in=deja).update(tag=autre)
        detail = gettext("« %(nom)s » fondue dans « %(autre)s »") % {"nom": self.name, "autre": autre.name}
        Entree.noter(Entree.Geste.ETIQUETTE, par=par, detail=detail)
        self.delete()
        noter_les_reperes.enqueue(etiquettes=autre.pk)
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
