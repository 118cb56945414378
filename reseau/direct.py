"""What the pages that are open are told, and in which group. Frames: see `plateforme.socle.direct`.

Called from the verbs of the models, inside their transaction: everything leaves after the commit.
The models import this module, never the other way round.
"""

import hashlib

from plateforme.socle.direct import fermer, publier, publier_a_chacun

MEMBRES = "membres"


def groupe_fil(contribution_pk):
    return f"fil.{contribution_pk}"


def groupe_membre(membre_pk):
    return f"membre.{membre_pk}"


def groupe_reseau(reseau_pk):
    return f"reseau.{reseau_pk}"


def groupe_session(cle):
    """A key opens an account: it never travels in clear through the channel layer."""
    return f"session.{hashlib.sha256(cle.encode()).hexdigest()[:32]}"


def message_change(message):
    """A message was written, corrected or withdrawn: its HTML is the same for every reader."""
    trame = {"revision": message.revision, "id": message.ancre, "html": message.html}
    _fil(message.contribution_id, trame)


def fil_change(contribution, revision):
    """Another block of the page took a revision (positions, state): each page asks for its own version."""
    _fil(contribution.pk, {"revision": revision})


def _fil(pk, trame):
    publier(groupe_fil(pk), {"t": "fil", "fil": pk} | trame)


def cloches(nombres):
    """How many each of these members (by id) has to read."""
    publier_a_chacun({groupe_membre(pk): {"t": "cloche", "non_lues": n} for pk, n in nombres.items()})


def nouveaute(contribution):
    """Something was published: lists that are open offer to show it, to those who may read it."""
    reserve = contribution.visibilite == contribution.Visibilite.RESEAU
    groupe = groupe_reseau(contribution.reseau_id) if reserve else MEMBRES
    trame = {"t": "nouveaute", "type": contribution.type, "reseau": contribution.reseau_id}
    publier(groupe, trame | {"auteur": contribution.auteur_id})


def lecteurs_changes(contribution):
    """Shown to others: each page that reads it asks again, and gets it or not."""
    fermer(groupe_fil(contribution.pk))


def retiree(contribution):
    """Withdrawn: each page that reads it is told why, then asks again, and gets it or not."""
    html = contribution.fragments_vivants()["cloture"]
    fermer(groupe_fil(contribution.pk), {"t": "retrait", "html": html})


def droits_changes(membre):
    """A function, an adhésion, a role, the account: her sockets close and ask again as who she is now."""
    fermer(groupe_membre(membre.pk))


def session_finie(cle):
    """Signed out, or put an end to from another device."""
    fermer(groupe_session(cle))
