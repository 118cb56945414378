from django.urls import path

from .views import besoins, liens, positions

app_name = "besoins"

urlpatterns = [
    path("besoins/", besoins.BesoinListView.as_view(), name="besoins"),
    path("besoins/export/", besoins.BesoinExportView.as_view(), name="export"),
    path("besoins/publier/", besoins.BesoinCreateView.as_view(), name="publier"),
    path("besoins/<int:pk>/", besoins.BesoinDetailView.as_view(), name="besoin"),
    path("besoins/<int:pk>/modifier/", besoins.BesoinUpdateView.as_view(), name="besoin_modifier"),
    path("besoins/<int:pk>/cloture/", besoins.ClotureView.as_view(), name="cloture"),
    path("besoins/<int:pk>/positions/", positions.PositionView.as_view(), name="position"),
    path("liens/interessee/<str:jeton>/", liens.InteresseeView.as_view(), name="lien_interessee"),
]
