from django.conf import settings
from django.urls import path

from plateforme.socle.views import composants

app_name = "socle"
urlpatterns = []

if getattr(settings, "PAGES_DE_DEVELOPPEMENT", False):
    urlpatterns += [path("composants/", composants.ComposantsView.as_view(), name="composants")]
