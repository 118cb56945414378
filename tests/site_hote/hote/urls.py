from django.contrib.staticfiles.urls import staticfiles_urlpatterns
from django.urls import include, path
from wagtail import urls as wagtail_urls
from wagtail.admin import urls as wagtailadmin_urls

urlpatterns = [
    path("admin/", include(wagtailadmin_urls)),
    path("accounts/", include("django.contrib.auth.urls")),
    *staticfiles_urlpatterns(),
    path("entraide/", include("besoins.urls")),
    path("entraide/", include("ressources_docs.urls")),
    path("entraide/", include("reseau.urls")),
    path("", include(wagtail_urls)),
]
