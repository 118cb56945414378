from collections import defaultdict

from django.db import models
from django.db.models import Q
from django.db.models.functions import Left
from wagtail.search.queryset import SearchableQuerySetMixin

from ..domaines import Domaine
from ..membres import Membre
from .lecteurs import Visibilite

TEXTES_LUS, DEBUT_LU = 2000, 300  # of them, and of the characters of each


# The facts of a contribution as conditions, of it or of what `chemin` leads to: `besoin__`.
def publiee(chemin=""):
    return Q(**{f"{chemin}publie_le__isnull": False, f"{chemin}retire_le": None})


def ouverte(chemin=""):
    return publiee(chemin) & Q(**{f"{chemin}clos_le": None})


def acceptant_les_messages(chemin=""):
    """The same rule as `accepte_les_messages`."""
    return ouverte(chemin) & Q(**{f"{chemin}verrouille_le": None})


class ContributionQuerySet(SearchableQuerySetMixin, models.QuerySet):
    # Whether they came by the door of visitors, behind which each reads the same.
    pour_tous = False

    def _clone(self):
        clone = super()._clone()
        clone.pour_tous = self.pour_tous
        return clone

    def publiees(self):
        return self.filter(publiee())

    def ouvertes(self):
        return self.filter(clos_le=None)

    def acceptant_les_messages(self):
        return self.filter(acceptant_les_messages())

    def recentes_d_abord(self):
        return self.order_by("-publie_le", "-pk")

    def textes_recents(self):
        """Where the words are that somebody may have meant: titles, beginnings, domaines."""
        yield from Domaine.objects.actifs().values_list("libelle", flat=True)
        lus = self.recentes_d_abord().values_list("titre", Left("corps", DEBUT_LU))[:TEXTES_LUS]
        yield from (texte for ligne in lus for texte in ligne)

    def visibles_par(self, user):
        """The door. Plain lookups on columns of the search index only: `.search()` may follow."""
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            publiques = self.filter(visibilite=Visibilite.PUBLIQUE).publiees()
            publiques.pour_tous = True
            return publiques
        portee = Q(visibilite__in=[Visibilite.PUBLIQUE, Visibilite.MEMBRES])
        portee |= Q(visibilite=Visibilite.RESEAU, reseau__in=membre.droits.reseaux)
        lisible = Q(retire_le=None) | self._a_sa_charge(membre)
        brouillon = Q(auteur=membre, publie_le=None)
        if membre.droits.reseaux_animes:
            brouillon |= Q(publie_le=None, retenue_le__isnull=False, reseau__in=membre.droits.reseaux_animes)
        return self.filter(brouillon | Q(publie_le__isnull=False) & portee & lisible)

    def modifiables_par(self, user):
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        # What is held is for its author to write, for the animateur to read and answer.
        ecrit = Q(publie_le__isnull=False) | Q(auteur=membre)
        return self.visibles_par(user).filter(self._a_sa_charge(membre), ecrit, retire_le=None)

    def a_relire_par(self, user):
        """The first publications that wait for her agreement."""
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        return self.filter(
            publie_le=None,
            retire_le=None,
            retenue_le__isnull=False,
            reseau__in=membre.droits.reseaux_animes,
        ).exclude(auteur=membre)

    def moderables_par(self, user):
        """By the network's animateur; by an administrator, what is in no network."""
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        ressort = Q(reseau__in=membre.droits.reseaux_animes)
        if membre.droits.est_administrateur:
            ressort |= Q(reseau=None)
        return self.visibles_par(user).publiees().filter(ressort)

    @staticmethod
    def _a_sa_charge(membre):
        """Its author, whoever took over from her, the référent of the commune, the network's animateur."""
        return (
            Q(auteur=membre)
            | Q(responsable=membre)
            | Q(collectivite__in=membre.droits.collectivites_engagees)
            | Q(reseau__in=membre.droits.reseaux_animes)
        )

    def pour_liste(self):
        return self.select_related("collectivite", "fil")

    def pour_page(self):
        return self.select_related("auteur", "collectivite", "reseau", "fil")

    def attentes(self, collectivites):
        """{(contribution, collectivité): by which day, or None}, ids: whose word each of these awaits. A type
        that asks nothing of a commune leaves this empty."""
        return {}

    def specifiques(self, **options):
        """The same rows in the same order, each as its own type: a light query, then one a type."""
        return en_specifiques(self.select_related(None).only("type"), **options)


def en_specifiques(contributions, pour=ContributionQuerySet.pour_liste):
    """These base rows, each as its own type, with what is needed for a list or (`pour`) for a page."""
    contributions = list(contributions)
    par_modele = defaultdict(list)
    for contribution in contributions:
        par_modele[contribution.modele(contribution.type)].append(contribution.pk)
    trouvees = {}
    for modele, pks in par_modele.items():
        trouvees |= pour(modele.objects.all()).in_bulk(pks)
    return [trouvees[contribution.pk] for contribution in contributions]
