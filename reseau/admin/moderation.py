"""Contributions as an administrator moderates them. What a network keeps to itself stays closed to her until
she opens it, and the journal then says that she did."""

import django_filters
from django.core.exceptions import PermissionDenied
from django.db.models import Q
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from wagtail.admin import messages
from wagtail.admin.filters import WagtailFilterSet
from wagtail.admin.ui.tables import Column, DateColumn, TitleColumn
from wagtail.admin.views.generic import InspectView

from plateforme.socle.admin.vues import ConsultationViewSet, ListeView
from plateforme.socle.texte import entier

from ..forms.contributions import RetraitForm
from ..models import Contribution, Entree

RESERVEE = Contribution.Visibilite.RESEAU
MESSAGES_MONTRES = 200


def reseaux_de(request):
    membre = getattr(request, "membre", None)
    return membre.droits.reseaux if membre else []


def est_fermee_a(contribution, request):
    return contribution.visibilite == RESERVEE and contribution.reseau_id not in reseaux_de(request)


def types():
    return [(type_, modele._meta.verbose_name.capitalize()) for type_, modele in Contribution.types().items()]


class ContributionFilterSet(WagtailFilterSet):
    type = django_filters.ChoiceFilter(choices=types, label=gettext_lazy("type"))
    etat = django_filters.ChoiceFilter(
        choices=[
            ("ouverte", gettext_lazy("ouverte")),
            ("close", gettext_lazy("close")),
            ("retiree", gettext_lazy("retirée")),
        ],
        method="par_etat",
        label=gettext_lazy("état"),
    )

    class Meta:
        model = Contribution
        fields = ["type", "etat", "visibilite", "reseau", "collectivite"]

    def par_etat(self, contributions, _nom, etat):
        if etat == "retiree":
            return contributions.filter(retire_le__isnull=False)
        return contributions.filter(retire_le=None, clos_le__isnull=etat == "ouverte")


class TitreColumn(TitleColumn):
    """What is kept to a network is not read in passing: its title waits for the page to be opened."""

    def get_cell_context_data(self, instance, parent_context):
        contexte = super().get_cell_context_data(instance, parent_context)
        if est_fermee_a(instance, parent_context["request"]):
            contexte["value"] = _("Réservée à « %s »") % instance.reseau.nom_court
        return contexte


class ContributionIndexView(ListeView):
    def get_base_queryset(self):
        publiees = super().get_base_queryset().filter(publie_le__isnull=False)
        return publiees.select_related("auteur", "collectivite", "reseau")

    def search_queryset(self, queryset):
        """A word searched for would otherwise tell what a closed circle speaks of."""
        if self.is_searching:
            queryset = queryset.filter(~Q(visibilite=RESERVEE) | Q(reseau__in=reseaux_de(self.request)))
        return super().search_queryset(queryset)

    def get_list_buttons(self, instance):
        return []


def etat(contribution):
    if contribution.est_retiree:
        return _("retirée")
    return _("close") if contribution.clos_le else _("ouverte")


class ContributionInspectView(InspectView):
    """Read, withdraw, restore."""

    template_name = "reseau/admin/contribution.html"
    page_title = gettext_lazy("Modération")

    def get_object(self, queryset=None):
        publiees = Contribution.objects.filter(publie_le__isnull=False)
        return get_object_or_404(publiees.select_related("auteur", "collectivite", "reseau"), pk=self.pk)

    def render_to_response(self, context, **response_kwargs):
        if est_fermee_a(self.object, self.request):
            Entree.noter(
                Entree.Geste.CONSULTATION,
                par=getattr(self.request, "membre", None),
                contribution_id=self.object.pk,
                reseau=self.object.reseau,
            )
        return super().render_to_response(context, **response_kwargs)

    def post(self, request, *args, **kwargs):
        if not self.user_has_permission("change"):
            raise PermissionDenied
        membre = getattr(request, "membre", None)
        if self.object.est_retiree:
            self.object.specifique.retablir(par=membre)
            messages.success(request, _("La contribution est rétablie."))
            return redirect(request.path)
        self.formulaire = RetraitForm(request.POST)
        if not self.formulaire.is_valid():
            return self.render_to_response(self.get_context_data(), status=422)
        if "message" in request.POST:
            self._retirer_un_message(request.POST["message"], membre)
        else:
            self.object.specifique.retirer(par=membre, motif=self.formulaire.cleaned_data["motif"])
            messages.success(request, _("La contribution est retirée : les membres ne la voient plus."))
        return redirect(request.path)

    def _retirer_un_message(self, rang, membre):
        lisibles = self.object.messages.filter(retire_le=None)
        message = get_object_or_404(lisibles, rang=entier(rang))
        message.retirer(par=membre, motif=self.formulaire.cleaned_data["motif"][:300])
        messages.success(self.request, _("Le message est retiré."))

    def get_context_data(self, **kwargs):
        fil = self.object.messages.select_related("auteur", "collectivite").order_by("rang")
        return super().get_context_data(
            contribution=self.object,
            etat=etat(self.object),
            formulaire=getattr(self, "formulaire", None) or RetraitForm(),
            fil=fil[:MESSAGES_MONTRES],
            pieces=self.object.pieces.all(),
            modere=self.user_has_permission("change"),
            **kwargs,
        )


class ContributionViewSet(ConsultationViewSet):
    model = Contribution
    icon = "view"
    menu_label = gettext_lazy("Modération")
    menu_order = 230
    add_to_admin_menu = True
    index_view_class = ContributionIndexView
    inspect_view_class = ContributionInspectView
    filterset_class = ContributionFilterSet
    search_backend_name = None
    search_fields = ["titre"]
    ordering = ["-publie_le", "-pk"]
    list_display = [
        TitreColumn("titre", label=gettext_lazy("titre"), url_name="reseau_contribution:inspect"),
        Column("type", label=gettext_lazy("type"), accessor="nom_du_type"),
        Column("collectivite", label=gettext_lazy("au nom de")),
        Column("auteur", label=gettext_lazy("auteur")),
        Column(
            "reseau", label=gettext_lazy("réseau"), accessor=lambda c: c.reseau.nom_court if c.reseau else ""
        ),
        Column("visibilite", label=gettext_lazy("qui peut lire"), accessor="get_visibilite_display"),
        Column("etat", label=gettext_lazy("état"), accessor=etat),
        DateColumn("publie_le", label=gettext_lazy("publiée le"), sort_key="publie_le"),
    ]
