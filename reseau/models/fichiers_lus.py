from functools import partial

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from wagtail.search import index

from plateforme.socle.extraction import CARACTERES_MAX, extraire
from plateforme.socle.models import FichierProtege
from reseau.taches import lire_le_fichier, prevenir_de_ce_qu_il_dit

SAUT_DE_PAGE = "\f"


class FichierLuQuerySet(models.QuerySet):
    def a_lire(self):
        """What no task has read; a photo says nothing."""
        return self.filter(texte_extrait_le=None).exclude(Q(fichier="") | Q(type_mime__startswith="image/"))


class FichierLu(FichierProtege):
    """A file by whose words a contribution is found, once a task has read it."""

    CARACTERES_LUS = CARACTERES_MAX
    message = None  # that brought it, for a type that messages bring

    # Its pages one after the other.
    texte = models.TextField(_("texte"), blank=True, editable=False)
    texte_extrait_le = models.DateTimeField(null=True, editable=False)

    class Meta:
        abstract = True

    @property
    def est_a_lire(self):
        return bool(self.fichier) and not self.est_image and self.texte_extrait_le is None

    @property
    def porteuse(self):
        """The contribution that is found by it, or None."""
        raise NotImplementedError

    def dits(self):
        """(what was said there before it, what it says)."""
        raise NotImplementedError

    def faire_lire(self):
        """By a task, if there is something to read."""
        if self.est_a_lire:
            demander = partial(lire_le_fichier.enqueue, self._meta.label_lower, self.pk)
            transaction.on_commit(demander, robust=True)

    def lire(self):
        """Read it; nobody else waits for the database meanwhile."""
        lu = extraire(self.fichier.path, self.type_mime, caracteres_max=self.CARACTERES_LUS)
        return self if lu.a_reprendre else self._retenir(lu)  # the upkeep will ask again

    def _retenir(self, lu):
        return self.noter_le_texte(SAUT_DE_PAGE.join(lu.pages))

    @transaction.atomic
    def noter_le_texte(self, texte, *avec):
        """What it says ("": nothing could be read): its contribution is found by it, and those who follow a
        search are told. `avec`: fields to write at the same time."""
        if not type(self)._base_manager.select_for_update().filter(pk=self.pk).exists():
            return self  # taken away while it was read
        self.texte, self.texte_extrait_le = texte, timezone.now()
        self.save(update_fields=["texte", "texte_extrait_le", *avec])
        if porteuse := self.porteuse:
            transaction.on_commit(partial(index.insert_or_update_object, porteuse), robust=True)
            self.annoncer()
        return self

    def annoncer(self):
        """Tell those whose saved search it answers."""
        prevenir_de_ce_qu_il_dit.enqueue(self._meta.label_lower, self.pk)
