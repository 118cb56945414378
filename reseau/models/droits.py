from dataclasses import dataclass
from functools import cached_property

from django.db.models import F, TextChoices, Value
from django.utils.translation import gettext_lazy as _


class RoleDeFonction(TextChoices):
    AGENT = "agent", _("agent·e")
    REFERENT = "referent", _("référent·e de la commune")
    ELU = "elu", _("élu·e")
    INTERLOCUTEUR = "interlocuteur", _("interlocuteur·rice dédié·e")
    ADMINISTRATEUR = "administrateur", _("administrateur·rice")


class RoleDAdhesion(TextChoices):
    MEMBRE = "membre", _("membre")
    ANIMATEUR = "animateur", _("animateur·rice")


class NatureDeReseau(TextChoices):
    RESEAU = "reseau", _("réseau")
    POLE = "pole", _("espace d’un pôle")
    GROUPE = "groupe", _("groupe de travail")


def membre_de(user):
    """The member behind an account, or None (visitor, technical account, deactivated account)."""
    if not user or not user.is_authenticated or not user.is_active:
        return None
    return getattr(user, "membre", None)


@dataclass(frozen=True)
class Place:
    """A current function or adhésion, as the one query of `Droits.de` reads it."""

    genre: str
    objet: int
    nom: str
    nom_court: str
    slug: str
    role: str
    ordre: int
    nature: str


class Droits:
    """What a member may see and do today, read in one query and true for the time of a request."""

    def __init__(self, places):
        self.fonctions = [place for place in places if place.genre == "fonction"]
        # Without a function there is no right at all: an adhésion alone opens nothing.
        self.adhesions = [place for place in places if place.genre == "adhesion"] if self.fonctions else []

    @classmethod
    def de(cls, membre):
        colonnes = ("genre", "objet", "nom", "nom_court", "slug", "role_tenu", "rang", "nature_du_reseau")
        fonctions = (
            membre.fonctions.en_cours()
            .annotate(
                genre=Value("fonction"),
                objet=F("collectivite_id"),
                nom=F("collectivite__nom"),
                nom_court=F("collectivite__nom"),
                slug=F("collectivite__slug"),
                role_tenu=F("role"),
                rang=F("pk"),
                nature_du_reseau=Value(""),
            )
            .values_list(*colonnes)
        )
        adhesions = (
            membre.adhesions.ouvrantes()
            .annotate(
                genre=Value("adhesion"),
                objet=F("reseau_id"),
                nom=F("reseau__nom"),
                nom_court=F("reseau__nom_court"),
                slug=F("reseau__slug"),
                role_tenu=F("role"),
                rang=F("reseau__ordre"),
                nature_du_reseau=F("reseau__nature"),
            )
            .values_list(*colonnes)
        )
        places = [Place(*ligne) for ligne in fonctions.union(adhesions, all=True)]
        return cls(sorted(places, key=lambda place: (place.ordre, place.nom)))

    @property
    def est_actif(self):
        return bool(self.fonctions)

    @property
    def est_administrateur(self):
        return any(f.role == RoleDeFonction.ADMINISTRATEUR for f in self.fonctions)

    @property
    def est_responsable(self):
        """Answers for somebody else than herself: she has people to look after, and a journal to read."""
        return bool(self.est_administrateur or self.collectivites_engagees or self.reseaux_animes)

    @cached_property
    def paroles(self):
        """The functions that let her speak for a collectivité; an interlocuteur only answers it."""
        return [f for f in self.fonctions if f.role != RoleDeFonction.INTERLOCUTEUR]

    @cached_property
    def collectivites(self):
        """Ids of the collectivités in whose name she may speak, oldest function first."""
        return list(dict.fromkeys(f.objet for f in self.paroles))

    @cached_property
    def collectivites_engagees(self):
        """Ids of those whose word she may give, as their référent."""
        return [f.objet for f in self.fonctions if f.role == RoleDeFonction.REFERENT]

    @cached_property
    def collectivites_decidees(self):
        """Ids of those whose decisions she may record: as their référent, or as one of their élus."""
        decideurs = (RoleDeFonction.REFERENT, RoleDeFonction.ELU)
        return [f.objet for f in self.fonctions if f.role in decideurs]

    @cached_property
    def reseaux(self):
        return [a.objet for a in self.adhesions]

    @property
    def anime_un_reseau(self):
        """Runs a network that the administration opened; who opens a working group has no hand on what is
        everybody's for that."""
        return any(
            a.role == RoleDAdhesion.ANIMATEUR and a.nature != NatureDeReseau.GROUPE for a in self.adhesions
        )

    @cached_property
    def reseaux_etablis(self):
        """Without the working groups, into which whoever opens one may put her."""
        return [a.objet for a in self.adhesions if a.nature != NatureDeReseau.GROUPE]

    @cached_property
    def reseaux_animes(self):
        return [a.objet for a in self.adhesions if a.role == RoleDAdhesion.ANIMATEUR]
