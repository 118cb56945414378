from django.urls import path

from .views import depots, lecture, ouvertures, publics, relectures, ressources, versions

app_name = "ressources_docs"

urlpatterns = [
    # Cited outside: this one never changes.
    path("d/<int:pk>/", publics.court, name="court"),
    path("documents/", ressources.RessourceListView.as_view(), name="documents"),
    path("documents/export/", ressources.RessourceExportView.as_view(), name="export"),
    path("documents/publier/", ressources.RessourceCreateView.as_view(), name="publier"),
    path("documents/deposer/", depots.DepotView.as_view(), name="deposer"),
    path("documents/a-verifier/", relectures.AVerifierView.as_view(), name="a_verifier"),
    path("documents/<int:pk>/", ressources.RessourceDetailView.as_view(), name="ressource"),
    path("documents/<int:pk>/modifier/", ressources.RessourceUpdateView.as_view(), name="ressource_modifier"),
    path("documents/<int:pk>/fichier/", versions.fichier, name="fichier"),
    path("documents/<int:pk>/v/<int:numero>/", versions.version, name="version"),
    path("documents/<int:pk>/v/<int:numero>/texte/", lecture.TexteView.as_view(), name="texte"),
    path("documents/<int:pk>/v/<int:numero>/vignette/", lecture.vignette, name="vignette"),
    path("documents/<int:pk>/v/<int:numero>/pages/<int:page>/", lecture.PageView.as_view(), name="page"),
    path("documents/<int:pk>/v/<int:numero>/pages/<int:page>/image/", lecture.image, name="image"),
    path("documents/<int:pk>/v/<int:numero>/reprise/", versions.RepriseView.as_view(), name="reprise"),
    path("documents/<int:pk>/remplacement/", versions.RemplacementView.as_view(), name="remplacement"),
    path("documents/<int:pk>/comparaison/", versions.ComparaisonView.as_view(), name="comparaison"),
    path("documents/<int:pk>/ouverture/", ouvertures.OuvertureView.as_view(), name="ouverture"),
    path("documents/<int:pk>/fermeture/", ouvertures.fermeture, name="fermeture"),
    path("documents/<int:pk>/relecture/", relectures.RelectureView.as_view(), name="relecture"),
]
