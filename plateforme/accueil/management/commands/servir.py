from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, CommandError

from plateforme.accueil import preparation, serveur


class Command(BaseCommand):
    help = "Sert le site entier en un seul processus, pour cette machine seulement."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("--demo", action="store_true", help="charge le contenu de démonstration")
        parser.add_argument("--neuf", action="store_true", help="efface d'abord toutes les données")

    def handle(self, *, demo, neuf, **options):
        try:
            with serveur.seul(settings.DONNEES / "en-service", settings.ADRESSE_DU_SITE):
                self.servir(demo, neuf)
        except serveur.DejaEnService as adresse:
            raise CommandError(f"Le site est déjà en service sur {adresse}") from None

    def servir(self, demo, neuf):
        try:
            prises = serveur.ecouter(int(settings.PORT))
        except OSError:
            raise CommandError(
                f"Le port {settings.PORT} est déjà pris par un autre programme. "
                f"Choisissez-en un autre : make demo PORT={int(settings.PORT) + 100}"
            ) from None
        if neuf:
            preparation.effacer()
        preparation.preparer(self.stdout.write)
        if demo:
            call_command("demo", stdout=self.stdout)
        self.stdout.write(f"\n  {settings.ADRESSE_DU_SITE}   (Ctrl-C pour arrêter)\n")
        self.stdout.flush()
        serveur.servir(prises)
        self.stdout.write("Arrêté.")
