"""The feed, and the base of every list of one type: visible rows, facets, search, sort, export."""

from functools import cached_property

from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext_lazy as _
from django.views.generic import ListView
from django.views.generic.list import BaseListView

from plateforme.socle.exports import en_tableur
from plateforme.socle.memoire import memoire_locale
from plateforme.socle.pagination import CurseurMixin

from ..facettes import nom_du_type
from ..forms.listes import ETATS, ETATS_DE_TOUS, FiltreForm, compter
from ..models import Collectivite, Contribution, Domaine, Reseau
from ..models.contributions import ContributionQuerySet, en_specifiques
from ..tableaux import ENTETES_DES_CONTRIBUTIONS, ligne_de_contribution
from .acces import MembreRequisMixin

EXPORT_MAX = 5000
COMPTES_SECONDES = 60
# What is mine has a name of its own.
TITRES = {("publie",): _("Mes publications"), ("suivi",): _("Mes suivis")}


class FiltreMixin:
    """The visible contributions, of one type or of all, narrowed by the query string."""

    type = None
    filtre_class = FiltreForm

    @cached_property
    def filtre(self):
        return self.filtre_class(
            self.request.GET,
            visibles=self.visibles,
            retirees=self.retirees,
            comptes=self.comptes(),
            membre=self.request.membre,
            collectivite=self.request.au_nom_de,
            type_=self.type,
        )

    @cached_property
    def portee(self):
        """What the door lets through of what this list is about, withdrawn or not."""
        visibles = Contribution.objects.visibles_par(self.request.user)
        return visibles.filter(type=self.type) if self.type else visibles

    @cached_property
    def visibles(self):
        return self.portee.publiees()

    @property
    def retirees(self):
        """Mine: nobody else finds them again, and I do among what I published only."""
        return self.portee.filter(auteur=self.request.membre, retire_le__isnull=False)

    def get_queryset(self):
        return self.filtre.reponses()

    def comptes(self):
        """How many a facet holds, at most a minute old; shared by those who see the same rows."""
        membre = self.request.membre
        portee = "-".join(map(str, sorted(membre.droits.reseaux))) if membre else "visiteur"
        visibles = self.visibles
        # A type may narrow what is seen to rows of its own table, as a sort by deadline does.
        clef = f"reseau:comptes:{visibles.model._meta.label}:{self.type}:{portee}"
        return memoire_locale().get_or_set(clef, lambda: self.compter(visibles), COMPTES_SECONDES)

    def compter(self, visibles):
        """A type adds what it alone counts."""
        return tout_compter(visibles)


def tout_compter(contributions):
    """{facet: {value: (label, count)}}, only for what holds something, in the order of each model."""

    def nommes(modele, clef, nom, nombres):
        lignes = modele.objects.filter(**{f"{clef}__in": nombres}).values_list(clef, nom)
        return {valeur: (libelle, nombres[valeur]) for valeur, libelle in lignes}

    return {
        "etat": {
            etat: (str(ETATS[etat][0]), nombre)
            for etat, nombre in compter(contributions, "etat").items()
            if nombre or etat in ETATS_DE_TOUS
        },
        "type": {
            type_: (nom_du_type(type_), nombre) for type_, nombre in compter(contributions, "type").items()
        },
        "domaine": nommes(Domaine, "code", "libelle", compter(contributions, "domaine")),
        "reseau": nommes(Reseau, "slug", "nom", compter(contributions, "reseau")),
        "collectivite": nommes(Collectivite, "slug", "nom", compter(contributions, "collectivite")),
    }


class ContributionListView(FiltreMixin, CurseurMixin, ListView):
    template_name = "reseau/contributions/fil.html"

    def get_queryset(self):
        """What the cursor needs, and what changes with a row: it is read whole when it is drawn."""
        tri = [critere.removeprefix("-") for critere in self.get_tri()]
        lignes = super().get_queryset().select_related("fil")
        return lignes.only("type", "modifie_le", "fil__derniere_revision", *tri)

    def get_context_data(self, **kwargs):
        titre = TITRES.get(tuple(self.filtre.choisis.get("moi", ())), _("Ce qui a bougé"))
        contexte = super().get_context_data(filtre=self.filtre, titre=titre, **kwargs)
        lignes = contexte["object_list"]
        return {
            **contexte,
            "empreinte_de_la_page": lambda: [self.filtre.comptes, *(ligne.empreinte for ligne in lignes)],
            "contributions": SimpleLazyObject(lambda: self.completes(lignes)),
        }

    def completes(self, contributions):
        """The page's rows as their own types, with what their lines show."""
        return en_specifiques(contributions)


class ContributionExportView(MembreRequisMixin, FiltreMixin, BaseListView):
    """The filtered list as a table, for a spreadsheet: `?format=xlsx`, or CSV."""

    nom = _("contributions")

    def get(self, request, *args, **kwargs):
        premieres = self.get_queryset().order_by(*self.get_tri())[:EXPORT_MAX]
        contributions = premieres.specifiques(pour=ContributionQuerySet.pour_page)
        return en_tableur(request, self.nom, self.entetes(), map(self.ligne, self.completes(contributions)))

    def get_tri(self):
        """That of the page which it exports."""
        return CurseurMixin.tri

    @property
    def retirees(self):
        """A table leaves the site: what was withdrawn does not."""
        return self.portee.none()

    def completes(self, contributions):
        return contributions

    def entetes(self):
        return ENTETES_DES_CONTRIBUTIONS

    def ligne(self, contribution):
        return ligne_de_contribution(contribution)
