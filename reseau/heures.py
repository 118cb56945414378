"""Local hours and instants: what people type is what the clocks of the territory show (TIME_ZONE)."""

from datetime import UTC, datetime, time

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext as _

from plateforme.socle.jours import en_jour


def instant(jour, heure):
    """When the clocks show this. Of an hour that they show twice, in autumn, the first one.

    Raises ValidationError for an hour that they skip, in spring, and for a day that no clock will show.
    """
    fuseau = timezone.get_default_timezone()
    local = datetime.combine(jour, heure, tzinfo=fuseau)
    try:
        montre = local.astimezone(UTC).astimezone(fuseau)
    except OverflowError:
        raise ValidationError(_("Cette date est trop lointaine.")) from None
    if montre.replace(tzinfo=None) != local.replace(tzinfo=None):
        raise ValidationError(
            _(
                "Le %(jour)s, les horloges passent à l’heure d’été\u202f: %(heure)s n’existe pas, "
                "choisissez une heure avant ou après."
            )
            % {"jour": en_jour(jour, "j F"), "heure": en_heure(heure)}
        )
    return local


def minuit(jour):
    """When this day begins."""
    return datetime.combine(jour, time.min, tzinfo=timezone.get_default_timezone())


def en_heure(quand):
    """« 9 h », « 14 h 30 »"""
    if isinstance(quand, datetime):
        quand = timezone.localtime(quand)
    minutes = f"\u00a0{quand.minute:02d}" if quand.minute else ""
    return f"{quand.hour}\u00a0h{minutes}"


def en_creneau(debut, fin):
    """« mardi 3 mars 2026 de 9 h à 11 h 30 »"""
    mots = {"jour": en_jour(timezone.localtime(debut), "l j F Y")}
    mots |= {"de": en_heure(debut), "a": en_heure(fin)}
    return _("%(jour)s de %(de)s à %(a)s") % mots
