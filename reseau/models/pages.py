from itertools import chain, count

from django.db import models
from django.http import Http404, HttpResponsePermanentRedirect
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import FieldPanel
from wagtail.models import Page, Site

from .reseaux import Reseau


class PageReseauMixin(models.Model):
    """The place of a network in the page tree. Its one address is the network's own, and so is its view.

    Abstract, for a host whose own page types all share a base: it then writes the thin subclass.
    """

    reseau = models.OneToOneField(Reseau, models.PROTECT, related_name="+", verbose_name=_("réseau"))

    class Meta:
        abstract = True

    @classmethod
    def installer(cls, reseau):
        """The page of this network, made under the home page if it has none, its name brought up to date."""
        page = cls.objects.filter(reseau=reseau).first()
        if page:
            page.save()
            return page
        site = Site.objects.filter(is_default_site=True).first()
        if site is None:
            return None  # a host without a tree: the network answers at its own address all the same
        pris = set(site.root_page.get_children().values_list("slug", flat=True))
        suivants = (f"{reseau.slug}-{n}" for n in count(2))
        slug = next(slug for slug in chain([reseau.slug], suivants) if slug not in pris)
        return site.root_page.add_child(instance=cls(reseau=reseau, slug=slug))

    def full_clean(self, *args, **kwargs):
        if self.reseau_id:
            self.title = self.draft_title = self.reseau.nom
            self.slug = self.slug or self.reseau.slug
        super().full_clean(*args, **kwargs)

    def get_url_parts(self, request=None):
        parts = super().get_url_parts(request)
        return parts and (*parts[:2], self.reseau.get_absolute_url())

    def serve(self, request, *args, **kwargs):
        """At the network's address its view answers; from anywhere else in the tree, the way there."""
        from reseau.views.reseaux import ReseauDetailView

        adresse = self.reseau.get_absolute_url()
        if request.path == adresse:
            return ReseauDetailView.as_view()(request, slug=self.reseau.slug)
        # Like any page that is not: the way to sign-in would tell that the network exists.
        if not Reseau.objects.visibles_par(request.user).filter(pk=self.reseau_id).exists():
            raise Http404
        return HttpResponsePermanentRedirect(adresse)


class PageReseau(PageReseauMixin, Page):
    # No title panel: the page bears the name of its network. Its presentation is written by the animateur, in
    # the network's own pages.
    content_panels = [FieldPanel("reseau")]
    # The host's own types say where it may stand: a plug-in does not know them.
    subpage_types = []

    class Meta:
        verbose_name = _("page d’un réseau")
        verbose_name_plural = _("pages des réseaux")

    def __str__(self):
        return self.title
