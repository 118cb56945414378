from django import template
from django.utils.formats import number_format
from django.utils.html import format_html

from plateforme.socle.templatetags.socle import adresse
from reseau.models import Contribution, PieceJointe

register = template.Library()


@register.simple_tag
def documents_de(contribution):
    """Its files and those of its messages, the newest first, for who may read it."""
    return PieceJointe.objects.montrees().filter(contribution=contribution.pk).order_by("-pk")


@register.filter
def nombre(valeur):
    """1 234, without Django's humanize, which a host may not have."""
    return number_format(valeur, use_l10n=True, force_grouping=True)


@register.simple_tag(takes_context=True)
def nom_de(context, membre):
    """Her name: where members call her from; a visitor has no page to go to."""
    if not context["request"].membre:
        return format_html("<strong>{}</strong>", membre.nom_complet)
    adresse = membre.get_absolute_url()
    return format_html('<a class="auteur" href="{}"><strong>{}</strong></a>', adresse, membre.nom_complet)


@register.simple_tag(takes_context=True)
def types_publiables(context):
    """What this member may publish here, in the order of the apps: label, icon and address of each form."""
    membre = context["request"].membre
    modeles = [m for m in Contribution.types().values() if m.vue_de_publication and m.publiable_par(membre)]
    return [
        {
            "type": modele._meta.model_name,
            "mot": modele.mot_a_publier,
            "mot_pour_repondre": modele.mot_pour_repondre,
            "icone": modele.icone,
            "url": adresse(modele.vue_de_publication),
        }
        for modele in sorted(modeles, key=lambda modele: modele.rang_a_publier)
    ]
