import logging

from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from plateforme.socle.courriel import purger_courriels, relancer_les_oublies
from plateforme.socle.fichiers import balayer_les_fichiers
from plateforme.socle.models import AdresseEnEchec, CourrielRecu, Tentative
from plateforme.socle.recherche import rattraper_le_serveur
from plateforme.socle.taches import balayer_les_taches, entretien, resultats_en_base

logger = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Sweeps and purges. A timer runs it every five minutes; running it twice changes nothing more."

    def handle(self, **options):
        rates = [nom for nom, etape in self.etapes() if not self.executer(nom, etape)]
        # Each app sweeps its own.
        for receveur, resultat in entretien.send_robust(sender=type(self)):
            if isinstance(resultat, Exception):
                logger.error("%s failed", receveur, exc_info=resultat)
                rates.append(getattr(receveur, "__qualname__", str(receveur)))
        if rates:
            raise CommandError(", ".join(rates))

    def etapes(self):
        yield "tâches rendues, abandonnées", balayer_les_taches
        yield "courriels relancés", relancer_les_oublies
        yield "courriels purgés", purger_courriels
        yield "courriels reçus purgés", CourrielRecu.objects.purger
        yield "adresses rétablies oubliées", AdresseEnEchec.objects.purger
        yield "fichiers orphelins supprimés", balayer_les_fichiers
        yield "compteurs de tentatives purgés", Tentative.objects.purger
        yield "lignes redites à Elasticsearch", rattraper_le_serveur
        yield "sessions expirées", lambda: call_command("clearsessions", verbosity=0)
        if resultats_en_base() is not None:
            yield "résultats de tâches purgés", self.purger_les_resultats

    def purger_les_resultats(self):
        call_command("prune_db_task_results", queue_name="*", min_age_days=7, verbosity=0)

    def executer(self, nom, etape):
        """One step that fails does not stop the others."""
        try:
            resultat = etape()
        except Exception:
            logger.exception("%s failed", nom)
            return False
        if resultat not in (None, 0, (0, 0)):
            self.stdout.write(f"{nom} : {resultat}")
        return True
