from collections import Counter
from decimal import Decimal
from functools import lru_cache

from django import template
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from plateforme.socle.jours import en_jour
from reseau.models import Collectivite

from ..economies import par_methode
from ..models import Avis, Deliberation, Position, Preparation, Tache
from ..outils import catalogue
from ..quantites import en_clair
from ..scdl import en_contient

register = template.Library()

CASE_VIDE = SafeString("<td></td>")


@register.simple_tag
def deliberations_publiques():
    """Whether the table of the délibérations has anything to say to whoever comes."""
    return en_contient(AnonymousUser())


@register.simple_tag
def quantite(objet, besoin=None):
    """« 4,5 tonnes »: of a need, or of a position on it, which is told in the need's unit."""
    return en_clair(objet.quantite, (besoin or objet).unite)


@register.filter
def avis_seul(position, membre):
    """Whether what she says will stand beside this position, given by who decides, without changing it."""
    return bool(position and position.confirmee and not membre.decide_pour(position.collectivite))


@register.simple_tag
def preparation_en_attente(contribution, collectivite):
    """What waits to be validated there for this collectivité, or None."""
    attentes = Preparation.objects.en_attente().pour_page().filter(contribution=contribution.pk)
    return attentes.filter(collectivite=collectivite).first()


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
        return CASE_VIDE
    if isinstance(case, Position.Niveau):
        return _case(case, get_language())
    dits = [(niveau.value, nombre, niveau.accorde(nombre)) for niveau, nombre in case]
    return format_html("<td>{}</td>", format_html_join(" ", '<b class="{}">{}<i> {}</i></b>', dits))


@lru_cache
def _case(niveau, _langue):
    return format_html('<td class="{}">{}</td>', niveau.value, niveau.label)


@register.simple_tag
def total_des_quantites(positions, besoin):
    """What the communes that need it too ask for, with the one that asked first; nothing when none did."""
    demandees = [p.quantite for p in positions if p.quantite and p.niveau not in ("hors", "aide")]
    if not demandees:
        return ""
    mots = {"total": en_clair(sum(demandees, besoin.quantite or Decimal(0)), besoin.unite)}
    if not besoin.quantite:
        return _("Total demandé\u202f: %(total)s") % mots
    mots |= {"part": en_clair(besoin.quantite), "commune": besoin.collectivite.nom}
    return _("Total demandé\u202f: %(total)s, dont %(part)s pour %(commune)s") % mots


@register.simple_tag
def l_ont_fait(qui):
    """« 3 communes l’ont fait, appelez-les »: of collectivités, or of { collectivite: … }."""
    collectivites = [c["collectivite"] if isinstance(c, dict) else c for c in qui]
    n = len(collectivites)
    if all(c.nature == Collectivite.Nature.COMMUNE for c in collectivites):
        mots = ngettext("%(n)s commune l’a fait, appelez-la", "%(n)s communes l’ont fait, appelez-les", n)
    else:
        mots = ngettext(
            "%(n)s collectivité l’a fait, appelez-la", "%(n)s collectivités l’ont fait, appelez-les", n
        )
    return mots % {"n": n}


@register.simple_tag
def l_ont_demande(besoins):
    """« 4 communes l’ont demandé : … »: those whose needs a project answers; "" when there is none."""
    noms = sorted({besoin.collectivite.nom for besoin in besoins})
    if not noms:
        return ""
    mots = ngettext(
        "%(n)s commune l’a demandé\u202f: %(noms)s.",
        "%(n)s communes l’ont demandé\u202f: %(noms)s.",
        len(noms),
    )
    return mots % {"n": len(noms), "noms": ", ".join(noms)}


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


@register.simple_tag
def echeance_a_tenir(jour):
    """The same of what stays to be done: once it is over, since when."""
    retard = (timezone.localdate() - jour).days
    if retard <= 0:
        return echeance(jour)
    mots = ngettext("en retard de %d jour", "en retard de %d jours", retard) % retard
    return format_html('<time class="echeance" datetime="{}" title="{}">{}</time>', jour, en_date(jour), mots)


def en_date(jour):
    return en_jour(jour, "j F Y")


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
def decompte_des_demarches(demarches):
    """« 3 réglées sur 10 »: done, or left out with a reason."""
    reglees = sum(demarche.est_reglee for demarche in demarches)
    mots = ngettext("%(n)s réglée sur %(total)s", "%(n)s réglées sur %(total)s", reglees)
    return mots % {"n": reglees, "total": len(demarches)}


@register.simple_tag
def outils_du_type(type_mutualisation):
    return [outil for outil in catalogue().outils.values() if outil.type == type_mutualisation]


@register.filter
def outil_de(base):
    """The tool of which this legal basis is the main one, or None."""
    return catalogue().outil_de(base.code)


@register.simple_tag
def resume_des_avis(reponses):
    """How many of each, always in the same order: no opinion comes first because it is given most."""
    nombres = Counter(reponse.avis.sens for reponse in reponses if reponse.avis)
    dits = [f"{Avis.Sens(sens).label}\u202f: {nombres[sens]}" for sens in Avis.Sens.values if nombres[sens]]
    return ", ".join(dits)


ECHEANCES_EN_TETE = 5


@register.simple_tag
def echeances_de(projet):
    """The jalons and tasks of a project: the first to come, how many are left out, those that are done."""
    toutes = [*projet.jalons.notes().select_related("projet"), *Tache.objects.de(projet)]
    a_venir = sorted((e for e in toutes if not e.fait_le), key=lambda e: e.pour_le)
    faits = sorted((e for e in toutes if e.fait_le), key=lambda e: e.fait_le, reverse=True)
    return {
        "total": len(toutes),
        "a_venir": a_venir[:ECHEANCES_EN_TETE],
        "en_plus": len(a_venir[ECHEANCES_EN_TETE:]),
        "faits": faits,
    }


@register.simple_tag
def economies_de(projet):
    """What it makes save, by method."""
    return par_methode(projet.retombees.notes().pour_page())


@register.simple_tag
def deliberations_de(projet):
    """Those that are awaited or taken, how they stand in short, the delays that they hold to."""
    lignes = list(Deliberation.objects.de(projet))
    attendues = sum(deliberation.est_attendue for deliberation in lignes)
    restent = ngettext("%(n)s attendue sur %(total)s", "%(n)s attendues sur %(total)s", attendues)
    delais = {deliberation.delai_id: deliberation.delai for deliberation in lignes if deliberation.delai}
    return {
        "lignes": lignes,
        "possibles": projet.type_mutualisation in Deliberation.TYPES,
        "resume": restent % {"n": attendues, "total": len(lignes)},
        "delais": delais.values(),
    }
