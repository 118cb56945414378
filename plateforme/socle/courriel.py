"""The mail queue: a mail is a row of the caller's transaction, then a task hands it to the server.

A rolled back transaction leaves nothing, a dead server slows no page, and a row is claimed before it is
sent: two workers never send it twice. (SMTP itself promises at least once: a server that accepts a mail and
dies before it says so gets it again.)
"""

import copy
import email
import logging
import re
import smtplib
from datetime import timedelta
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.core.mail.backends.base import BaseEmailBackend
from django.core.mail.message import sanitize_address
from django.db import transaction
from django.template import TemplateDoesNotExist
from django.template.context import make_context
from django.template.loader import get_template
from django.utils import timezone
from django.utils.translation import gettext as _
from django_tasks import task

from .models import AdresseEnEchec, Courriel
from .reception import signature_de_retour
from .taches import arguments_en_attente, reprendre
from .texte import nettoyer

logger = logging.getLogger(__name__)

# Two days in all: a server that is down from Friday night to Sunday loses nothing.
DELAIS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    *[timedelta(hours=4)] * 12,
)
# Read by the queue and taken off the mail: the event that this mail is about, and its rank in the queue.
CLEF, PRIORITE = "X-Clef", "X-Priorite"
# What is written without asking for a rank (a sign-in code) is awaited by someone: before the notifications.
PRIORITE_PAR_DEFAUT = 10
# An absent agent's machine answers nobody (RFC 3834).
EN_TETES = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "OOF, AutoReply"}


class FileDAttente(BaseEmailBackend):
    """EMAIL_BACKEND of the site, and where `envoyer` writes on any. SERVEUR_EMAIL_BACKEND really sends."""

    def send_messages(self, email_messages):
        with transaction.atomic():
            return sum(_deposer(message) for message in email_messages)


def envoyer(gabarit, contexte, a, *, clef="", priorite=0, en_tetes=None, invitation=None):
    """Write the mail of `gabarit` to the address `a`; once only per `clef` and address.

    `en_tetes`: headers beyond those of every mail.
    `invitation`: (method, bytes) of an iCalendar file, that the mail bears both as an invitation, for the
    programs that know what to do with one, and as a file, for the others.

    Returns 1 if the mail was written, 0 if this event has had its mail.
    """
    sujet, texte, html = composer(gabarit, contexte)
    en_tetes = {**EN_TETES, **signature_de_retour(a), **(en_tetes or {}), PRIORITE: str(priorite)}
    if clef:
        en_tetes[CLEF] = clef
    message = EmailMultiAlternatives(sujet, texte, to=[a], headers=en_tetes, connection=FileDAttente())
    if html:
        message.attach_alternative(html, "text/html")
    if invitation:
        methode, calendrier = invitation
        message.attach_alternative(calendrier.decode(), f"text/calendar; method={methode}")
        message.attach("invitation.ics", calendrier, "application/ics")
    return message.send()


def composer(gabarit, contexte):
    """(subject, text, HTML) from `<gabarit>.sujet.txt`, `.txt` and, if there is one, `.html`."""
    contexte = {
        "nom_du_site": getattr(settings, "WAGTAIL_SITE_NAME", ""),
        "adresse_du_site": getattr(settings, "WAGTAILADMIN_BASE_URL", ""),
        **contexte,
    }
    # One line, whose no-break spaces stay.
    sujet = re.sub(r"[ \t\r\n]+", " ", _texte_brut(f"{gabarit}.sujet.txt", contexte)).strip()
    contexte["sujet"] = sujet
    # The space after the dashes is what tells a mail program where the signature begins.
    texte = nettoyer(_texte_brut(f"{gabarit}.txt", contexte)).replace("\n--\n", "\n-- \n") + "\n"
    try:
        html = get_template(f"{gabarit}.html").render(contexte)
    except TemplateDoesNotExist as absent:
        if str(absent) != f"{gabarit}.html":
            raise
        html = ""
    return sujet, texte, html


@task()
def expedier(pk):
    courriel = Courriel.objects.reserver(pk)
    if courriel is None:
        return
    if courriel.essais > len(DELAIS) + 1:
        # Every try was cut short: do not kill yet another worker.
        courriel.noter_echec(courriel.erreur or _("Interrompu à chaque essai."))
        return
    try:
        get_connection(_serveur()).send_messages([_Depot(courriel)])
    except Exception as erreur:
        logger.warning("Mail %s, try %s: %r", courriel.pk, courriel.essais, erreur)
        with transaction.atomic():
            if _adresse_inconnue(erreur):
                AdresseEnEchec.noter(courriel.destinataire, str(erreur))
            prochain = None
            if not _sans_espoir(erreur):
                prochain = reprendre(expedier, courriel.essais, DELAIS, courriel.pk)
            courriel.noter_echec(f"{type(erreur).__name__}\u202f: {erreur}", prochain)
    else:
        courriel.marquer_envoye()


