"""People and networks. Included by `reseau.urls`, in its namespace."""

from django.urls import path

from .views import (
    adhesions,
    collectivites,
    demandes,
    fonctions,
    import_membres,
    invitations,
    journal,
    membres,
    moi,
    remplacement,
    reseaux,
)

urlpatterns = [
    path("reseaux/", reseaux.ReseauListView.as_view(), name="reseaux"),
    path("reseaux/<slug:slug>/", reseaux.ReseauDetailView.as_view(), name="reseau"),
    path("reseaux/<slug:slug>/presentation/", reseaux.PresentationView.as_view(), name="reseau_presentation"),
    path("reseaux/<slug:slug>/fermeture/", reseaux.FermetureView.as_view(), name="reseau_fermeture"),
    path("reseaux/<slug:slug>/reouverture/", reseaux.reouverture, name="reseau_reouverture"),
    path("reseaux/<slug:slug>/adhesion/", adhesions.AdhesionView.as_view(), name="adhesion"),
    path("reseaux/<slug:slug>/depart/", adhesions.DepartView.as_view(), name="depart"),
    path("reseaux/<slug:slug>/membres/", adhesions.AdhesionListView.as_view(), name="reseau_membres"),
    path("reseaux/<slug:slug>/membres/<int:pk>/role/", adhesions.role, name="adhesion_role"),
    path(
        "reseaux/<slug:slug>/membres/<int:pk>/exclusion/", adhesions.ExclusionView.as_view(), name="exclusion"
    ),
    path("rejoindre/", demandes.RejoindreView.as_view(), name="rejoindre"),
    path("rejoindre/recue/", demandes.RejoindreRecueView.as_view(), name="rejoindre_recue"),
    path("demandes/", demandes.DemandeListView.as_view(), name="demandes"),
    path("demandes/<int:pk>/accord/", demandes.accord, name="demande_accord"),
    path("demandes/<int:pk>/refus/", demandes.RefusView.as_view(), name="demande_refus"),
    path("communes/", collectivites.CollectiviteListView.as_view(), name="collectivites"),
    path("communes/<slug:slug>/", collectivites.CollectiviteDetailView.as_view(), name="collectivite"),
    path(
        "communes/<slug:slug>/membres/<int:pk>/remplacement/",
        remplacement.RemplacementView.as_view(),
        name="remplacement",
    ),
    path("membres/", membres.AnnuaireView.as_view(), name="annuaire"),
    path("membres/<int:pk>/", membres.MembreDetailView.as_view(), name="membre"),
    path("membres/<int:pk>/modifier/", membres.MembreUpdateView.as_view(), name="membre_modifier"),
    path("membres/<int:pk>/relance/", membres.relance, name="membre_relance"),
    path("membres/<int:pk>/desactivation/", membres.DesactivationView.as_view(), name="membre_desactivation"),
    path("membres/<int:pk>/reactivation/", membres.reactivation, name="membre_reactivation"),
    path("membres/<int:pk>/fonctions/", fonctions.FonctionCreateView.as_view(), name="membre_fonctions"),
    path("fonctions/<int:pk>/", fonctions.FonctionUpdateView.as_view(), name="fonction"),
    path("fonctions/<int:pk>/fin/", fonctions.FinDeFonctionView.as_view(), name="fonction_fin"),
    path("invitations/", invitations.InvitationView.as_view(), name="invitations"),
    path("invitations/import/", import_membres.ImportView.as_view(), name="import_membres"),
    path("invitations/import/modele/", import_membres.ModeleView.as_view(), name="import_modele"),
    path("invitations/import/<int:pk>/", import_membres.DepotView.as_view(), name="import_depot"),
    path("invitations/import/<int:pk>/erreurs/", import_membres.ErreursView.as_view(), name="import_erreurs"),
    path("administration/membres/", membres.AdministrationView.as_view(), name="administration_membres"),
    path("moi/", moi.MoiView.as_view(), name="moi"),
    path("moi/courriels/", moi.CourrielsView.as_view(), name="moi_courriels"),
    path("moi/au-nom-de/", moi.au_nom_de, name="au_nom_de"),
    path("journal/", journal.JournalView.as_view(), name="journal"),
    path("journal/export/", journal.JournalExportView.as_view(), name="journal_export"),
]
