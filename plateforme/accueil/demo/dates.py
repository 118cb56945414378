"""The verbs of the models always say « now »: here is the one place that then moves what they wrote."""

from datetime import timedelta

from django.utils import timezone

from besoins.models import (
    Avis,
    AvisDonne,
    Besoin,
    Consultation,
    Demarche,
    NousAussi,
    NousAussiDit,
    Position,
    PositionDite,
    Preparation,
    Projet,
    Sollicitation,
    Utilite,
)
from reseau.models import (
    Annonce,
    Contribution,
    Discussion,
    Entree,
    Fil,
    Message,
    Modification,
    Notification,
    PieceJointe,
    Signalement,
    Suivi,
)
from ressources_docs.models import Version

FRAICHE = timedelta(days=2)
UN_FIL_DURE = timedelta(days=9)
JOUR_OUVRE = range(7, 18)


class Calendrier:
    """The instants of the demo, counted back from its loading."""

    def __init__(self):
        self.maintenant = timezone.now()

    def il_y_a(self, jours):
        instant = self.maintenant - timedelta(days=jours)
        return instant if timedelta(days=jours) < FRAICHE else self.au_travail(instant)

    def au_travail(self, instant):
        """Municipal agents write on weekdays, in the daytime."""
        local = timezone.localtime(instant)
        local -= timedelta(days=max(0, local.weekday() - 4))
        return local if local.hour in JOUR_OUVRE else local.replace(hour=8 + local.hour % 9)

    def suites(self, debut, combien, fin=None):
        """So many instants after `debut`, close together at first, then further apart."""
        duree = min((fin or self.maintenant) - debut, UN_FIL_DURE)
        for rang in range(1, combien + 1):
            instant = debut + duree * (rang / (combien + 1)) ** 1.6
            travaille = self.au_travail(instant)
            yield travaille if duree > FRAICHE and travaille > debut else instant

    def jour(self, jours):
        return timezone.localdate(self.maintenant) + timedelta(days=jours)

    def jour_ouvre(self, jours):
        """The same, or the first weekday that follows."""
        jour = self.jour(jours)
        return jour + timedelta(days=max(0, 7 - jour.weekday()) if jour.weekday() > 4 else 0)

    # What a verb has just written, moved to its instant

    def publication(self, contribution, instant):
        champs = {"cree_le": instant, "publie_le": instant, "annee": timezone.localtime(instant).year}
        self._deplacer(contribution, **champs)
        Annonce.objects.filter(pk=contribution.pk).update(partie_le=instant)
        Suivi.objects.filter(contribution=contribution.pk).update(depuis=instant)
        PieceJointe.objects.filter(contribution=contribution.pk).update(depose_le=instant)
        Version.objects.filter(ressource=contribution.pk).update(depose_le=instant)
        self.notifications(contribution, instant)

    def brouillon(self, contribution, instant):
        self._deplacer(contribution, cree_le=instant)

    def message(self, message, instant):
        message.cree_le = instant
        message.rendre()
        Message.objects.filter(pk=message.pk).update(cree_le=instant, html=message.html)
        message.pieces.update(depose_le=instant)
        Fil.relever_la_reponse(message.contribution)
        self.notifications(message.contribution, instant)

    def position(self, position, instant):
        Position.objects.filter(pk=position.pk).update(dite_le=instant)
        dites = PositionDite.objects.filter(
            contribution=position.contribution_id, collectivite=position.collectivite_id
        )
        dites.filter(dite_le__gte=self.maintenant).update(dite_le=instant)
        self.notifications(position.contribution, instant)

    def preparation(self, preparation, instant):
        Preparation.objects.filter(pk=preparation.pk).update(prepare_le=instant)
        self.notifications(preparation.contribution, instant)

    def sollicitations(self, besoin, instant):
        """And the reminders whose day is over have left on it, in the morning."""
        Sollicitation.objects.filter(besoin=besoin).update(le=instant)
        ecart = timezone.localdate(self.maintenant) - timezone.localdate(instant)
        for relance in besoin.relances.all():
            relance.prevue_le -= ecart
            if relance.prevue_le < timezone.localdate(self.maintenant):
                relance.faite_le = instant + (relance.prevue_le - timezone.localdate(instant))
            relance.save()
        self.modifications(besoin, instant)
        self.notifications(besoin, instant)

    def utilite(self, besoin, instant):
        demandee = Utilite.objects.filter(besoin=besoin)
        demandee.update(a_demander_le=timezone.localdate(instant), demandee_le=instant)
        demandee.exclude(reponse="").update(dite_le=instant)
        self.modifications(besoin, instant)
        self.notifications(besoin, instant)

    def reponse_retenue(self, question, instant):
        Discussion.objects.filter(pk=question.pk).update(resolue_le=instant)
        Discussion.objects.filter(pk=question.pk, faq_le__isnull=False).update(faq_le=instant)
        self.modifications(question, instant)
        self.notifications(question, instant)

    def avis(self, avis, instant):
        Avis.objects.filter(pk=avis.pk).update(dite_le=instant)
        donnes = AvisDonne.objects.filter(
            contribution=avis.contribution_id, collectivite=avis.collectivite_id
        )
        donnes.update(dite_le=instant)
        self.notifications(avis.contribution, instant)

    def nous_aussi(self, aussi, instant):
        NousAussi.objects.filter(pk=aussi.pk).update(dite_le=instant)
        dits = NousAussiDit.objects.filter(contribution=aussi.contribution_id)
        dits.filter(dite_le__gte=self.maintenant).update(dite_le=instant)
        self.notifications(aussi.contribution, instant)

    def accuse(self, consultation, collectivite, instant):
        consultation.interrogations.filter(collectivite=collectivite).update(recue_le=instant)
        self.notifications(consultation, instant)

    def rapprochements(self, projet, instant):
        besoins = Besoin.objects.filter(pk__in=projet.rapprochements.values("besoin"))
        projet.rapprochements.update(le=instant)
        besoins.update(rapproche_le=instant)
        for besoin in besoins:
            self.modifications(besoin, instant)
            self.notifications(besoin, instant)

    def demarche(self, demarche, instant):
        Demarche.objects.filter(pk=demarche.pk).update(etat_le=instant)
        self.modifications(demarche.projet, instant)

    def phase(self, projet, instant):
        Projet.objects.filter(pk=projet.pk).update(phase_le=instant)
        self.modifications(projet, instant)
        self.notifications(projet, instant)

    def version(self, ressource, instant):
        ressource.versions.filter(depose_le__gte=self.maintenant).update(depose_le=instant)
        self._deplacer(ressource, modifie_le=instant)
        self.modifications(ressource, instant)
        self.notifications(ressource, instant)

    def modifications(self, contribution, instant):
        contribution.modifications.filter(le__gte=self.maintenant).update(le=instant)

    def programmation(self, annonce, jours):
        """To leave in so many days, in the morning."""
        depart = timezone.localtime(self.maintenant + timedelta(days=jours))
        depart = depart.replace(hour=7, minute=30, second=0, microsecond=0)
        Annonce.objects.filter(pk=annonce.pk).update(a_envoyer_le=depart)

    def inscription(self, inscription, instant):
        inscription.le = instant
        inscription.confirmee_le = inscription.confirmee_le and instant
        inscription.save(update_fields=["le", "confirmee_le"])
        self.notifications(inscription.seance.rencontre, instant)

    def compte_rendu(self, rencontre, instant):
        type(rencontre).objects.filter(pk=rencontre.pk).update(compte_rendu_le=instant)
        rencontre.seances.get().inscriptions.filter(present_le__isnull=False).update(present_le=instant)
        self.notifications(rencontre, instant)

    def cloture(self, contribution, instant):
        self._deplacer(contribution, clos_le=instant)
        # A consultation closes once its window is over.
        la_veille = timezone.localdate(instant) - timedelta(days=1)
        Consultation.objects.filter(pk=contribution.pk).update(jusqu_au=la_veille)

    def retrait(self, contribution, instant):
        self._deplacer(contribution, retire_le=instant)
        self.journal(instant)

    def verrou(self, contribution, instant):
        self._deplacer(contribution, verrouille_le=instant)
        self.journal(instant)

    @staticmethod
    def signalement(signalement, instant):
        Signalement.objects.filter(pk=signalement.pk).update(cree_le=instant)

    def remplacement(self, instant):
        Modification.objects.filter(le__gte=self.maintenant).update(le=instant)
        self.journal(instant)

    def notifications(self, contribution, instant):
        """Those that the verb has just written are the only ones dated after the loading began."""
        ecrites = Notification.objects.filter(contribution=contribution.pk, le__gte=self.maintenant)
        ecrites.update(le=instant)

    def journal(self, instant):
        Entree.objects.filter(le__gte=self.maintenant).update(le=instant)

    @staticmethod
    def _deplacer(contribution, **champs):
        Contribution.objects.filter(pk=contribution.pk).update(**champs)
        for champ, valeur in champs.items():
            setattr(contribution, champ, valeur)
