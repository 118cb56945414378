"""Who may open what: one row for every URL of ours, run for the whole cast.

A row says who gets in with GET and with POST, on an object of the RST that only its members may read
(`besoin_du_rst`, whose text holds the canary). Everybody else is refused the same way: a visitor is sent to
sign-in, a member gets a 404 (or a 403 where no object is named). A URL without a row fails, and so does a row
without a URL.
"""

from dataclasses import dataclass, field

from django.urls import URLPattern, URLResolver, get_resolver

CANARI = "CANARI"

VISITEUR = {"visiteur"}
SANS_FONCTION = {"noe", "odile"}
RST = {"camille", "bruno", "remi", "sylvie", "diane"}
MEMBRES = RST | {"chantal", "alex"}
TOUS = VISITEUR | SANS_FONCTION | MEMBRES
PORTEURS = {"bruno", "diane"}  # the author, and the animatrice of the network
PERSONNE = set()

# URLs of others: the Wagtail admin and its assets, the account pages, the pages of development.
PREFIXES_DES_AUTRES = (
    "admin/",
    "compte/",
    "accounts/",
    "documents/",
    "images/",
    "_util/",
    "composants/",
    "courriels/",
)


@dataclass
class Regle:
    """Who gets in, with which arguments; `poste` is a body that the view would accept."""

    get: set = field(default_factory=set)
    post: set = field(default_factory=set)
    args: str = ""
    poste: dict = field(default_factory=dict)


def regle(get=PERSONNE, post=PERSONNE, args="", **poste):
    return Regle(get, post, args, poste)


REGLES = {
    "reseau:fil": regle(get=TOUS),
    "reseau:fil_export": regle(get=MEMBRES),
    "reseau:brouillons": regle(get=MEMBRES),
    "reseau:contribution": regle(get=RST, args="pk"),
    "reseau:historique": regle(get=RST, args="pk"),
    "reseau:publication": regle(post=PORTEURS, args="pk"),
    "reseau:retrait": regle(get=PORTEURS, post=PORTEURS, args="pk", motif="doublon"),
    "reseau:retablissement": regle(post=RST, args="pk"),
    "reseau:reouverture": regle(post=PORTEURS, args="pk"),
    "reseau:suivi": regle(post=RST, args="pk", suivre="oui"),
    "reseau:rattrapage": regle(get=RST, args="pk"),
    "reseau:messages": regle(post=RST, args="pk", texte="Bonjour"),
    "reseau:message": regle(get=RST, post={"bruno"}, args="pk rang", texte="Corrigé"),
    "reseau:message_retrait": regle(post=PORTEURS, args="pk rang", motif="erreur"),
    "reseau:discussion_publier": regle(get=MEMBRES, post=MEMBRES),
    "reseau:discussion": regle(get=RST, args="discussion"),
    "reseau:discussion_modifier": regle(get=PORTEURS, post=PORTEURS, args="discussion"),
    "reseau:discussion_cloture": regle(post=PORTEURS, args="discussion"),
    "reseau:etiquettes": regle(get={"diane", "alex"}),
    "reseau:etiquettes_suggestions": regle(get=MEMBRES),
    "reseau:etiquette": regle(get={"diane", "alex"}, post={"diane", "alex"}, args="etiquette", nom="sel"),
    "reseau:piece": regle(get=RST, args="piece"),
    "reseau:mentions": regle(get=MEMBRES),
    "reseau:notifications": regle(get=MEMBRES),
    "reseau:notifications_lues": regle(post=MEMBRES),
    "besoins:besoins": regle(get=TOUS),
    "besoins:export": regle(get=MEMBRES),
    "besoins:publier": regle(get=MEMBRES, post=MEMBRES),
    "besoins:besoin": regle(get=RST, args="pk"),
    "besoins:besoin_modifier": regle(get=PORTEURS, post=PORTEURS, args="pk"),
    "besoins:cloture": regle(get=PORTEURS, post=PORTEURS, args="pk", issue="pret"),
    "besoins:position": regle(get=RST, post=RST, args="pk", niveau="curieuse"),
}


def nos_urls(patterns=None, chemin="", espace=""):
    """(name, route) of every URL that is ours."""
    for entree in patterns if patterns is not None else get_resolver().url_patterns:
        route = chemin + str(entree.pattern).lstrip("^")
        if route.startswith(PREFIXES_DES_AUTRES):
            continue
        if isinstance(entree, URLResolver):
            if entree.app_name and entree.app_name.startswith("wagtail"):
                continue
            yield from nos_urls(entree.url_patterns, route, entree.namespace or espace)
        elif isinstance(entree, URLPattern) and entree.name != "wagtail_serve":
            yield f"{espace}:{entree.name}" if espace else entree.name, route


def test_every_url_has_a_row_and_every_row_a_url():
    noms = {nom for nom, _route in nos_urls()}
    assert noms - set(REGLES) == set(), "URLs without an access rule"
    assert set(REGLES) - noms == set(), "access rules without a URL"
