"""Who asked to be told of what has just been said: recognised in the texts, not in an index that may be late;
who may read it is asked when she is told."""

from collections import defaultdict

from django.db import transaction

from plateforme.socle.extraits import Dits, Motif

from .facettes import lignes, repond
from .models import Contribution, Membre, Message, Notification, Notifieur, RechercheSuivie, Suivi


@transaction.atomic
def prevenir(pk):
    """What has been published."""
    contribution = _publiee(pk)
    if contribution:
        dits = Dits([*contribution.textes(), contribution.texte_des_pieces])
        _prevenir(contribution, lambda motif: motif.repond(dits))


@transaction.atomic
def prevenir_les_nouveaux_lecteurs(pk, visibilite, reseau):
    """Those who may read it since it is no longer kept to `visibilite` and to the network `reseau`. Who was
    told of it, when it was hers to read before, knows it."""
    contribution = _publiee(pk)
    avant = Contribution(visibilite=visibilite, reseau_id=reseau)
    if not contribution or avant.visibilite != Contribution.Visibilite.RESEAU:
        return
    specifique = contribution.specifique
    ailleurs = [specifique.texte_du_fichier, specifique.texte_des_messages, specifique.texte_des_pieces]
    dits = Dits([*specifique.textes(), *ailleurs])
    deja = [avant.lecteurs().values("pk"), contribution.notifications.values("membre")]
    _prevenir(contribution, lambda motif: motif.repond(dits), sauf=deja)


@transaction.atomic
def prevenir_du_message(pk, revision):
    """What has been said in a thread, to those whom nothing answered there before."""
    messages = Message.objects.filter(contribution=pk, retire_le=None)
    message = messages.filter(revision=revision).first()
    contribution = message and _publiee(pk)
    if not contribution:
        return
    autres = [*contribution.textes(), *messages.filter(rang__lt=message.rang).values_list("texte", flat=True)]
    # What it said before it was corrected was told then.
    anciens = message.versions.values_list("texte", flat=True)
    _prevenir_de_plus(contribution, [*autres, *anciens], [*autres, message.texte], message)


@transaction.atomic
def prevenir_du_fichier(fichier):
    """What it says, which what was there before did not."""
    porteuse = fichier.porteuse
    contribution = porteuse and _publiee(porteuse.pk)
    if contribution:
        textes = contribution.textes()
        avant, depuis = fichier.dits()
        _prevenir_de_plus(contribution, [*textes, avant], [*textes, depuis], fichier.message)


def _prevenir_de_plus(contribution, avant, depuis, message):
    """Who follows the thread knows what a message brings."""
    avant, depuis = Dits(avant), Dits(depuis)
    suiveurs = Suivi.objects.filter(contribution_id=contribution.pk).values("membre")
    _prevenir(
        contribution,
        lambda motif: motif.repond(depuis) and not motif.repond(avant),
        message,
        sauf=[suiveurs] if message else [],
    )


def _publiee(pk):
    return Contribution.objects.publiees().select_related("auteur", "reseau").filter(pk=pk).first()


def _prevenir(contribution, repond_a, message=None, sauf=()):
    """`sauf`: queries of the ids of members who know."""
    auteur = message.auteur if message else contribution.auteur
    for (libelle, courriel), membres in _interesses(contribution, repond_a).items():
        interesses = Membre.objects.filter(pk__in=membres)
        for qui_savent in sauf:
            interesses = interesses.exclude(pk__in=qui_savent)
        notifieur = Notifieur(contribution, Notification.Genre.RECHERCHE, auteur, message, precision=libelle)
        notifieur.prevenir(interesses, courriel=courriel)


def _interesses(contribution, repond_a):
    """{(search, whether by mail too): ids of members}: each once, by mail if one of her searches wants it."""
    [ligne] = lignes(Contribution.objects.filter(pk=contribution.pk))
    reponses, trouvees = {}, {}
    for suivie in RechercheSuivie.objects.order_by("courriel", "pk").iterator():
        if suivie.q not in reponses:
            reponses[suivie.q] = repond_a(Motif.de(suivie.q))
        if reponses[suivie.q] and repond(ligne, suivie.facettes):
            trouvees[suivie.membre_id] = (suivie.libelle, suivie.courriel)
    groupes = defaultdict(list)
    for membre, comment in trouvees.items():
        groupes[comment].append(membre)
    return groupes
