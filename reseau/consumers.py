from channels.db import database_sync_to_async
from django.conf import settings
from django.http import QueryDict

from plateforme.socle.direct import Etat, Prise, compte
from plateforme.socle.texte import entier

from . import direct
from .models import Contribution, Membre, Notification


class DirectConsumer(Prise):
    """The one socket of a page: the thread it shows, if any, the member's bell, the news of her networks."""

    async def etat(self):
        return await lire_etat(
            self.scope["cookies"].get(settings.SESSION_COOKIE_NAME),
            QueryDict(self.scope["query_string"]).get("fil"),
        )


@database_sync_to_async
def lire_etat(cle, fil):
    """What this session may hear at this instant; no group at all when the thread is not for her."""
    utilisateur = compte(cle)
    groupes, trame, presence = set(), {"t": "etat"}, None
    if fil:
        trame["revision"] = derniere_revision(utilisateur, fil)
        if trame["revision"] is None:
            return Etat()
        presence = direct.groupe_fil(int(fil))
        groupes.add(presence)
    membre = Membre.de(utilisateur)
    if not membre or not membre.est_actif:
        return Etat(frozenset(groupes), trame)
    personnel = direct.groupe_membre(membre.pk)
    groupes |= {personnel, direct.groupe_session(cle), direct.MEMBRES}
    groupes |= {direct.groupe_reseau(pk) for pk in membre.droits.reseaux}
    trame["non_lues"] = Notification.objects.a_lire_par(membre).count()
    return Etat(frozenset(groupes), trame, personnel, presence)


def derniere_revision(utilisateur, fil):
    visibles = Contribution.objects.visibles_par(utilisateur).filter(pk=entier(fil))
    return visibles.values_list("fil__derniere_revision", flat=True).first()
