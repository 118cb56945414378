import imaplib

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from plateforme.socle.releve import relever
from reseau.reponses import recevoir


class Command(BaseCommand):
    help = "Reads what has come to the mailbox of IMAP_URL; running it twice treats no mail twice."

    def handle(self, **options):
        if not getattr(settings, "IMAP_URL", ""):
            raise CommandError("IMAP_URL is not set.")
        try:
            pris, rates = relever(settings.IMAP_URL, recevoir)
        except (OSError, ValueError, imaplib.IMAP4.error) as panne:
            raise CommandError(f"The mailbox could not be read: {panne}") from panne
        if pris:
            self.stdout.write(f"courriels relevés : {pris}")
        if rates:
            raise CommandError(f"{rates} mails were left in the mailbox.")
