from django.urls import path

from .models import Deliberation, Jalon, Risque, Tache
from .views import (
    avis,
    besoins,
    consultations,
    deliberations,
    echeancier,
    liens,
    notes,
    positions,
    projets,
    rapprochements,
    risques,
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
    path("projets/<int:pk>/risques/", risques.RisqueCreateView.as_view(), name="risque"),
    path("risques/<int:pk>/", risques.RisqueUpdateView.as_view(), name="risque_modifier"),
    path("risques/<int:pk>/retrait/", risques.RisqueRetraitView.as_view(), name="risque_retrait"),
    path(
        "risques/<int:pk>/retablissement/",
        notes.retablissement,
        {"modele": Risque},
        name="risque_retablissement",
    ),
    path("projets/echeancier/", echeancier.EcheancierGeneralView.as_view(), name="echeancier_general"),
    path("projets/<int:pk>/echeancier/", echeancier.EcheancierView.as_view(), name="echeancier"),
    path("projets/<int:pk>/echeancier/export/", echeancier.export, name="echeancier_export"),
    path("projets/<int:pk>/echeancier.ics", echeancier.ics, name="echeancier_ics"),
    path("projets/<int:pk>/jalons/", echeancier.JalonCreateView.as_view(), name="jalon"),
    path("jalons/<int:pk>/", echeancier.JalonUpdateView.as_view(), name="jalon_modifier"),
    path("jalons/<int:pk>/fait/", echeancier.fait, {"modele": Jalon}, name="jalon_fait"),
    path("jalons/<int:pk>/reprise/", echeancier.reprise, {"modele": Jalon}, name="jalon_reprise"),
    path("jalons/<int:pk>/retrait/", echeancier.JalonRetraitView.as_view(), name="jalon_retrait"),
    path(
        "jalons/<int:pk>/retablissement/",
        notes.retablissement,
        {"modele": Jalon},
        name="jalon_retablissement",
    ),
    path("projets/<int:pk>/taches/", echeancier.TacheCreateView.as_view(), name="tache"),
    path("taches/<int:pk>/", echeancier.TacheUpdateView.as_view(), name="tache_modifier"),
    path("taches/<int:pk>/fait/", echeancier.fait, {"modele": Tache}, name="tache_fait"),
    path("taches/<int:pk>/reprise/", echeancier.reprise, {"modele": Tache}, name="tache_reprise"),
    path("taches/<int:pk>/retrait/", echeancier.TacheRetraitView.as_view(), name="tache_retrait"),
    path(
        "taches/<int:pk>/retablissement/",
        notes.retablissement,
        {"modele": Tache},
        name="tache_retablissement",
    ),
    path("projets/<int:pk>/deliberations/", deliberations.DeliberationsView.as_view(), name="deliberations"),
    path(
        "deliberations/<int:pk>/",
        deliberations.DeliberationUpdateView.as_view(),
        name="deliberation_modifier",
    ),
    path(
        "deliberations/<int:pk>/retrait/",
        deliberations.DeliberationRetraitView.as_view(),
        name="deliberation_retrait",
    ),
    path(
        "deliberations/<int:pk>/retablissement/",
        notes.retablissement,
        {"modele": Deliberation},
        name="deliberation_retablissement",
    ),
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
