from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from wagtail import hooks
from wagtail.admin.site_summary import PagesSummaryItem

from .admin.tableau_de_bord import AFaire, Attente, Contributions, Membres
from .models import PageAccueil

# People and their rights are managed in our own pages; documents, by the app of that name.
ENTREES_CACHEES = {"users", "groups", "documents", "snippets"}


@hooks.register("construct_main_menu")
@hooks.register("construct_settings_menu")
def cacher_des_entrees(request, entrees):
    entrees[:] = [entree for entree in entrees if entree.name not in ENTREES_CACHEES]


@hooks.register("construct_help_menu")
def aide_sans_lien_exterieur(request, entrees):
    """Wagtail's own news and guide, in English, on its own site."""
    entrees[:] = [entree for entree in entrees if entree.name == "keyboard-shortcuts-trigger"]


@hooks.register("construct_homepage_panels")
def tableau_de_bord(request, panneaux):
    panneaux.append(AFaire())


@hooks.register("construct_homepage_summary_items", order=1000)
def comptes(request, comptes):
    comptes[:] = [
        *(compte for compte in comptes if isinstance(compte, PagesSummaryItem)),
        Membres(request),
        Contributions(request),
        Attente(request),
    ]


def est_obligatoire(page):
    return isinstance(page, PageAccueil) or getattr(page, "est_obligatoire", False)


def refuser(request, page):
    messages.error(request, _("« %s » est obligatoire : modifiez-la plutôt.") % page.title)
    return redirect("wagtailadmin_pages:edit", page.pk)


@hooks.register("before_delete_page")
@hooks.register("before_unpublish_page")
def garder_les_pages_obligatoires(request, page):
    if est_obligatoire(page.specific):
        return refuser(request, page)
    return None


@hooks.register("before_bulk_action")
def garder_les_pages_obligatoires_en_lot(request, action, objets, vue):
    if action in ("delete", "unpublish", "move"):
        for page in objets:
            if est_obligatoire(getattr(page, "specific", page)):
                return refuser(request, page)
    return None
