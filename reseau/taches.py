"""What is done later. The models enqueue these tasks, which import them only when they run."""

import logging
from datetime import datetime

from django.apps import apps
from django.db import transaction
from django_tasks import task
from wagtail.search import index

logger = logging.getLogger(__name__)


@task()
def noter_les_reperes(**critere):
    """Rewrite what is shown of what bears a domaine or an étiquette (`domaines=…`, `etiquettes=…`)."""
    from .models import Contribution

    for contribution in Contribution.objects.filter(**critere).iterator():
        contribution.noter_reperes()


@task()
def indexer_le_fil(pk, revision, nouveau=True):
    """What a thread says, unless a message came or changed since: the task of the last one does it for all.
    Then, if it says something `nouveau`, tell those who follow a search that it answers."""
    from .models import Contribution, Message
    from .veille import prevenir_du_message

    contribution = Contribution.objects.filter(pk=pk).first()
    if contribution and not Message.objects.filter(contribution=pk, revision__gt=revision).exists():
        index.insert_or_update_object(contribution)
    if nouveau:
        prevenir_du_message(pk, revision)


@task()
def lire_le_fichier(modele, pk):
    """Read what a file says, once."""
    fichier = apps.get_model(modele).objects.a_lire().filter(pk=pk).first()
    if fichier is not None:
        fichier.lire()


@task()
def prevenir_de_ce_qu_il_dit(modele, pk):
    """Tell those whose saved search a file answers by what was read in it."""
    from .veille import prevenir_du_fichier

    fichier = apps.get_model(modele).objects.filter(pk=pk).exclude(texte="").first()
    if fichier is not None:
        prevenir_du_fichier(fichier)


@task()
def prevenir_des_recherches(pk):
    """Tell those whose saved search this contribution answers."""
    from .veille import prevenir

    prevenir(pk)


@task()
@transaction.atomic
def courriels_immediats(*, evenement, le, contribution, genre, message, acteur, membres, precision):
    """Write the mails of one event, to those whom it concerns, who want them at once and may still read it.

    `evenement` names it: if the task runs twice, each mail is still written once. Whoever has read it
    meanwhile, on the page or in her récapitulatif, gets none: see `Lecture`.
    """
    from .courriels import de_contribution
    from .desabonnement import ListeDesRecherches
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
    from .reponses import repond_par_courriel

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
    lecteurs = contribution.lecteurs_parmi(Membre.objects.filter(pk__in=membres))
    # Of a search that she follows, she asked for this very mail, whatever her networks write.
    a_sa_demande = genre == Notification.Genre.RECHERCHE
    concernes = lecteurs if a_sa_demande else notification.concernes(lecteurs)
    concernes = {membre.pk: membre for membre in concernes.joignables().select_related("utilisateur")}
    # Whoever writes their récapitulatifs meanwhile is waited for, or waits.
    list(Recapitulatif.objects.filter(membre__in=concernes).select_for_update().order_by("pk"))
    niveaux, le = Niveaux(concernes), datetime.fromisoformat(le)
    lectures = Lecture.objects.dates(concernes, [contribution.pk])
    lues = set(contribution.notifications.filter(lue_le__gte=le).values_list("membre", flat=True))
    ecrites, specifique = {}, contribution.specifique
    for pk, membre in concernes.items():
        deja = lectures.get((pk, contribution.pk))
        quand = niveaux.de(pk, contribution).quand(concerne=True)
        aussitot = a_sa_demande or quand == Adhesion.Niveau.IMMEDIAT
        if not aussitot or pk in lues or (deja and deja >= le):
            continue
        notification.membre = membre
        contexte = {
            "notification": notification,
            "gestes": specifique.gestes_par_courriel(membre),
            "prend_la_reponse": repond_par_courriel(contribution, membre),
        }
        liste = ListeDesRecherches(pk) if a_sa_demande else None
        de_contribution("notification", contribution, membre, niveaux, evenement, contexte, liste=liste)
        ecrites[pk, contribution.pk] = le
    Lecture.objects.noter(ecrites)


