"""What the projects of the demo make the communes save, and those that a network keeps as models."""

from decimal import Decimal

from django.utils import timezone

from besoins.models import Projet, Retombee

NOMBRES = ("quantite", "prix_reference", "prix_paye", "montant")


class Economies:
    def __init__(self, calendrier, population):
        self.calendrier, self.population = calendrier, population

    def noter(self, projet, dite, instant):
        """`pour`: a collectivité, or none for the whole project; `contestee`: by whom, and why."""
        mots = {cle: dite[cle] for cle in ("moment", "nature", "methode", "unite", "source") if cle in dite}
        nombres = {cle: Decimal(str(dite[cle])) for cle in NOMBRES if cle in dite}
        retombee = Retombee(
            projet=projet,
            collectivite=self.population.collectivites.get(dite.get("pour")),
            constatee_le=timezone.localdate(instant),
            **mots,
            **nombres,
        )
        retombee.noter(par=projet.auteur)
        if "contestee" in dite:
            cle, motif = dite["contestee"]
            par, _collectivite = self.population.qui(cle)
            retombee.contester(par=par, motif=motif)
            Retombee.objects.filter(pk=retombee.pk).update(contestee_le=instant)
        self.calendrier.modifications(projet, instant)
        self.calendrier.notifications(projet, instant)

    def garder_comme_modele(self, projet, cle, instant):
        par, _collectivite = self.population.qui(cle)
        projet.garder_comme_modele(par=par)
        Projet.objects.filter(pk=projet.pk).update(modele_le=instant)
        self.calendrier.modifications(projet, instant)
