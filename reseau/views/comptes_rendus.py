"""Before a meeting, the points that are asked for; after it, who came, what was said and decided."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic.detail import SingleObjectMixin

from plateforme.socle.exports import en_tableur
from plateforme.socle.views.formulaires import FormView

from ..forms.comptes_rendus import CompteRenduForm, DecisionForm, PointForm, PresentForm
from ..forms.contributions import RetraitForm
from ..models import Decision, PointPropose, Rencontre, Seance
from .acces import MembreRequisMixin, ParoleRequiseMixin, membre_requis, obtenir


class DansUneRencontre(SingleObjectMixin):
    """A form about one meeting, that `porte` gives."""

    porte = "modifiables_par"
    context_object_name = "contribution"

    def dispatch(self, request, *args, **kwargs):
        rencontres = getattr(Rencontre.objects, self.porte)(request.user).publiees()
        self.object = obtenir(rencontres, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)


class PointView(ParoleRequiseMixin, DansUneRencontre, FormView):
    porte = "visibles_par"
    form_class = PointForm
    template_name = "reseau/comptes_rendus/point.html"

    def form_valid(self, form):
        point = form.proposer(self.object, par=self.request.membre, collectivite=self.request.au_nom_de)
        if not point:
            return self.form_invalid(form)
        avis = _("C’est proposé\u202f: vous saurez si le point est retenu.")
        messages.success(self.request, avis, extra_tags=self.request.path)
        return redirect(f"{self.object.get_absolute_url()}#ordre-du-jour")


@require_POST
@membre_requis
def reponse_au_point(request, pk):
    """« accepter » or « ecarter »."""
    modifiables = PointPropose.objects.modifiables_par(request.user)
    point = obtenir(modifiables.select_related("rencontre", "par"), pk=pk)
    if request.POST.get("reponse") == "accepter":
        point.accepter(par=request.membre)
    elif request.POST.get("reponse") == "ecarter":
        point.ecarter(par=request.membre)
    return redirect(f"{point.rencontre.get_absolute_url()}#ordre-du-jour")


class EmargementView(MembreRequisMixin, SingleObjectMixin, FormView):
    """Who came: to tick on a phone, or to print and sign."""

    form_class = PresentForm
    template_name = "reseau/comptes_rendus/emargement.html"
    context_object_name = "seance"

    def dispatch(self, request, *args, **kwargs):
        tenues = Seance.objects.tenues_par(request.user).select_related("rencontre")
        self.object = obtenir(tenues, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        inscrits = self.object.inscriptions.confirmees().pour_liste()
        return super().get_context_data(inscrits=inscrits, contribution=self.object.rencontre, **kwargs)

    def post(self, request, *args, **kwargs):
        if "nom" in request.POST:
            return super().post(request, *args, **kwargs)
        # Those of the list: what is not, or is no more, is left aside.
        coches = set(request.POST.getlist("present"))
        inscrites = self.object.inscriptions.confirmees().values_list("pk", flat=True)
        try:
            self.object.emarger([pk for pk in inscrites if str(pk) in coches], par=request.membre)
        except ValidationError as refus:
            messages.warning(request, refus.messages[0])
        else:
            messages.success(request, _("Les présences sont notées."), extra_tags=request.path)
        return redirect("reseau:emargement", self.object.pk)

    def form_valid(self, form):
        if not form.accueillir(self.object, par=self.request.membre):
            return self.form_invalid(form)
        return redirect("reseau:emargement", self.object.pk)


@require_safe
@membre_requis
def emargement_export(request, pk):
    seance = obtenir(Seance.objects.tenues_par(request.user), pk=pk)
    entetes = [_("nom"), _("collectivité"), _("inscription"), _("présent·e"), _("séance"), _("lieu")]
    lignes = (
        [
            inscription.nom_complet,
            inscription.collectivite.nom,
            inscription.le,
            inscription.present_le is not None,
            seance.debut,
            seance.lieu,
        ]
        for inscription in seance.inscriptions.confirmees().pour_liste()
    )
    return en_tableur(request, _("émargement"), entetes, lignes)


class CompteRenduView(MembreRequisMixin, DansUneRencontre, FormView):
    form_class = CompteRenduForm
    template_name = "reseau/comptes_rendus/compte_rendu.html"

    def get_initial(self):
        return {"texte": self.object.compte_rendu}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"rencontre": self.object}

    def form_valid(self, form):
        if not form.publier(par=self.request.membre):
            return self.form_invalid(form)
        messages.success(self.request, _("Le compte rendu est publié."), extra_tags=self.request.path)
        return redirect(f"{self.object.get_absolute_url()}#compte-rendu")


class DecisionView(MembreRequisMixin, DansUneRencontre, FormView):
    form_class = DecisionForm
    template_name = "reseau/comptes_rendus/decision.html"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"rencontre": self.object, "user": self.request.user}

    def form_valid(self, form):
        if not form.noter(par=self.request.membre):
            return self.form_invalid(form)
        messages.success(self.request, _("La décision est notée."), extra_tags=self.request.path)
        return redirect(f"{self.object.get_absolute_url()}#decisions")


class DecisionNotee(MembreRequisMixin, SingleObjectMixin):
    """A form about one decision that stands."""

    context_object_name = "decision"

    def dispatch(self, request, *args, **kwargs):
        notees = Decision.objects.modifiables_par(request.user).notees()
        self.object = obtenir(notees.select_related("rencontre", "contribution"), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.object.rencontre, **kwargs)

    def get_success_url(self):
        return f"{self.object.rencontre.get_absolute_url()}#decisions"


class DecisionUpdateView(DecisionNotee, FormView):
    """Correct what was noted."""

    form_class = DecisionForm
    template_name = "reseau/comptes_rendus/decision.html"

    def get_initial(self):
        return {"texte": self.object.texte, "contribution": self.object.contribution_id}

    def get_form_kwargs(self):
        siens = {"rencontre": self.object.rencontre, "user": self.request.user, "decision": self.object}
        return super().get_form_kwargs() | siens

    def form_valid(self, form):
        if not form.corriger(par=self.request.membre):
            return self.form_invalid(form)
        messages.success(self.request, _("La décision est corrigée."), extra_tags=self.request.path)
        return super().form_valid(form)


class DecisionRetraitView(DecisionNotee, FormView):
    """Withdraw it, and say why: it is kept, and may be restored."""

    form_class = RetraitForm
    template_name = "reseau/comptes_rendus/retrait.html"

    def form_valid(self, form):
        self.object.retirer(par=self.request.membre, motif=form.cleaned_data["motif"])
        messages.success(
            self.request,
            _("La décision est retirée. Vous pouvez la rétablir."),
            extra_tags=self.request.path,
        )
        return super().form_valid(form)


@require_POST
@membre_requis
def decision_retablissement(request, pk):
    decision = obtenir(Decision.objects.modifiables_par(request.user).select_related("rencontre"), pk=pk)
    decision.retablir(par=request.membre)
    messages.success(request, _("La décision est rétablie."))
    return redirect(f"{decision.rencontre.get_absolute_url()}#decisions")
