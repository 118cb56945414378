from django import template
from django.utils import timezone

from plateforme.socle.jours import en_jour

from ..heures import en_heure

register = template.Library()


@register.filter
def quand(debut):
    """« mar. 3 mars 2026, 9 h »"""
    return f"{en_jour(timezone.localtime(debut), 'D j F Y')}, {en_heure(debut)}"


register.filter("heure", en_heure)
