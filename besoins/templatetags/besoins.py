from collections import Counter
from decimal import Decimal
from functools import lru_cache

from django import template
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html
from django.utils.safestring import mark_safe
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from ..models import Avis, Position
from ..quantites import en_clair

register = template.Library()


@register.simple_tag
def quantite(objet, besoin=None):
    """« 4,5 tonnes »: of a need, or of a position on it, which is told in the need's unit."""
    return en_clair(objet.quantite, (besoin or objet).unite)


@register.filter
def avis_seul(position, membre):
    """Whether what she says will stand beside this position, which a référent gave, without changing it."""
    return bool(position and position.par_referent and not membre.engage(position.collectivite))


@register.simple_tag
def accord(niveau, nombre):
    """« Membre », « Engagées »: what so many communes say, as a title."""
    return Position.Niveau(niveau).accorde(nombre).capitalize()


@register.simple_tag
def case_en_clair(matrice, case):
    return matrice.en_clair(case)


@register.simple_tag
def case_de_matrice(case):
    """A cell of a matrix (see besoins/matrice.py): the word, of which matrice.css shows the letter. Written
    here, because there are thousands of them."""
    if not case:
        return mark_safe("<td></td>")
    if isinstance(case, Position.Niveau):
        return _case(case, get_language())
    nombres = [
        format_html('<b class="{}">{}<i> {}</i></b>', niveau.value, nombre, niveau.accorde(nombre))
        for niveau, nombre in case
    ]
    return format_html("<td>{}</td>", mark_safe(" ".join(nombres)))


@lru_cache
def _case(niveau, _langue):
    return format_html('<td class="{}">{}</td>', niveau.value, niveau.label)


@register.simple_tag
def total_des_quantites(positions, besoin):
    """What the communes that are not out ask for, with the one that asked first; nothing when none did."""
    demandees = [p.quantite for p in positions if p.quantite and p.niveau != "hors"]
    if not demandees:
        return ""
    mots = {"total": en_clair(sum(demandees, besoin.quantite or Decimal(0)), besoin.unite)}
    if not besoin.quantite:
        return _("Total demandé\u202f: %(total)s") % mots
    mots |= {"part": en_clair(besoin.quantite), "commune": besoin.collectivite.nom}
    return _("Total demandé\u202f: %(total)s, dont %(part)s pour %(commune)s") % mots


@register.simple_tag
def echeance(jour):
    """A deadline as people say it; the full date is in the title and on paper."""
    reste = (jour - timezone.localdate()).days
    if reste < 0:
        mots, classe = _("échéance passée"), "echeance passee"
    elif reste == 0:
        mots, classe = _("avant ce soir"), "echeance"
    elif reste <= 30:
        mots, classe = ngettext("dans %d jour", "dans %d jours", reste) % reste, "echeance"
    else:
        mots, classe = _("avant le %s") % en_date(jour), "echeance lointaine"
    return format_html(
        '<time class="{}" datetime="{}" title="{}">{}</time>', classe, jour, en_date(jour), mots
    )


def en_date(jour):
    return date_format(jour, "j F Y")


# How an opinion is drawn: the styles of the positions, by their letters.
SIGNES = {"favorable": "e", "reserves": "i", "defavorable": "c", "sans_avis": "h"}
LETTRES = {"favorable": "F", "reserves": "R", "defavorable": "D", "sans_avis": "–"}


@register.filter
def signe_d_avis(sens):
    return SIGNES[sens]


@register.filter
def lettre_d_avis(sens):
    return LETTRES[sens]


@register.simple_tag
def decompte_des_reponses(reponses):
    """« 3 réponses sur 12 »: how many of those that were asked have spoken."""
    donnees = sum(reponse.avis is not None for reponse in reponses)
    mots = ngettext("%(n)s réponse sur %(total)s", "%(n)s réponses sur %(total)s", donnees)
    return mots % {"n": donnees, "total": len(reponses)}


@register.simple_tag
def resume_des_avis(reponses):
    """How many of each, always in the same order: no opinion comes first because it is given most."""
    nombres = Counter(reponse.avis.sens for reponse in reponses if reponse.avis)
    dits = [f"{Avis.Sens(sens).label}\u202f: {nombres[sens]}" for sens in Avis.Sens.values if nombres[sens]]
    return ", ".join(dits)
