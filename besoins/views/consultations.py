from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.functional import SimpleLazyObject
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from plateforme.socle.views.formulaires import FormView
from reseau.views.acces import Introuvable, MembreRequisMixin, PorteMixin, obtenir, parole_requise
from reseau.views.contributions import ContributionDetailView
from reseau.views.publication import ContributionCreateView, ContributionUpdateView

from ..forms.consultations import AvisForm, ConsultationForm, SyntheseForm
from ..models import Consultation

TROP_TOT = gettext_lazy("La synthèse se publie quand la consultation est finie.")


class ConsultationDetailView(ContributionDetailView):
    model = Consultation
    template_name = "besoins/consultations/detail.html"

    def get_context_data(self, **kwargs):
        reponses = SimpleLazyObject(self.object.reponses)
        contexte = super().get_context_data(reponses=reponses, **kwargs)
        if self.object.est_publiee and self.request.au_nom_de:
            contexte |= pour_ma_collectivite(self.request, self.object, reponses)
        return contexte


def pour_ma_collectivite(request, consultation, reponses):
    """What the one in whose name she speaks is asked, and has answered."""
    ma_reponse = next((r for r in reponses if r.collectivite_id == request.au_nom_de.pk), None)
    if ma_reponse is None:
        return {}
    contexte = {
        "ma_reponse": ma_reponse,
        "accusable": consultation.accepte_les_messages
        and ma_reponse.recue_le is None
        and ma_reponse.avis is None
        and consultation.accusable_par(request.membre, request.au_nom_de),
    }
    if consultation.accepte_les_avis:
        contexte["formulaire_avis"] = AvisForm(instance=ma_reponse.avis)
    return contexte


class ConsultationCreateView(ContributionCreateView):
    model = Consultation
    form_class = ConsultationForm
    template_name = "besoins/consultations/publier.html"


class ConsultationUpdateView(ContributionUpdateView):
    model = Consultation
    form_class = ConsultationForm
    template_name = "besoins/consultations/publier.html"


@require_POST
@parole_requise
def accuse(request, pk):
    """Say for my collectivité that the project has been received."""
    consultation = obtenir(
        Consultation.objects.visibles_par(request.user).publiees().select_related("reseau"), pk=pk
    )
    if not (
        consultation.interroge(request.au_nom_de)
        and consultation.accusable_par(request.membre, request.au_nom_de)
    ):
        raise Introuvable
    if consultation.accuser(collectivite=request.au_nom_de, par=request.membre):
        messages.success(request, _("L’accusé de réception est noté."))
    return redirect(consultation)


class SyntheseView(MembreRequisMixin, PorteMixin, FormView):
    """Close the consultation: its synthesis is what those that were asked are told."""

    model = Consultation
    porte = "modifiables_par"
    form_class = SyntheseForm
    template_name = "besoins/consultations/cloture.html"

    def dispatch(self, request, *args, **kwargs):
        self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        if not self.object.est_a_conclure:
            if not self.object.clos_le:
                messages.info(request, TROP_TOT)
            return redirect(self.object)
        return super().get(request, *args, **kwargs)

    def get_initial(self):
        return {"synthese": self.object.synthese}

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.object, reponses=self.object.reponses(), **kwargs)

    def form_valid(self, form):
        if not self.object.est_a_conclure and not self.object.clos_le:
            form.add_error(None, TROP_TOT)
            return self.form_invalid(form)
        try:
            self.object.clore(par=self.request.membre, synthese=form.cleaned_data["synthese"])
        except ValidationError as refus:
            form.add_error(None, refus)
            return self.form_invalid(form)
        avis = _("La synthèse est publiée\u202f: ceux que vous aviez interrogés sont prévenus.")
        messages.success(self.request, avis, extra_tags=self.request.path)
        return redirect(self.object)
