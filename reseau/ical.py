"""Meetings as calendar programs read them (RFC 5545 and 5546).

A séance is one event: its `uid` never changes, its `sequence` grows with each change. Hours are local, with
the rules of the time zone beside them, so that a meeting at nine stays at nine whatever the season.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.conf import settings
from django.dispatch import Signal
from django.utils import timezone
from django.utils.encoding import iri_to_uri
from django.utils.translation import gettext as _
from icalendar import Calendar, Event, vCalAddress, vText

PRODUIT = "-//Plateforme de mutualisation//Rencontres//FR"
TYPE = "text/calendar; charset=utf-8"

# Asked of the apps above when a member's calendar is read (`membre`; `reseau`, or None for all; `depuis`, a
# day): each receiver gives its Journees.
journees_demandees = Signal()


@dataclass
class Journee:
    """Whole days, from the first to the last, that leave her time free."""

    uid: UUID
    sequence: int
    debut: date
    fin: date
    titre: str
    adresse: str


def fichier(seances, *, nom="", methode="PUBLISH", inscription=None, occupe=(), journees=()):
    """The bytes of a calendar of these séances, whose rencontre is at hand, and of these Journees.

    `occupe`: ids of the séances where she who reads is registered; the others leave her time free.
    """
    seances = list(seances)
    calendrier = Calendar()
    calendrier.add("prodid", PRODUIT)
    calendrier.add("version", "2.0")
    calendrier.add("method", methode)
    if nom:
        calendrier.add("x-wr-calname", nom)
    for seance in seances:
        calendrier.add_component(_evenement(seance, methode, inscription, seance.pk in occupe))
    for journee in journees:
        calendrier.add_component(_jours(journee))
    if seances:
        annees = [timezone.localtime(seance.debut).year for seance in seances]
        calendrier.add_missing_timezones(date(min(annees), 1, 1), date(max(annees) + 1, 12, 31))
    return calendrier.to_ical()


def _evenement(seance, methode, inscription, occupe):
    rencontre = seance.rencontre
    evenement = Event()
    evenement.add("uid", str(seance.uid))
    evenement.add("sequence", seance.sequence)
    evenement.add("dtstamp", timezone.now())
    evenement.add("last-modified", seance.modifiee_le)
    fuseau = timezone.get_default_timezone()
    evenement.add("dtstart", seance.debut.astimezone(fuseau))
    evenement.add("dtend", seance.fin.astimezone(fuseau))
    evenement.add("summary", rencontre.titre)
    if seance.lieu or rencontre.visio:
        evenement.add("location", seance.lieu or rencontre.visio)
    adresse = adresse_de(rencontre)
    evenement.add("description", _description(rencontre, adresse))
    evenement.add("url", adresse)
    annule = methode == "CANCEL" or seance.est_annulee
    sur = "TENTATIVE" if rencontre.a_un_sondage_ouvert else "CONFIRMED"
    evenement.add("status", "CANCELLED" if annule else sur)
    if methode in ("REQUEST", "CANCEL"):
        organisateur = vCalAddress(f"mailto:{settings.DEFAULT_FROM_EMAIL.rpartition('<')[2].strip('<> ')}")
        organisateur.params["CN"] = vText(getattr(settings, "WAGTAIL_SITE_NAME", ""))
        evenement.add("organizer", organisateur)
        invite = vCalAddress(f"mailto:{inscription.destinataire.courriel}")
        invite.params["CN"] = vText(inscription.destinataire.nom_complet)
        # She said yes on the site: no answer is awaited from her calendar.
        invite.params["PARTSTAT"] = vText("ACCEPTED")
        invite.params["RSVP"] = vText("FALSE")
        evenement.add("attendee", invite)
    elif not occupe:
        evenement.add("transp", "TRANSPARENT")
    return evenement


def _jours(journee):
    evenement = Event()
    evenement.add("uid", str(journee.uid))
    evenement.add("sequence", journee.sequence)
    evenement.add("dtstamp", timezone.now())
    evenement.add("dtstart", journee.debut)
    evenement.add("dtend", journee.fin + timedelta(days=1))  # the first day that is not of it
    evenement.add("summary", journee.titre)
    evenement.add("description", journee.adresse)
    evenement.add("url", journee.adresse)
    evenement.add("transp", "TRANSPARENT")
    return evenement


def adresse_de(objet):
    return iri_to_uri(f"{getattr(settings, 'WAGTAILADMIN_BASE_URL', '')}{objet.get_absolute_url()}")


def _description(rencontre, adresse):
    morceaux = []
    if rencontre.visio:
        morceaux.append(_("Visioconférence\u202f: %(lien)s") % {"lien": rencontre.visio})
    if rencontre.ordre_du_jour:
        morceaux.append(_("Ordre du jour\u202f:\n%(texte)s") % {"texte": rencontre.ordre_du_jour})
    return "\n\n".join([*morceaux, adresse])
