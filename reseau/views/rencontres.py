"""Meetings: publish, date by date; register, for oneself or a colleague; call off."""

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic.detail import SingleObjectMixin

from plateforme.socle.views.formulaires import FormView

from ..forms.rencontres import AnnulationForm, CollegueForm, RencontreForm, SeanceForm
from ..ical import TYPE, fichier
from ..models import Inscription, Rencontre, Seance
from .acces import (
    MembreRequisMixin,
    ParoleRequiseMixin,
    PorteMixin,
    membre_requis,
    obtenir,
    parole_requise,
    partiel_ou_redirection,
    tenter,
)
from .contributions import ContributionDetailView, suivi_de
from .publication import ContributionCreateView, ContributionUpdateView


class RencontreDetailView(ContributionDetailView):
    model = Rencontre
    template_name = "reseau/rencontres/detail.html"

    def get_context_data(self, **kwargs):
        contexte = super().get_context_data(**kwargs)
        rencontre, user = self.object, self.request.user
        points = rencontre.points.select_related("par", "collectivite") if self.request.membre else []
        return contexte | {
            "seances": situer(rencontre, self.request),
            "points": points,
            "decisions": rencontre.decisions.notees().a_lire_par(user),
            "decisions_retirees": rencontre.decisions.retirees() if contexte["modifiable"] else (),
        }


def situer(rencontre, request, seances=None):
    """The séances that stand, each with who comes and what she who looks may do: three queries in all."""
    seances = rencontre.seances_prevues if seances is None else seances
    membre = request.membre
    inscriptions = []
    if membre and not rencontre.est_brouillon:
        actives = Inscription.objects.actives().filter(seance__in=seances)
        inscriptions = list(actives.pour_liste())
    for seance in seances:
        seance.rencontre = rencontre
        siennes = [i for i in inscriptions if i.seance_id == seance.pk]
        seance.inscrits = [i for i in siennes if i.est_confirmee]
        seance.en_attente = [i for i in siennes if not i.est_confirmee]
        for rang, inscription in enumerate(seance.en_attente, start=1):
            inscription.rang = rang
        seance.la_mienne = next((i for i in siennes if membre and i.membre_id == membre.pk), None)
        for inscription in siennes:
            inscription.est_a_moi = membre.pk in (inscription.membre_id, inscription.par_id)
    return seances


class RencontreCreateView(ContributionCreateView):
    model = Rencontre
    form_class = RencontreForm
    template_name = "reseau/rencontres/publier.html"

    def get_initial(self):
        """A link of the calendar may prefill the day."""
        return super().get_initial() | {"jour": self.request.GET.get("jour", "")[:10]}


class RencontreUpdateView(ContributionUpdateView):
    model = Rencontre
    form_class = RencontreForm
    template_name = "reseau/rencontres/publier.html"


class CreneauMixin(MembreRequisMixin):
    """A date, a place and seats, on a page of their own."""

    form_class = SeanceForm
    template_name = "reseau/rencontres/creneau.html"
    seance = None

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"rencontre": self.rencontre, "seance": self.seance}

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.rencontre, seance=self.seance, **kwargs)

    def form_valid(self, form):
        seance = form.enregistrer(par=self.request.membre)
        if not seance:
            return self.form_invalid(form)
        messages.success(self.request, _("C’est enregistré."), extra_tags=self.request.path)
        return redirect(seance)


class SeanceCreateView(CreneauMixin, FormView):
    def dispatch(self, request, *args, **kwargs):
        self.rencontre = obtenir(Rencontre.objects.modifiables_par(request.user), pk=kwargs["pk"])
        if not self.rencontre.accepte_une_seance_de_plus:
            return redirect(self.rencontre)
        return super().dispatch(request, *args, **kwargs)


class SeanceUpdateView(CreneauMixin, FormView):
    def dispatch(self, request, *args, **kwargs):
        modifiables = Seance.objects.modifiables_par(request.user).select_related("rencontre")
        self.seance = obtenir(modifiables, pk=kwargs["pk"])
        self.rencontre = self.seance.rencontre
        return super().dispatch(request, *args, **kwargs)


@require_POST
@membre_requis
def seance_annulation(request, pk):
    seance = obtenir(Seance.objects.modifiables_par(request.user).select_related("rencontre"), pk=pk)
    tenter(request, seance.annuler, _("Cette séance est annulée."))
    return redirect(seance.rencontre)


