"""What contributions are sorted by, whatever is looked for: the columns that each facet reads, the values
that one row holds, with their names, and the rows that answer a choice."""

from collections.abc import Callable
from dataclasses import dataclass

from django.utils.translation import gettext_lazy as _

from plateforme.socle.texte import entiers

from .models import AppartenancePole, Collectivite, Contribution, Domaine, Membre, Reseau

VALEURS_MAX = 20  # of one facet, chosen at once


@dataclass(frozen=True)
class Facette:
    """`lire`: a row → its [(value, name)]; `filtrer`: those of these contributions that hold one of these."""

    libelle: str
    lire: Callable
    filtrer: Callable
    colonnes: tuple = ()


def nom_du_type(type_):
    return str(Contribution.modele(type_)._meta.verbose_name_plural).capitalize()


def _deux(clef, nom):
    return lambda ligne: [(ligne[clef], ligne[nom])] if ligne[clef] else []


def _du_domaine(contributions, codes):
    liens = Contribution.domaines.through.objects.filter(domaine__code__in=codes)
    return contributions.filter(pk__in=liens.values("contribution"))


def _du_pole(contributions, slugs):
    communes = AppartenancePole.objects.en_cours().filter(pole__slug__in=slugs)
    return contributions.filter(collectivite__in=communes.values("commune"))


def _de(contributions, auteurs):
    return contributions.filter(auteur__in=Membre.objects.filter(pk__in=entiers(auteurs)))


FACETTES = {
    "type": Facette(
        _("Type"),
        lambda ligne: [(ligne["type"], nom_du_type(ligne["type"]))],
        lambda contributions, types: contributions.filter(type__in=types),
        ("type",),
    ),
    "domaine": Facette(
        _("Domaine"),
        lambda ligne: [tuple(domaine) for domaine in ligne["reperes"].get("domaines", ())],
        _du_domaine,
        ("reperes",),
    ),
    "reseau": Facette(
        _("Réseau"),
        _deux("reseau__slug", "reseau__nom"),
        lambda contributions, slugs: contributions.filter(reseau__in=Reseau.objects.filter(slug__in=slugs)),
        ("reseau__slug", "reseau__nom"),
    ),
    "collectivite": Facette(
        _("Collectivité"),
        _deux("collectivite__slug", "collectivite__nom"),
        lambda contributions, slugs: contributions.filter(
            collectivite__in=Collectivite.objects.filter(slug__in=slugs)
        ),
        ("collectivite__slug", "collectivite__nom"),
    ),
    "pole": Facette(_("Pôle"), lambda ligne: ligne["poles"], _du_pole, ("collectivite",)),
    "annee": Facette(
        _("Année"),
        lambda ligne: [(str(ligne["annee"]), str(ligne["annee"]))] if ligne["annee"] else [],
        lambda contributions, annees: contributions.filter(
            annee__in=[annee for annee in entiers(annees) if annee < 10_000]
        ),
        ("annee",),
    ),
    "auteur": Facette(
        _("Auteur"),
        lambda ligne: [(str(ligne["auteur"]), f"{ligne['auteur__prenom']} {ligne['auteur__nom']}".strip())],
        _de,
        ("auteur", "auteur__prenom", "auteur__nom"),
    ),
}
# A visitor reads a name on the page of what was published, and is given no list of them.
POUR_LES_MEMBRES = {"auteur"}


def filtrer(contributions, choisis):
    """Those of these contributions that answer these choices ({facet: values}; the others are ignored)."""
    for nom, valeurs in choisis.items():
        if valeurs and nom in FACETTES:
            contributions = FACETTES[nom].filtrer(contributions, valeurs)
    return contributions


def lignes(contributions):
    """What the facets of these contributions are read from: two statements."""
    colonnes = {colonne for facette in FACETTES.values() for colonne in facette.colonnes}
    lues = list(contributions.values("pk", "publie_le", *colonnes))
    poles = {}
    appartenances = AppartenancePole.objects.en_cours().values_list("commune", "pole__slug", "pole__nom")
    for commune, slug, nom in appartenances if lues else ():
        poles.setdefault(commune, []).append((slug, nom))
    for ligne in lues:
        ligne["poles"] = poles.get(ligne["collectivite"], [])
    return lues


def repond(ligne, choisis):
    """The rule of `filtrer`, for one row in hand."""
    return all(
        not valeurs or any(valeur in valeurs for valeur, _nom in FACETTES[nom].lire(ligne))
        for nom, valeurs in choisis.items()
        if nom in FACETTES
    )


def nommer(nom, valeur, user):
    """What a value is called that nothing found holds, as far as this reader may know of it."""
    if nom == "type" and valeur in Contribution.types():
        return nom_du_type(valeur)
    noms = {
        "domaine": Domaine.objects.filter(code=valeur).values_list("libelle", flat=True),
        "reseau": Reseau.objects.visibles_par(user).filter(slug=valeur).values_list("nom", flat=True),
    }
    return noms[nom].first() or valeur if nom in noms else valeur
