"""The key figures of the home page: each with what it counts, its date and its source."""

from dataclasses import dataclass
from datetime import datetime

from django.core.cache import caches
from django.db.models import Count, Sum
from django.utils import timezone

from besoins.models import Besoin
from plateforme.accueil.models import Parametres
from reseau.models import Appartenance, Collectivite, Contribution, Fonction, Population

CACHE = "chiffres-cles"
CACHE_SECONDES = 60


@dataclass
class Habitants:
    nombre: int
    annee: int
    source: str


@dataclass
class ChiffresCles:
    le: datetime
    communes: int
    habitants: Habitants | None
    communes_inscrites: int
    besoins_ouverts: int


def chiffres_cles():
    chiffres = caches["local"].get(CACHE)
    if chiffres is None:
        chiffres = compter()
        caches["local"].set(CACHE, chiffres, CACHE_SECONDES)
    return chiffres


def compter():
    communes = communes_membres()
    presentes = (
        Fonction.objects.en_cours()
        .filter(collectivite__in=communes, membre__utilisateur__is_active=True)
        .exclude(membre__utilisateur__last_login=None)
    )
    # Those of a closed circle are nobody else's business, not even their number.
    ouverts = Besoin.objects.publiees().ouvertes().exclude(visibilite=Contribution.Visibilite.RESEAU)
    return ChiffresCles(
        le=timezone.now(),
        communes=communes.count(),
        habitants=habitants(communes),
        communes_inscrites=presentes.values("collectivite").distinct().count(),
        besoins_ouverts=ouverts.count(),
    )


def communes_membres():
    """Of the EPCI of the settings; as long as none is chosen, of all those that are known."""
    epci = Parametres.load().epci
    appartenances = Appartenance.objects.en_cours()
    if epci:
        appartenances = appartenances.filter(epci=epci)
    return Collectivite.objects.filter(pk__in=appartenances.values("commune"))


def habitants(communes):
    """The newest figure that one year and one source give for every commune; None when none does."""
    millesimes = (
        Population.objects.filter(collectivite__in=communes)
        .values("annee", "source")
        .annotate(communes=Count("pk"), municipale=Sum("municipale"))
    )
    complets = [m for m in millesimes if m["communes"] == communes.count()]
    if not complets:
        return None
    dernier = max(complets, key=lambda m: (m["annee"], m["source"] == Population.Source.INSEE))
    return Habitants(dernier["municipale"], dernier["annee"], Population.Source(dernier["source"]).label)
