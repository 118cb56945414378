from django.conf import settings
from django.urls import include, path, re_path
from django.views.static import serve
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

handler500 = "plateforme.socle.views.erreurs.panne"

urlpatterns = [
    path("", include("plateforme.accueil.urls_compte")),
    path("admin/", include(wagtailadmin_urls)),
    path("", include("plateforme.accueil.urls")),
    path("", include("besoins.urls")),
    path("", include("ressources_docs.urls")),
    path("", include("reseau.urls")),
    path("", include("plateforme.socle.urls")),
    path("", include(wagtail_urls)),
]

if getattr(settings, "PAGES_DE_DEVELOPPEMENT", False):
    # In production nginx serves the images of the pages. Wagtail gives them names that any disk can bear.
    images = r"^media/images/(?P<path>[a-zA-Z0-9_./-]{1,200})$"
    urlpatterns.insert(0, re_path(images, serve, {"document_root": f"{settings.MEDIA_ROOT}/images"}))
