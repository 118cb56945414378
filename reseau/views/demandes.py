from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.urls import reverse_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import ListView, TemplateView

from plateforme.socle.limites import adresse_ip, au_moins, consommer
from plateforme.socle.views.formulaires import CreateView, UpdateView

from ..forms.demandes import RefusForm, RejoindreForm
from ..limites import DEMANDES_PAR_ADRESSE, DEMANDES_PAR_IP
from ..models import DejaTraitee, Demande, Reseau
from .acces import Introuvable, MembreRequisMixin, PorteMixin, membre_requis, obtenir

# Longer than writing the mails of a request, which not every address gets.
DUREE = 0.4
REPONSES_MONTREES = 20


class RejoindreView(CreateView):
    """A visitor asks to come in. Known or not, the same answer here: the mail says the rest."""

    form_class = RejoindreForm
    template_name = "reseau/demandes/rejoindre.html"
    success_url = reverse_lazy("reseau:rejoindre_recue")

    def dispatch(self, request, *args, **kwargs):
        if request.membre:
            return redirect("reseau:reseaux")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def get_initial(self):
        visibles = Reseau.objects.visibles_par(self.request.user)
        return {"reseau": visibles.filter(slug=self.request.GET.get("reseau", "")).first()}

    def form_valid(self, form):
        if not self.place(form.instance.courriel):
            form.add_error(None, _("Trop de demandes viennent d’ici. Réessayez dans une heure."))
            return self.form_invalid(form)
        with au_moins(DUREE):
            form.instance.deposer()
        return redirect(self.success_url)

    def place(self, courriel):
        return consommer(
            (DEMANDES_PAR_IP, adresse_ip(self.request)), (DEMANDES_PAR_ADRESSE, courriel.lower())
        )


class RejoindreRecueView(TemplateView):
    template_name = "reseau/demandes/recue.html"


class DemandeListView(MembreRequisMixin, ListView):
    """What waits for an answer of mine, oldest first; below, what was answered lately."""

    template_name = "reseau/demandes/liste.html"
    context_object_name = "demandes"

    def get_queryset(self):
        if not Reseau.objects.modifiables_par(self.request.user).exists():
            raise Introuvable
        return self.miennes().en_attente().select_related("membre__utilisateur")

    def miennes(self):
        demandes = Demande.objects.modifiables_par(self.request.user)
        return demandes.select_related("reseau", "collectivite", "membre")

    def get_context_data(self, **kwargs):
        traitees = self.miennes().exclude(traitee_le=None).select_related("traitee_par")
        return super().get_context_data(
            traitees=traitees.order_by("-traitee_le")[:REPONSES_MONTREES], **kwargs
        )


@require_POST
@membre_requis
def accord(request, pk):
    demande = obtenir(Demande.objects.modifiables_par(request.user), pk=pk)
    try:
        demande.accepter(par=request.membre)
        nom, reseau = demande.nom_complet, demande.reseau.nom
        messages.success(
            request, _("%(nom)s est membre du réseau « %(reseau)s ».") % {"nom": nom, "reseau": reseau}
        )
    except DejaTraitee as autre:
        messages.warning(request, deja_dit(autre.demande))
    except ValidationError as refus:
        messages.error(request, " ".join(refus.messages))
    return redirect("reseau:demandes")


class RefusView(MembreRequisMixin, PorteMixin, UpdateView):
    model = Demande
    porte = "modifiables_par"
    form_class = RefusForm
    template_name = "reseau/demandes/refus.html"
    context_object_name = "demande"

    def get_queryset(self):
        return super().get_queryset().select_related("reseau", "collectivite", "traitee_par")

    def get(self, request, *args, **kwargs):
        demande = self.get_object()
        if demande.traitee_le:
            messages.warning(request, deja_dit(demande))
            return redirect("reseau:demandes")
        return super().get(request, *args, **kwargs)

    def form_valid(self, form):
        try:
            self.get_object().refuser(par=self.request.membre, motif=form.cleaned_data["motif"])
            avis = _("La réponse est partie par courriel.")
            messages.success(self.request, avis, extra_tags=self.request.path)
        except DejaTraitee as autre:
            messages.warning(self.request, deja_dit(autre.demande))
        return redirect("reseau:demandes")


def deja_dit(demande):
    """Somebody answered first: who, and what."""
    phrase = (
        _("%(qui)s a déjà accepté la demande de %(nom)s.")
        if demande.acceptee
        else _("%(qui)s a déjà refusé la demande de %(nom)s.")
    )
    return phrase % {"qui": demande.traitee_par.nom_complet, "nom": demande.nom_complet}