@task()
def courriels_de_retrait(*, evenement, contribution):
    """Tell its reason to who had published it, and to those who answered it and follow it: withdrawn, it has
    left their bells for good, and no récapitulatif may name it. Whoever wants no mail gets none, but for
    what was her own."""
    from .courriels import de_contribution
    from .models import Adhesion, Contribution, Membre, Niveaux

    contribution = Contribution.objects.select_related("collectivite", "retire_par").get(pk=contribution)
    if not contribution.est_retiree:
        return
    porteurs = Membre.objects.filter(pk__in={contribution.auteur_id, contribution.responsable_id})
    participants = contribution.specifique.participants().filter(pk__in=contribution.suivis.values("membre"))
    autres = contribution.prevenables_parmi(participants).exclude(pk__in=porteurs.values("pk"))
    for gabarit, lecteurs in [
        ("retrait_porteur", contribution.lecteurs_parmi(porteurs)),
        ("retrait", autres),
    ]:
        lecteurs = lecteurs.joignables().exclude(pk=contribution.retire_par_id)
        membres = list(lecteurs.select_related("utilisateur"))
        niveaux = Niveaux([membre.pk for membre in membres])
        for membre in membres:
            sien = gabarit == "retrait_porteur"
            if sien or niveaux.de(membre.pk, contribution) != Adhesion.Niveau.AUCUN:
                de_contribution(gabarit, contribution, membre, niveaux, evenement)


@task()
def prevenir_les_nouveaux_lecteurs(pk, visibilite, reseau):
    """Tell those whose saved search it answers, and who may read it since it left these readers."""
    from . import veille

    veille.prevenir_les_nouveaux_lecteurs(pk, visibilite, reseau)


@task()
def archiver_le_reseau(pk):
    from .archives import preparer
    from .models import ArchiveDeReseau

    demandees = ArchiveDeReseau.objects.en_preparation().select_related("reseau", "par__utilisateur")
    archive = demandees.filter(pk=pk).first()
    if archive is None:
        return
    try:
        preparer(archive)
    except Exception:
        logger.exception("The archive %s could not be made.", pk)
        archive.abandonner()


@task()
def recapitulatifs():
    """Write those that are due, some members at a time: a sign-in code passes between two rounds."""
    from .recapitulatifs import ecrire_une_tournee

    if ecrire_une_tournee():
        recapitulatifs.enqueue()


@task()
def faire_partir_l_annonce(pk):
    from .models import Annonce

    Annonce.partir(pk)


@task()
def ecrire_les_courriels_d_annonce(pk):
    """Some of its mails or reminders, then the rest: a sign-in code does not wait for the last one."""
    from .courriels import de_contribution
    from .models import Annonce, EnvoiDAnnonce

    annonce = Annonce.objects.select_related("auteur", "collectivite", "reseau").get(pk=pk)
    if EnvoiDAnnonce.objects.ecrire_un_lot(annonce, de_contribution):
        ecrire_les_courriels_d_annonce.enqueue(pk)


@task()
def convier(*, evenement, seances, inscriptions, objet):
    """Write to whoever is registered (those of these `inscriptions`, or all) what her calendar must hold.

    `objet`: « inscription », « place » (one is free), « changement », « rappel », « desistement ». What the
    calendar is told is the séance as it now stands: off, it leaves it.
    """
    from .models import Inscription, Membre, Niveaux

    lignes = Inscription.objects.filter(seance__in=seances)
    lignes = lignes.actives() if inscriptions is None else lignes.filter(pk__in=inscriptions)
    lignes = lignes.select_related(
        "seance__rencontre__collectivite", "membre__utilisateur", "par__utilisateur", "collectivite"
    )
    lignes = list(lignes.order_by("pk"))
    if not lignes:
        return
    # Who has left the network, or the site, is told nothing more of it.
    destinataires = Membre.objects.filter(pk__in={ligne.destinataire.pk for ligne in lignes})
    lecteurs = lignes[0].seance.rencontre.lecteurs_parmi(destinataires).joignables()
    lecteurs = set(lecteurs.values_list("pk", flat=True))
    niveaux = Niveaux(lecteurs)
    for inscription in lignes:
        if inscription.destinataire.pk in lecteurs:
            _convier(inscription, objet, f"{evenement}-{inscription.seance_id}", niveaux)


def _convier(inscription, objet, evenement, niveaux):
    from .courriels import de_contribution
    from .ical import fichier

    seance = inscription.seance
    rencontre = seance.rencontre
    if seance.est_annulee and objet in ("inscription", "place", "rappel"):
        return
    objet = "annulation" if seance.est_annulee and objet == "changement" else objet
    invitation = None
    if inscription.est_confirmee and objet != "rappel":
        methode = "CANCEL" if objet in ("annulation", "desistement") else "REQUEST"
        invitation = methode, fichier([seance], methode=methode, inscription=inscription)
    contexte = {"inscription": inscription, "seance": seance, "objet": objet}
    a = inscription.destinataire
    de_contribution("rencontre", rencontre, a, niveaux, evenement, contexte, invitation=invitation)
