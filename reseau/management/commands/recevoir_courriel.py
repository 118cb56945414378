import logging
import sys

from django.core.management.base import BaseCommand

from plateforme.socle.reception import CourrielLu, lire_flux
from reseau.reponses import recevoir

logger = logging.getLogger(__name__)

# sysexits.h: the mail server keeps the mail and comes back with it.
EX_TEMPFAIL = 75


class Command(BaseCommand):
    help = "Reads one mail, as a mail server pipes it: an answer, or one that came back."
    requires_system_checks = []

    def add_arguments(self, parser):
        parser.add_argument("destinataires", nargs="*", help="those of the envelope, if the server says them")

    def handle(self, *, destinataires, **options):
        """0: it was taken, or refused and answered. 75: it could be neither, whatever the reason."""
        try:
            source, tronque = lire_flux(sys.stdin.buffer)
            recevoir(CourrielLu(source, tronque=tronque, destinataires=destinataires))
        except Exception:
            logger.exception("A mail was left to its server.")
            sys.exit(EX_TEMPFAIL)
