from django import template
from django.utils import timezone
from django.utils.formats import date_format

from ..heures import en_heure

register = template.Library()


@register.filter
def quand(debut):
    """« mar. 3 mars 2026, 9 h »"""
    return f"{date_format(timezone.localtime(debut), 'D j F Y')}, {en_heure(debut)}"


register.filter("heure", en_heure)