class AnnulationView(MembreRequisMixin, PorteMixin, FormView):
    """Call the meeting off, and say why."""

    model = Rencontre
    porte = "modifiables_par"
    form_class = AnnulationForm
    template_name = "reseau/rencontres/annuler.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.get_object(), **kwargs)

    def form_valid(self, form):
        rencontre = self.get_object()
        try:
            rencontre.clore(par=self.request.membre, motif=form.cleaned_data["motif"])
        except ValidationError as refus:
            form.add_error(None, refus)
            return self.form_invalid(form)
        messages.success(self.request, _("La rencontre est annulée."), extra_tags=self.request.path)
        return redirect(rencontre)


# To register


def seances_ouvertes(request):
    return Seance.objects.publiees_pour(request.user).select_related("rencontre")


@require_POST
@parole_requise
def inscription(request, pk):
    """A seat for me; a second click changes nothing."""
    seance = obtenir(seances_ouvertes(request), pk=pk)
    if not seance.inscriptions.actives().filter(membre=request.membre).exists():
        try:
            obtenue = seance.inscrire(
                par=request.membre, collectivite=request.au_nom_de, membre=request.membre
            )
        except ValidationError as refus:
            messages.warning(request, refus.messages[0])
        else:
            messages.success(request, avis_d_inscription(obtenue))
    return vers_la_seance(request, seance)


def avis_d_inscription(inscription):
    if inscription.est_confirmee and not inscription.membre_id:
        return _(
            "C’est noté\u202f: %(nom)s a une place. Vous recevez l’invitation par courriel\u202f: "
            "transmettez-la."
        ) % {"nom": inscription.nom_complet}
    if inscription.est_confirmee:
        return _("C’est noté\u202f: %(nom)s a une place. L’invitation part par courriel.") % {
            "nom": inscription.nom_complet
        }
    return _("C’est complet\u202f: %(nom)s est en liste d’attente.") % {"nom": inscription.nom_complet}


def vers_la_seance(request, seance):
    if not request.htmx:
        return redirect(seance)
    [fraiche] = situer(seance.rencontre, request, [Seance.objects.avec_places().get(pk=seance.pk)])
    contexte = suivi_de(seance.rencontre, request.membre) | {
        "seance": fraiche,
        "contribution": seance.rencontre,
        "modifiable": seance.rencontre.modifiable_par(request.user),
        "avis": list(messages.get_messages(request)),
    }
    return partiel_ou_redirection(request, "reseau/rencontres/inscrite.html", contexte, seance)


class CollegueView(ParoleRequiseMixin, SingleObjectMixin, FormView):
    """A seat for somebody of my commune."""

    form_class = CollegueForm
    template_name = "reseau/rencontres/collegue.html"
    context_object_name = "seance"

    def dispatch(self, request, *args, **kwargs):
        self.object = obtenir(seances_ouvertes(request), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"seance": self.object, "collectivite": self.request.au_nom_de}

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.object.rencontre, **kwargs)

    def form_valid(self, form):
        obtenue = form.inscrire(par=self.request.membre)
        if not obtenue:
            return self.form_invalid(form)
        messages.success(self.request, avis_d_inscription(obtenue), extra_tags=self.request.path)
        return redirect(self.object)


@require_POST
@membre_requis
def desistement(request, pk):
    modifiables = Inscription.objects.modifiables_par(request.user)
    inscription = obtenir(modifiables.select_related("seance__rencontre", "membre", "par"), pk=pk)
    try:
        inscription.annuler(par=request.membre)
    except ValidationError as refus:
        messages.warning(request, refus.messages[0])
        return vers_la_seance(request, inscription.seance)
    messages.success(request, _("L’inscription de %(nom)s est annulée.") % {"nom": inscription.nom_complet})
    return vers_la_seance(request, inscription.seance)


@require_safe
def rencontre_ics(request, pk):
    """The file that any calendar opens."""
    rencontre = obtenir(Rencontre.objects.visibles_par(request.user).publiees(), pk=pk)
    if request.membre is None:
        rencontre.visio = ""
    seances = situer(rencontre, request)
    occupe = {seance.pk for seance in seances if seance.la_mienne}
    reponse = HttpResponse(fichier(seances, occupe=occupe), content_type=TYPE)
    reponse["Content-Disposition"] = f'attachment; filename="rencontre-{pk}.ics"'
    return reponse
