from django.urls import path
from django.views.generic import RedirectView
from wagtail.views import serve

from besoins.models import Projet

from .views import a_faire, chiffres, cockpit, plan, recherche

app_name = "accueil"

# Pages of Wagtail that the shell or the law names: served by Wagtail, at the address that Wagtail gives them.
PAGES = {
    "accueil": "",
    "aide": "aide/",
    "contact": "contact/",
    "accessibilite": "accessibilite/",
    "mentions_legales": "mentions-legales/",
    "donnees_personnelles": "donnees-personnelles/",
}

urlpatterns = [
    *(path(adresse, serve, {"path": adresse}, name=nom) for nom, adresse in PAGES.items()),
    path("plan-du-site/", plan.PlanView.as_view(), name="plan_du_site"),
    path("sitemap.xml", plan.sitemap_index, name="sitemap_index"),
    path("sitemap-<slug:section>.xml", plan.sitemap, name="sitemap"),
    path("robots.txt", plan.robots, name="robots"),
    path("cockpit/", cockpit.CockpitView.as_view(), name="cockpit"),
    path("cockpit/<slug:slug>/synthese/", cockpit.synthese, name="synthese"),
    path("chiffres/", chiffres.ChiffresView.as_view(), name="chiffres"),
    path("chiffres/<slug:code>/export/", chiffres.export, name="chiffres_export"),
    path("recherche/", recherche.RechercheView.as_view(), name="recherche"),
    path("recherche/suggestions/", recherche.suggestions, name="recherche_suggestions"),
    # One screen: the form of a need, with a tab for the other things one may publish.
    path("publier/", RedirectView.as_view(pattern_name="besoins:publier", query_string=True), name="publier"),
    path("a-faire/", a_faire.a_faire, name="a_faire"),
    path("besoins/<int:pk>/reponse/", a_faire.reponse, name="reponse"),
    path("projets/<int:pk>/reponse/", a_faire.reponse, {"modele": Projet}, name="reponse_projet"),
]
