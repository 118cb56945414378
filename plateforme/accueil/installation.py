"""What a new site needs before its first visitor: its home page, the pages that the law asks for, the group
of its administrators. Done after every `migrate`, each part only where it is missing."""

import tomllib
from importlib.resources import files
from urllib.parse import urlsplit

from django.conf import settings
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.executor import MigrationExecutor
from django.utils import timezone
from wagtail.models import Locale, Page, Site

from plateforme.socle.moteurs.classement import reconstruire_si_l_analyse_a_change

from .administration import installer_le_groupe
from .models import PageAccueil, PageContact, PageLegale, Parametres


def apres_migration(plan=None, **kwargs):
    """Receiver of post_migrate, for the last app: every content type and permission is there by then."""
    # After a partial or a backward migration the tables are not those that the models describe.
    if plan and reste_a_migrer():
        return
    installer()
    reconstruire_si_l_analyse_a_change()


def reste_a_migrer():
    executeur = MigrationExecutor(connection)
    return bool(executeur.migration_plan(executeur.loader.graph.leaf_nodes()))


@transaction.atomic
def installer():
    # Wagtail keeps the addresses of the sites in the cache, which may be a table too.
    call_command("createcachetable", verbosity=0)
    if not Parametres.objects.exists():
        Parametres.objects.create()
    if not PageAccueil.objects.exists():
        _installer_les_pages()
    installer_le_groupe()


def _installer_les_pages():
    textes = tomllib.loads(files("plateforme.accueil").joinpath("donnees/pages.toml").read_text())
    Locale.objects.get_or_create(language_code=settings.LANGUAGE_CODE)
    racine = Page.get_first_root_node() or Page.add_root(instance=Page(title="Racine", slug="racine"))
    accueil = racine.add_child(instance=_page(PageAccueil, slug="accueil", **textes["accueil"]))
    for texte in textes["page"]:
        modele = PageContact if texte["slug"] == "contact" else PageLegale
        accueil.add_child(instance=_page(modele, **texte))
    adresse = urlsplit(settings.ADRESSE_DU_SITE)
    port = adresse.port or (443 if adresse.scheme == "https" else 80)
    Site.objects.update_or_create(
        is_default_site=True, defaults={"hostname": adresse.hostname, "port": port, "root_page": accueil}
    )
    # The « Welcome » page of a new Wagtail.
    Page.objects.child_of(racine).exact_type(Page).delete()


def _page(modele, *, titre, **champs):
    maintenant = timezone.now()
    return modele(title=titre, first_published_at=maintenant, last_published_at=maintenant, **champs)
