from django.urls import path

from .views import (
    avis,
    besoins,
    consultations,
    liens,
    matrice,
    participation,
    positions,
    projets,
    rapprochements,
)

app_name = "besoins"

urlpatterns = [
    path("besoins/", besoins.BesoinListView.as_view(), name="besoins"),
    path("besoins/export/", besoins.BesoinExportView.as_view(), name="export"),
    path("besoins/publier/", besoins.BesoinCreateView.as_view(), name="publier"),
    path("besoins/<int:pk>/", besoins.BesoinDetailView.as_view(), name="besoin"),
    path("besoins/<int:pk>/modifier/", besoins.BesoinUpdateView.as_view(), name="besoin_modifier"),
    path("besoins/<int:pk>/cloture/", besoins.ClotureView.as_view(), name="cloture"),
    path("besoins/<int:pk>/positions/", positions.PositionView.as_view(), name="position"),
    path(
        "besoins/<int:pk>/rapprochement/",
        rapprochements.RapprochementView.as_view(),
        name="rapprochement",
    ),
    path("besoins/<int:pk>/separation/", rapprochements.separation, name="separation"),
    path("projets/", projets.ProjetListView.as_view(), name="projets"),
    path("projets/export/", projets.ProjetExportView.as_view(), name="projets_export"),
    path("projets/publier/", projets.ProjetCreateView.as_view(), name="projet_publier"),
    path("projets/bases-legales/", projets.bases_legales, name="bases_legales"),
    path("projets/<int:pk>/", projets.ProjetDetailView.as_view(), name="projet"),
    path("projets/<int:pk>/modifier/", projets.ProjetUpdateView.as_view(), name="projet_modifier"),
    path("projets/<int:pk>/phase/", projets.phase, name="projet_phase"),
    path("projets/<int:pk>/cloture/", projets.ProjetClotureView.as_view(), name="projet_cloture"),
    path("projets/<int:pk>/positions/", positions.PositionSurProjetView.as_view(), name="projet_position"),
    path("projets/matrice/", matrice.MatriceView.as_view(), name="matrice"),
    path("projets/matrice/export/", matrice.export, name="matrice_export"),
    path("projets/<int:pk>/communes/", participation.CommunesView.as_view(), name="projet_communes"),
    path("projets/<int:pk>/engagement/", participation.EngagementView.as_view(), name="engagement"),
    path("projets/<int:pk>/sortie/", participation.SortieView.as_view(), name="sortie"),
    path("positions/<int:pk>/admission/", participation.AdmissionView.as_view(), name="admission"),
    path("actes/<int:pk>/", participation.ActeUpdateView.as_view(), name="acte"),
    path("actes/fichiers/<int:pk>/<str:nom>", participation.acte_piece, name="acte_piece"),
    path("projets/<int:pk>/risques/", projets.RisqueCreateView.as_view(), name="risque"),
    path("risques/<int:pk>/", projets.RisqueUpdateView.as_view(), name="risque_modifier"),
    path("risques/<int:pk>/retrait/", projets.RisqueRetraitView.as_view(), name="risque_retrait"),
    path("risques/<int:pk>/retablissement/", projets.risque_retablissement, name="risque_retablissement"),
    path(
        "consultations/publier/", consultations.ConsultationCreateView.as_view(), name="consultation_publier"
    ),
    path("consultations/<int:pk>/", consultations.ConsultationDetailView.as_view(), name="consultation"),
    path(
        "consultations/<int:pk>/modifier/",
        consultations.ConsultationUpdateView.as_view(),
        name="consultation_modifier",
    ),
    path("consultations/<int:pk>/accuse/", consultations.accuse, name="consultation_accuse"),
    path(
        "consultations/<int:pk>/cloture/", consultations.SyntheseView.as_view(), name="consultation_cloture"
    ),
    path("consultations/<int:pk>/avis/", avis.AvisView.as_view(), name="avis"),
    path("consultations/<int:pk>/avis/export/", avis.export, name="avis_export"),
    path("liens/interessee/<str:jeton>/", liens.InteresseeView.as_view(), name="lien_interessee"),
]
