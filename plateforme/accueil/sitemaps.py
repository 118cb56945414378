"""What search engines are led to: the pages, networks and publications that a visitor may read."""

from django.contrib.auth.models import AnonymousUser
from django.contrib.sitemaps import Sitemap
from django.db.models import Max
from django.db.models.functions import Coalesce
from wagtail.contrib.sitemaps import Sitemap as SitemapDesPages

from reseau.models import Contribution, PageReseau, Reseau

PAR_FICHIER = 5000


class Pages(SitemapDesPages):
    """Without those of the networks, which answer at the network's own address."""

    limit = PAR_FICHIER

    def items(self):
        return super().items().exclude(pk__in=PageReseau.objects.values("pk"))

    def get_latest_lastmod(self):
        return self.items().aggregate(le=Max("last_published_at"))["le"]


class Reseaux(Sitemap):
    def items(self):
        return Reseau.objects.visibles_par(AnonymousUser()).ouverts().order_by("pk")


class Publications(Sitemap):
    limit = PAR_FICHIER

    def items(self):
        publiques = Contribution.objects.visibles_par(AnonymousUser())
        return publiques.only("type", "publie_le", "modifie_le").order_by("pk")

    def lastmod(self, contribution):
        return contribution.modifie_le or contribution.publie_le

    def get_latest_lastmod(self):
        return self.items().aggregate(le=Max(Coalesce("modifie_le", "publie_le")))["le"]


SECTIONS = {"pages": Pages, "reseaux": Reseaux, "publications": Publications}
