from django.urls import include, path

from .views import agendas, contributions, etiquettes, fils, forums, listes, notifications, rencontres

app_name = "reseau"

urlpatterns = [
    path("fil/", listes.ContributionListView.as_view(), name="fil"),
    path("fil/export/", listes.ContributionExportView.as_view(), name="fil_export"),
    path("brouillons/", contributions.BrouillonListView.as_view(), name="brouillons"),
    path("contributions/<int:pk>/", contributions.contribution, name="contribution"),
    path("contributions/<int:pk>/historique/", contributions.HistoriqueView.as_view(), name="historique"),
    path("contributions/<int:pk>/publication/", contributions.publication, name="publication"),
    path(
        "contributions/<int:pk>/suppression/",
        contributions.brouillon_suppression,
        name="brouillon_suppression",
    ),
    path("contributions/<int:pk>/retrait/", contributions.RetraitView.as_view(), name="retrait"),
    path("contributions/<int:pk>/retablissement/", contributions.retablissement, name="retablissement"),
    path("contributions/<int:pk>/reouverture/", contributions.reouverture, name="reouverture"),
    path("contributions/<int:pk>/suivi/", contributions.suivi, name="suivi"),
    path("contributions/<int:pk>/rattrapage/", fils.rattrapage, name="rattrapage"),
    path("contributions/<int:pk>/messages/", fils.messages, name="messages"),
    path("contributions/<int:pk>/messages/<int:rang>/", fils.MessageView.as_view(), name="message"),
    path("contributions/<int:pk>/messages/<int:rang>/retrait/", fils.retrait, name="message_retrait"),
    path("discussions/publier/", forums.DiscussionCreateView.as_view(), name="discussion_publier"),
    path("discussions/<int:pk>/", forums.DiscussionDetailView.as_view(), name="discussion"),
    path("discussions/<int:pk>/modifier/", forums.DiscussionUpdateView.as_view(), name="discussion_modifier"),
    path("discussions/<int:pk>/cloture/", forums.cloture, name="discussion_cloture"),
    path("rencontres/", agendas.AgendaView.as_view(), name="rencontres"),
    path("rencontres/abonnement/", agendas.AbonnementView.as_view(), name="abonnement"),
    path("agenda/<str:jeton>.ics", agendas.flux, name="flux_agenda"),
    path("rencontres/publier/", rencontres.RencontreCreateView.as_view(), name="rencontre_publier"),
    path("rencontres/<int:pk>/", rencontres.RencontreDetailView.as_view(), name="rencontre"),
    path("rencontres/<int:pk>/rencontre.ics", rencontres.rencontre_ics, name="rencontre_ics"),
    path(
        "rencontres/<int:pk>/modifier/", rencontres.RencontreUpdateView.as_view(), name="rencontre_modifier"
    ),
    path("rencontres/<int:pk>/annulation/", rencontres.AnnulationView.as_view(), name="rencontre_annulation"),
    path("rencontres/<int:pk>/seances/", rencontres.SeanceCreateView.as_view(), name="seance_ajouter"),
    path("seances/<int:pk>/", rencontres.SeanceUpdateView.as_view(), name="seance"),
    path("seances/<int:pk>/annulation/", rencontres.seance_annulation, name="seance_annulation"),
    path("seances/<int:pk>/inscription/", rencontres.inscription, name="inscription"),
    path("seances/<int:pk>/collegue/", rencontres.CollegueView.as_view(), name="inscription_collegue"),
    path("inscriptions/<int:pk>/annulation/", rencontres.desistement, name="desistement"),
    path("etiquettes/", etiquettes.EtiquetteListView.as_view(), name="etiquettes"),
    path("etiquettes/suggestions/", etiquettes.suggestions, name="etiquettes_suggestions"),
    path("etiquettes/<int:pk>/", etiquettes.EtiquetteUpdateView.as_view(), name="etiquette"),
    path("fichiers/<int:pk>/<str:nom>", contributions.piece, name="piece"),
    path("mentions/", fils.mentions, name="mentions"),
    path("notifications/", notifications.NotificationListView.as_view(), name="notifications"),
    path("notifications/lues/", notifications.lues, name="notifications_lues"),
    path("", include("reseau.urls_gens")),
]