def relancer_les_oublies():
    """Enqueue the due mails that no task is waiting for: their worker was killed, or their task lost."""
    attendus = arguments_en_attente(expedier)
    pks = Courriel.objects.dus().order_by("pk").values_list("pk", flat=True)
    oublies = [pk for pk in pks if (pk,) not in attendus]
    for pk in oublies:
        expedier.enqueue(pk)
    return len(oublies)


@transaction.atomic
def remettre_en_file(courriel):
    """Try again, from the first try, a mail that was given up; does nothing to any other."""
    abandonne = Courriel.objects.filter(pk=courriel.pk, abandonne_le__isnull=False)
    if abandonne.update(abandonne_le=None, essais=0, prochain_essai_le=timezone.now()):
        expedier.enqueue(courriel.pk)


def purger_courriels():
    """Delete what was sent or given up more than COURRIELS_JOURS ago: mails hold personal data."""
    limite = timezone.now() - timedelta(days=getattr(settings, "COURRIELS_JOURS", 30))
    return Courriel.objects.termines_avant(limite).delete()[0]


def _serveur():
    """What empties the queue: a host's own EMAIL_BACKEND, unless it is the queue itself."""
    serveur = getattr(settings, "SERVEUR_EMAIL_BACKEND", settings.EMAIL_BACKEND)
    file = f"{FileDAttente.__module__}.{FileDAttente.__name__}"
    return "django.core.mail.backends.smtp.EmailBackend" if serveur == file else serveur


def _deposer(message):
    """One row per address, so that a refused address neither hides nor repeats the others."""
    message = copy.copy(message)
    en_tetes = message.extra_headers
    message.extra_headers = {cle: v for cle, v in en_tetes.items() if cle not in (CLEF, PRIORITE)}
    adresses = dict.fromkeys(_adresse(a) for a in message.recipients())
    commun = {
        "expediteur": _adresse(message.from_email),
        "sujet": nettoyer(str(message.subject))[:1000],
        # Refuses a header with a newline in it (BadHeaderError).
        "source": message.message().as_bytes(linesep="\r\n"),
    }
    expedition = expedier
    if expedier.get_backend().supports_priority:
        expedition = expedier.using(priority=int(en_tetes.get(PRIORITE, PRIORITE_PAR_DEFAUT)))
    ecrits = [c for a in adresses if (c := _ecrire(str(en_tetes.get(CLEF, "")), a, commun))]
    for courriel in ecrits:
        expedition.enqueue(courriel.pk)
    return int(bool(ecrits))


def _ecrire(clef, adresse, commun):
    if not clef:
        return Courriel.objects.create(destinataire=adresse, **commun)
    courriel, nouveau = Courriel.objects.get_or_create(clef=clef, destinataire=adresse, defaults=commun)
    return courriel if nouveau else None


def _adresse(adresse):
    return parseaddr(sanitize_address(adresse, "utf-8"))[1]


def _texte_brut(nom, contexte):
    gabarit = get_template(nom).template
    return gabarit.render(make_context(contexte, autoescape=False))


def _sans_espoir(erreur):
    """The server knows for good that this address does not exist, or the mail itself is malformed."""
    if isinstance(erreur, smtplib.SMTPRecipientsRefused):
        return all(code >= 500 for code, _ in erreur.recipients.values())
    return isinstance(erreur, ValueError)


def _adresse_inconnue(erreur):
    """What the server refuses for good is the mailbox itself, not our right to write to it."""
    if not isinstance(erreur, smtplib.SMTPRecipientsRefused):
        return False
    return all(
        code >= 500 and re.match(rb"5\.(?:1\.[1236]|2\.1)\b", reponse)
        for code, reponse in erreur.recipients.values()
    )


class _Source(email.message.Message):
    """What Django's backends ask of a message: its bytes, with their own line ends."""

    def as_bytes(self, unixfrom=False, linesep="\n"):
        return super().as_bytes(unixfrom, policy=self.policy.clone(linesep=linesep))


class _Depot(EmailMultiAlternatives):
    """A mail of the queue for the server's backend: one address, and the very source that was stored."""

    def __init__(self, courriel):
        super().__init__(courriel.sujet, courriel.texte, courriel.expediteur, [courriel.destinataire])
        if courriel.html:
            self.attach_alternative(courriel.html, "text/html")
        self._source = bytes(courriel.source)

    def message(self):
        return email.message_from_bytes(self._source, _class=_Source)
