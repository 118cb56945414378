"""What is done later. The models enqueue these tasks, which import them only when they run."""

from datetime import datetime

from django.db import transaction
from django_tasks import task

from plateforme.socle.courriel import envoyer


@task()
def noter_les_reperes(**critere):
    """Rewrite what is shown of what bears a domaine or an étiquette (`domaines=…`, `etiquettes=…`)."""
    from .models import Contribution

    for contribution in Contribution.objects.filter(**critere).iterator():
        contribution.noter_reperes()


@task()
@transaction.atomic
def courriels_immediats(*, evenement, le, contribution, genre, message, acteur, membres, precision):
    """Write the mails of one event, to those whom it concerns, who want them at once and may still read it.

    `evenement` names it: if the task runs twice, each mail is still written once. Whoever has read it
    meanwhile, on the page or in her récapitulatif, gets none: see `Lecture`.
    """
    from .models import (
        Adhesion,
        Contribution,
        Lecture,
        Membre,
        Message,
        Niveaux,
        Notification,
        Recapitulatif,
    )

    contribution = Contribution.objects.select_related("collectivite", "reseau").get(pk=contribution)
    if contribution.est_retiree:
        return
    notification = Notification(
        contribution=contribution,
        genre=genre,
        acteur=Membre.objects.get(pk=acteur),
        message=Message.objects.filter(pk=message, retire_le=None).first() if message else None,
        precision=precision,
    )
    if message and notification.message is None:
        return
    concernes = notification.concernes(contribution.lecteurs_parmi(Membre.objects.filter(pk__in=membres)))
    concernes = {membre.pk: membre for membre in concernes.select_related("utilisateur")}
    # Whoever writes their récapitulatifs meanwhile is waited for, or waits.
    list(Recapitulatif.objects.filter(membre__in=concernes).select_for_update().order_by("pk"))
    niveaux, le = Niveaux(concernes), datetime.fromisoformat(le)
    lectures = Lecture.objects.dates(concernes, [contribution.pk])
    lues = set(contribution.notifications.filter(lue_le__gte=le).values_list("membre", flat=True))
    ecrites = {}
    for pk, membre in concernes.items():
        deja = lectures.get((pk, contribution.pk))
        quand = niveaux.de(pk, contribution).quand(concerne=True)
        if quand != Adhesion.Niveau.IMMEDIAT or pk in lues or (deja and deja >= le):
            continue
        _ecrire("notification", {"notification": notification}, contribution, membre, niveaux, evenement)
        ecrites[pk, contribution.pk] = le
    Lecture.objects.noter(ecrites)


@task()
def courriels_de_retrait(*, evenement, contribution):
    """Tell its reason to those who answered it and follow it: withdrawn, it has left their bells for good,
    and no récapitulatif may name it. Whoever wants no mail gets none."""
    from .models import Adhesion, Contribution, Niveaux

    contribution = Contribution.objects.select_related("collectivite", "retire_par").get(pk=contribution)
    if not contribution.est_retiree:
        return
    participants = contribution.specifique.participants().filter(pk__in=contribution.suivis.values("membre"))
    lecteurs = contribution.lecteurs_parmi(participants).exclude(pk=contribution.retire_par_id)
    lecteurs = list(lecteurs.select_related("utilisateur"))
    niveaux = Niveaux([membre.pk for membre in lecteurs])
    for membre in lecteurs:
        if niveaux.de(membre.pk, contribution) != Adhesion.Niveau.AUCUN:
            _ecrire("retrait", {}, contribution, membre, niveaux, evenement)


@task()
def recapitulatifs():
    """Write those that are due, some members at a time: a sign-in code passes between two rounds."""
    from .recapitulatifs import ecrire_une_tournee

    if ecrire_une_tournee():
        recapitulatifs.enqueue()


def _ecrire(gabarit, contexte, contribution, membre, niveaux, evenement):
    from .correspondance import en_tetes
    from .desabonnement import liste_pour

    liste, clef = liste_pour(membre.pk, contribution, niveaux), f"{evenement}-{membre.pk}"
    envoyer(
        f"reseau/courriels/{gabarit}",
        {"contribution": contribution, "membre": membre, "desabonnement": liste.adresse, **contexte},
        membre.courriel,
        clef=clef,
        en_tetes=en_tetes(liste, clef, contribution),
    )
