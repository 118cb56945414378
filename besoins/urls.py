from django.urls import path

from .views import avis, besoins, consultations, liens, positions

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
