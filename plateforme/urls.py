from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("", include("plateforme.accueil.urls_compte")),
    path("admin/", include(wagtailadmin_urls)),
    path("", include("plateforme.accueil.urls")),
    path("", include("besoins.urls")),
    path("", include("reseau.urls")),
    path("", include("plateforme.socle.urls")),
    path("", include(wagtail_urls)),
]
