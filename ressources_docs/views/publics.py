from functools import cached_property

from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.http import StreamingHttpResponse
from django.shortcuts import redirect, render
from django.utils.feedgenerator import Atom1Feed, Enclosure
from django.utils.html import escape
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.templatetags.wagtailcore_tags import richtext

from plateforme.socle.exports import en_csv_public
from plateforme.socle.fichiers import TYPES
from plateforme.socle.pagination import PARAMETRE, paginer, paginer_une_liste
from reseau.views.acces import Introuvable, obtenir

from .. import catalogue
from ..forms.publics import PublicsForm
from ..models import Ressource
from ..models.ressources import DERNIERES_OUVERTES
from ..resultats import resultats_de

FLUX_MAX = 30
TYPE_DCAT = "application/ld+json; charset=utf-8"


def filtre_de(page, requete, **options):
    limites = {dossier.pk for dossier in page.dossiers.all()}
    return PublicsForm(requete, documents=page.documents(), limites=limites, **options)


class ListePubliqueView(TemplateView):
    """Folders first, then the last documents, or those that answer what was asked."""

    template_name = "ressources_docs/publics/page.html"

    @cached_property
    def page(self):
        return self.kwargs["page"]

    @cached_property
    def filtre(self):
        return filtre_de(self.page, self.request.GET)

    def get_context_data(self, **kwargs):
        contexte = self.page.get_context(self.request)
        curseur = self.curseur()
        suite = self.lien_suivant(curseur)
        lignes = self.lignes(curseur)
        introduction = richtext(self.page.introduction)
        return contexte | {
            "introduction": introduction,
            "filtre": self.filtre,
            "dossier": self.filtre.dossier,
            "dossiers": self.filtre.dossiers_montres(),
            "documents": lignes,
            "resultats": resultats_de(self.filtre, lignes, AnonymousUser()) if self.filtre.cherche else [],
            "lien_suivant": suite,
            "est_la_suite": PARAMETRE in self.request.GET,
            "choix": self.choix(),
            "empreinte_de_la_page": lambda: [
                self.page.pk,
                self.page.title,
                introduction,
                self.filtre.comptes,
                *(ligne.empreinte for ligne in lignes),
            ],
        }

    def curseur(self):
        apres, ids = self.request.GET.get(PARAMETRE, ""), self.filtre.ordonnes()
        if ids is None:
            documents = self.filtre.reponses().select_related("collectivite", "thematique__parent")
            return paginer(documents, apres, self.page.par_page, DERNIERES_OUVERTES)
        return paginer_une_liste(ids, apres, self.page.par_page)

    def lignes(self, curseur):
        if self.filtre.tri == "recent":
            return list(curseur)
        # By the door once more: between the search and now, one may have become private.
        documents = self.page.documents().select_related("collectivite", "thematique__parent")
        par_id = documents.in_bulk(list(curseur))
        return [par_id[pk] for pk in curseur if pk in par_id]

    def choix(self):
        """What narrows the list narrows its feed and its table too."""
        choix = {nom: valeurs for nom, valeurs in self.filtre.choisis.items() if valeurs}
        if self.filtre.cherche:
            choix["q"] = self.filtre.q_lue
        return f"?{urlencode(choix, doseq=True)}" if choix else ""

    def lien_suivant(self, curseur):
        if not curseur.has_next():
            return ""
        parametres = self.request.GET.copy()
        parametres[PARAMETRE] = curseur.suivant
        return f"?{parametres.urlencode()}"


class FluxPublic(Feed):
    """The last documents of a page, narrowed as the page is, for whoever follows them from a feed reader."""

    feed_type = Atom1Feed

    @property
    def language(self):
        return get_language()

    def get_object(self, request, page):
        return SuitePublique(request, page)

    def title(self, suite):
        return suite.titre

    def subtitle(self, suite):
        return _("Les documents publiés, du plus récent au plus ancien.")

    def link(self, suite):
        return suite.adresse

    def feed_url(self, suite):
        return suite.request.get_full_path()

    def items(self, suite):
        documents = suite.documents.ouvertes_d_abord()
        documents = list(documents.select_related("collectivite", "thematique__parent")[:FLUX_MAX])
        for ressource in documents:
            ressource.fichier_complet = suite.request.build_absolute_uri(ressource.url_du_fichier)
            ressource.permanente = suite.request.build_absolute_uri(catalogue.adresse_courte(ressource))
        return documents

    def item_title(self, ressource):
        return ressource.titre

    def item_guid(self, ressource):
        """Known again by the address that never changes, whatever becomes of the other."""
        return ressource.permanente

    def item_description(self, ressource):
        """Read as HTML, whatever it holds."""
        return escape(". ".join(dit for dit in (capfirst(ressource.en_bref), ressource.resume) if dit))

    def item_author_name(self, ressource):
        return ressource.service_auteur or ressource.collectivite.nom

    def item_categories(self, ressource):
        dossier = [str(ressource.thematique)] if ressource.thematique else []
        return [ressource.get_nature_display(), *dossier, *catalogue.mots_cles(ressource)]

    def item_pubdate(self, ressource):
        return ressource.ouvert_le

    def item_updateddate(self, ressource):
        return ressource.modifie_le or ressource.ouvert_le

    def item_enclosures(self, ressource):
        if ressource.est_un_lien:
            return []
        type_mime = TYPES.get(ressource.format, "application/octet-stream")
        return [Enclosure(ressource.fichier_complet, str(ressource.taille), type_mime)]

    def item_copyright(self, ressource):
        return str(ressource.get_licence_display())


class SuitePublique:
    """What a feed or a catalogue is about: a page, as its query string narrows it."""

    def __init__(self, request, page):
        self.request, self.page = request, page
        # Asked for whole, as most do: nothing has to be counted.
        # Of words that are read otherwise, its page gives the address as they were read.
        self.filtre = filtre_de(page, request.GET, corriger=False) if request.GET else None

    @property
    def documents(self):
        return self.filtre.reponses() if self.filtre else self.page.documents()

    @property
    def titre(self):
        mots = self.filtre and [str(actif["libelle"]) for actif in self.filtre.actifs()]
        return f"{self.page.title} ({', '.join(mots)})" if mots else self.page.title

    @property
    def adresse(self):
        requete = self.request.GET.urlencode()
        return f"{self.page.get_url(self.request)}{'?' if requete else ''}{requete}"


flux = require_safe(FluxPublic())


@require_safe
def catalogue_csv(request, page):
    releve = catalogue.Releve(SuitePublique(request, page).documents)
    lignes = catalogue.lignes(releve, request.build_absolute_uri)
    reponse = en_csv_public(page.slug, catalogue.entetes(), lignes)
    reponse["ETag"] = releve.etag(request.get_host(), request.scheme)
    return reponse


@require_safe
def catalogue_dcat(request, page):
    releve = catalogue.Releve(SuitePublique(request, page).documents)
    reponse = StreamingHttpResponse(catalogue.en_dcat(page, releve, request), content_type=TYPE_DCAT)
    de_la_page = (page.title, page.search_description, page.nom_de_l_editeur(request))
    reponse["ETag"] = releve.etag(request.build_absolute_uri(page.get_url(request)), *de_la_page)
    return reponse


@require_safe
def court(request, pk):
    """The address to cite. It leads to the page of the document, wherever that is; a citizen who followed a
    citation is told that it is not public, absent or forbidden alike, before any sign-in."""
    try:
        return redirect(obtenir(Ressource.objects.visibles_par(request.user), pk=pk))
    except Introuvable:
        if request.user.is_authenticated:
            raise
        return render(request, "ressources_docs/publics/absent.html", status=404)
