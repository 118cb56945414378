"""What is done later. The models enqueue these tasks, which import them only when they run."""

from django_tasks import task

from plateforme.socle.courriel import envoyer


@task()
def noter_les_reperes(**critere):
    """Rewrite what is shown of what bears a domaine or an étiquette (`domaines=…`, `etiquettes=…`)."""
    from .models import Contribution

    for contribution in Contribution.objects.filter(**critere).iterator():
        contribution.noter_reperes()


@task()
def courriels_immediats(*, evenement, contribution, genre, message, acteur, membres, precision):
    """Write the mails of one event, to those who asked for them at once and may still read it.

    `evenement` names it: if the task runs twice, each mail is still written once.
    """
    from .models import Adhesion, Contribution, Membre, Message, Notification

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
    for membre in demandeurs(membres, contribution, [Adhesion.Niveau.IMMEDIAT]).select_related("utilisateur"):
        if contribution.visible_par(membre.utilisateur):
            envoyer(
                "reseau/courriels/notification",
                {"notification": notification, "contribution": contribution, "membre": membre},
                membre.courriel,
                clef=f"{evenement}-{membre.pk}",
            )


@task()
def courriels_de_retrait(*, evenement, contribution):
    """Tell its reason to those who answered it and follow it: withdrawn, it has left their bells for good."""
    from .models import Adhesion, Contribution

    contribution = Contribution.objects.select_related("collectivite", "retire_par").get(pk=contribution)
    if not contribution.est_retiree:
        return
    participants = contribution.specifique.participants().filter(pk__in=contribution.suivis.values("membre"))
    lecteurs = contribution.lecteurs_parmi(participants).exclude(pk=contribution.retire_par_id)
    niveaux = [Adhesion.Niveau.IMMEDIAT, Adhesion.Niveau.QUOTIDIEN]
    for membre in demandeurs(lecteurs.values("pk"), contribution, niveaux).select_related("utilisateur"):
        contexte = {"contribution": contribution}
        clef = f"{evenement}-{membre.pk}"
        envoyer("reseau/courriels/retrait", contexte, membre.courriel, clef=clef)


def demandeurs(membres, contribution, niveaux):
    """Of these members (ids), those whose adhésion asks for such mail: in its network, or in any."""
    from .models import Adhesion, Membre

    adhesions = Adhesion.objects.ouvrantes().filter(niveau_courriel__in=niveaux)
    if contribution.reseau_id:
        adhesions = adhesions.filter(reseau=contribution.reseau_id)
    return Membre.objects.actifs().filter(pk__in=membres).filter(pk__in=adhesions.values("membre"))


@task()
def convier(*, evenement, seances, inscriptions, objet):
    """Write to whoever is registered (those of these `inscriptions`, or all) what her calendar must hold.

    `objet`: « inscription », « place » (one is free), « changement », « rappel », « desistement ». What the
    calendar is told is the séance as it now stands: off, it leaves it.
    """
    from .models import Inscription, Membre

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
    lecteurs = lignes[0].seance.rencontre.lecteurs_parmi(destinataires)
    lecteurs = set(lecteurs.values_list("pk", flat=True))
    for inscription in lignes:
        if inscription.destinataire.pk in lecteurs:
            _convier(inscription, objet, f"{evenement}-{inscription.seance_id}")


def _convier(inscription, objet, clef):
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
    contexte = {"inscription": inscription, "seance": seance, "contribution": rencontre, "objet": objet}
    gabarit = "reseau/courriels/rencontre"
    envoyer(gabarit, contexte, inscription.destinataire.courriel, clef=clef, invitation=invitation)
