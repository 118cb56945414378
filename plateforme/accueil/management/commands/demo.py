from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from besoins.signal_handlers import comparer_les_besoins
from plateforme.accueil.demo import comptes, publique, recherches
from plateforme.accueil.demo.dates import Calendrier
from plateforme.accueil.demo.echanges import Echanges
from plateforme.accueil.demo.personnes import Population
from plateforme.socle.models import Courriel
from plateforme.socle.taches import resultats_en_base
from reseau.models import Membre
from reseau.taches import recapitulatifs


class Command(BaseCommand):
    help = "Charge une démonstration vivante : de vraies communes, des personnes inventées."

    def handle(self, **options):
        if not comptes.deja_chargee():
            if Membre.objects.exists():
                raise CommandError(
                    "Cette base contient déjà des personnes : la démonstration veut une base neuve."
                )
            self.stdout.write("Chargement de la démonstration…")
            self.charger()
        self.stdout.write("")
        for ligne in comptes.table():
            self.stdout.write(ligne)

    @transaction.atomic
    def charger(self):
        calendrier = Calendrier()
        population = Population(calendrier)
        population.installer()
        Echanges(calendrier, population).rejouer()
        publique.installer()
        oublier_les_courriels()
        population.regler_les_recapitulatifs()
        recapitulatifs.enqueue()
        call_command("wagtail_update_index", verbosity=0)
        recherches.installer(calendrier, population)
        comparer_les_besoins(None)


def oublier_les_courriels():
    """What the demo tells is past: no mail leaves for it; its search index is made at once, in one go."""
    Courriel.objects.all().delete()
    resultats = resultats_en_base()
    if resultats is not None:
        resultats.filter(status="READY").delete()
