from django.urls import path
from wagtail.views import serve

from .views import plan

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
]
