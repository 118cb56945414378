"""The figures of a network: each with what it counts and when. Three statements, then kept a few minutes."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plateforme.socle.memoire import memoire_locale

from .models import Collectivite, Contribution, Discussion, Message

CACHE_SECONDES = 300
UN_AN = timedelta(days=365)


@dataclass
class ChiffresDuReseau:
    le: datetime
    communes_actives: int
    # Of the last twelve months: how many were answered, and half of them within that time.
    repondues: int
    delai_median: timedelta | None
    questions_sans_reponse: int

    @property
    def delai(self):
        return en_clair(self.delai_median) if self.delai_median is not None else "–"


def chiffres_du_reseau(reseau):
    return memoire_locale().get_or_set(
        f"reseau:chiffres:{reseau.pk}", lambda: compter(reseau), CACHE_SECONDES
    )


def compter(reseau):
    maintenant = timezone.now()
    publiees = Contribution.objects.publiees().filter(reseau=reseau)
    recentes = publiees.filter(publie_le__gte=maintenant - UN_AN)
    delais = delais_de_reponse(recentes)
    return ChiffresDuReseau(
        le=maintenant,
        communes_actives=communes_actives(publiees, depuis=maintenant - UN_AN).count(),
        repondues=len(delais),
        delai_median=median(delais) if delais else None,
        questions_sans_reponse=Discussion.objects.publiees().filter(reseau=reseau).sans_reponse().count(),
    )


def communes_actives(publiees, depuis):
    """Those in whose name somebody published or answered."""
    reponses = Message.objects.filter(contribution__in=publiees, retire_le=None, cree_le__gte=depuis)
    auteurs = publiees.filter(publie_le__gte=depuis).values("collectivite")
    return Collectivite.objects.communes().filter(
        Q(pk__in=auteurs) | Q(pk__in=reponses.values("collectivite"))
    )


def delais_de_reponse(contributions):
    """How long each of those that were answered had waited for it."""
    instants = contributions.filter(fil__repondu_le__isnull=False).values_list("publie_le", "fil__repondu_le")
    return [reponse_le - publie_le for publie_le, reponse_le in instants]


def en_clair(duree):
    heures = round(duree.total_seconds() / 3600)
    if heures < 1:
        return _("moins d’une heure")
    if heures < 48:
        return ngettext("%(n)s heure", "%(n)s heures", heures) % {"n": heures}
    jours = round(heures / 24)
    return ngettext("%(n)s jour", "%(n)s jours", jours) % {"n": jours}
