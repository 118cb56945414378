import re

from django import template
from django.utils.translation import gettext as _

register = template.Library()

# In this order: Edge and Opera also say Chrome, and Chrome says Safari.
NAVIGATEURS = [
    ("Edge", r"Edg(e|A|iOS)?/"),
    ("Opera", r"OPR/"),
    ("Firefox", r"(Firefox|FxiOS)/"),
    ("Chrome", r"(Chrome|CriOS)/"),
    ("Safari", r"Safari/"),
]
SYSTEMES = [
    ("iPhone", r"iPhone"),
    ("iPad", r"iPad"),
    ("Android", r"Android"),
    ("Windows", r"Windows"),
    ("Mac", r"Mac OS X|Macintosh"),
    ("Linux", r"Linux"),
]


def reconnaitre(motifs, user_agent):
    return next((nom for nom, motif in motifs if re.search(motif, user_agent)), None)


@register.filter
def appareil(user_agent):
    """« Firefox sur Windows », what a member recognises of her own devices."""
    navigateur = reconnaitre(NAVIGATEURS, user_agent)
    systeme = reconnaitre(SYSTEMES, user_agent)
    if navigateur and systeme:
        return _("%(navigateur)s sur %(systeme)s") % {"navigateur": navigateur, "systeme": systeme}
    return navigateur or systeme or _("Appareil inconnu")
