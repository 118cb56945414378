from django.conf import settings
from django.urls import path

from plateforme.socle.views import composants, courriels

app_name = "socle"
urlpatterns = []

if getattr(settings, "PAGES_DE_DEVELOPPEMENT", False):
    urlpatterns += [
        path("composants/", composants.ComposantsView.as_view(), name="composants"),
        path("courriels/", courriels.CourrielListView.as_view(), name="courriels"),
        path("courriels/<int:pk>/", courriels.CourrielDetailView.as_view(), name="courriel"),
        path("courriels/<int:pk>/reponse/", courriels.reponse, name="courriel_reponse"),
        path("courriels/<int:pk>/html/", courriels.CourrielHtmlView.as_view(), name="courriel_html"),
    ]
