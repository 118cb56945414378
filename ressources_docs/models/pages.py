from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from modelcluster.fields import ParentalManyToManyField
from wagtail.admin.forms import WagtailAdminPageForm
from wagtail.admin.panels import FieldPanel, MultiFieldPanel
from wagtail.contrib.routable_page.models import RoutablePageMixin, path
from wagtail.fields import RichTextField
from wagtail.models import Page, Site

from plateforme.socle.memoire import memoire_locale
from plateforme.socle.visiteurs import pour_tous

from .ressources import Ressource
from .thematiques import Thematique

LIEU_SECONDES = 60


class PageDocumentsForm(WagtailAdminPageForm):
    """The folders are ticked, in the order of the tree; one that is archived stays where it was chosen."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        if champ := self.fields.get("dossiers"):
            choisis = [dossier.pk for dossier in self.instance.dossiers.all()]
            champ.widget = forms.CheckboxSelectMultiple()
            champ.queryset = Thematique.objects.filter(Q(archive_le=None) | Q(pk__in=choisis)).dans_l_ordre()


class PageDocumentsMixin(RoutablePageMixin, models.Model):
    """The public documents, for whoever comes: a list to narrow down, a feed of it, a catalogue of it.

    It shows what a visitor may read, to a member as well: the same for everybody, so that caches may keep it.
    Abstract, for a host whose own page types all share a base: it then writes the thin subclass.
    """

    introduction = RichTextField(
        _("introduction"), features=["bold", "italic", "link", "lien-document"], blank=True
    )
    dossiers = ParentalManyToManyField(
        Thematique,
        blank=True,
        related_name="+",
        verbose_name=_("seulement ces dossiers"),
        help_text=_("Avec ce qu’ils contiennent. Aucun\u202f: tous les documents publics."),
    )
    par_page = models.PositiveSmallIntegerField(
        _("documents par page"), default=20, validators=[MinValueValidator(5), MaxValueValidator(100)]
    )
    editeur = models.CharField(
        _("éditeur du catalogue"),
        max_length=150,
        blank=True,
        help_text=_("La collectivité qui publie, pour les portails de données. Vide\u202f: le nom du site."),
    )

    base_form_class = PageDocumentsForm

    class Meta:
        abstract = True

    @classmethod
    def principale(cls, request):
        """The one that the header leads to: the nearest to the home page of this site, or None."""
        site = Site.find_for_request(request)
        if site is None:
            return None
        pages = cls.objects.live().public().descendant_of(site.root_page, inclusive=True)
        return pages.order_by("depth", "path").first()

    @classmethod
    def lieu(cls, request):
        """Of the main one: (its address, or "" where there is none; whether it keeps to some folders). Every
        page asks for it: at most a minute old."""
        clef = f"ressources_docs:page:{request.get_host()}"
        return memoire_locale().get_or_set(clef, lambda: cls._lieu(request), LIEU_SECONDES)

    @classmethod
    def _lieu(cls, request):
        page = cls.principale(request)
        return (page.get_url(request), bool(page.dossiers.all())) if page else ("", False)

    def documents(self):
        """What everybody may read, in the folders that it is limited to."""
        publics = Ressource.objects.publiques()
        dossiers = [dossier.pk for dossier in self.dossiers.all()]
        if not dossiers:
            return publics
        dedans = Thematique.objects.filter(Q(pk__in=dossiers) | Q(parent__in=dossiers))
        return publics.filter(thematique__in=list(dedans.values_list("pk", flat=True)))

    def nom_de_l_editeur(self, request):
        site = Site.find_for_request(request)
        return self.editeur or (site.site_name or site.hostname if site else self.title)

    @path("", name="liste")
    def liste(self, request):
        from ..views.publics import ListePubliqueView

        return pour_tous(ListePubliqueView.as_view())(request, page=self)

    @path("flux/", name="flux")
    def flux(self, request):
        from ..views.publics import flux

        return pour_tous(flux)(request, page=self)

    @path("catalogue/csv/", name="csv")
    def catalogue_csv(self, request):
        from ..views.publics import catalogue_csv

        return pour_tous(catalogue_csv)(request, page=self)

    @path("catalogue/dcat/", name="dcat")
    def catalogue_dcat(self, request):
        from ..views.publics import catalogue_dcat

        return pour_tous(catalogue_dcat)(request, page=self)


class PageDocuments(PageDocumentsMixin, Page):
    content_panels = [
        *Page.content_panels,
        FieldPanel("introduction"),
        MultiFieldPanel(
            [FieldPanel("dossiers"), FieldPanel("par_page"), FieldPanel("editeur")],
            heading=_("Ce qu’elle montre"),
        ),
    ]
    # The host's own types say where it may stand; under itself, for a part of its folders.
    subpage_types = ["ressources_docs.PageDocuments"]

    class Meta:
        verbose_name = _("page des documents publics")
        verbose_name_plural = _("pages des documents publics")

    def __str__(self):
        return self.title
