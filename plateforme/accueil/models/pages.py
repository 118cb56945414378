from django.db import models
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.fields import RichTextField, StreamField
from wagtail.models import Page

from ressources_docs.blocs import DocumentBlock

# The addresses that the law, or the foot of every page, counts on.
OBLIGATOIRES = ["aide", "contact", "accessibilite", "mentions-legales", "donnees-personnelles"]
LIENS = ["link", "lien-document"]
MISE_EN_FORME = ["h2", "h3", "bold", "italic", "ul", "ol", *LIENS]


class PageAccueil(Page):
    """The home page: one for a visitor, another for a member. Only the visitor's words are edited here."""

    titre_visiteur = models.CharField(
        _("titre"), max_length=120, default="Ce qui manque à une commune, une autre l’a peut-être"
    )
    presentation = RichTextField(_("présentation"), features=["bold", "italic", *LIENS], blank=True)
    comment_rejoindre = RichTextField(
        _("comment rejoindre"), features=["bold", "italic", "ul", "ol", *LIENS], blank=True
    )

    content_panels = [
        *Page.content_panels,
        MultiFieldPanel(
            [FieldPanel("titre_visiteur"), FieldPanel("presentation"), FieldPanel("comment_rejoindre")],
            heading=_("Ce que lit un visiteur"),
        ),
    ]
    max_count = 1
    parent_page_types = ["wagtailcore.Page"]
    subpage_types = [
        "accueil.PageLegale",
        "accueil.PageContact",
        "reseau.PageReseau",
        "ressources_docs.PageDocuments",
    ]

    class Meta:
        verbose_name = _("page d’accueil")
        verbose_name_plural = _("pages d’accueil")

    def serve(self, request, *args, **kwargs):
        from plateforme.accueil.views.accueil import accueil

        return accueil(request, self)


class PageDeTexte(Page):
    """A page of words, edited in Wagtail."""

    chapo = models.TextField(_("introduction"), max_length=600, blank=True)
    corps = RichTextField(_("texte"), features=MISE_EN_FORME, blank=True)
    documents = StreamField(
        [("document", DocumentBlock())],
        blank=True,
        default=list,
        verbose_name=_("documents"),
        help_text=_("Sous le texte. Chacun ne voit que ceux qu’il peut ouvrir."),
    )

    content_panels = [
        # Wagtail's own would look for the slug, which is not there, and fail in the browser.
        FieldPanel("title", classname="title"),
        FieldPanel("chapo"),
        FieldPanel("corps"),
        FieldPanel("documents"),
    ]
    # Without the slug: other pages, and the law, know these addresses.
    promote_panels = [FieldPanel("seo_title"), FieldPanel("search_description")]
    parent_page_types = ["accueil.PageAccueil"]
    subpage_types = []

    class Meta:
        abstract = True

    @property
    def est_obligatoire(self):
        return self.slug in OBLIGATOIRES


class PageLegale(PageDeTexte):
    """Mentions légales, accessibilité, données personnelles, aide: what the law or good manners ask for."""

    class Nature(models.TextChoices):
        LIBRE = "libre", _("texte seul")
        MENTIONS = "mentions", _("mentions légales : éditeur, publication et hébergeur d’après les réglages")
        ACCESSIBILITE = "accessibilite", _("accessibilité : état et dates d’après les réglages")
        DONNEES = "donnees", _("données personnelles : responsable et délégué·e d’après les réglages")

    nature = models.CharField(_("début de la page"), max_length=20, choices=Nature, default=Nature.LIBRE)

    template = "accueil/pages/legale.html"
    settings_panels = [*Page.settings_panels, FieldPanel("nature")]

    class Meta:
        verbose_name = _("page d’information")
        verbose_name_plural = _("pages d’information")

    def get_context(self, request, *args, **kwargs):
        from .parametres import Parametres

        return {**super().get_context(request, *args, **kwargs), "parametres": Parametres.load(request)}


class PageContact(PageDeTexte):
    """Where to write to those who run the site; the form is under the text."""

    max_count = 1

    class Meta:
        verbose_name = _("page de contact")
        verbose_name_plural = _("pages de contact")

    def serve(self, request, *args, **kwargs):
        from plateforme.accueil.views.contact import ContactView

        return ContactView.as_view()(request, page=self)
