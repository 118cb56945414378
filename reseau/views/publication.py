"""Publish and edit: the same two views for every type."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from plateforme.socle.views.formulaires import CreateView, UpdateView

from ..models import Decision
from .acces import MembreRequisMixin, ParoleRequiseMixin, PorteMixin


class FormulaireDeMembreMixin:
    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "membre": self.request.membre,
            "au_nom_de": self.request.au_nom_de,
        }


class ContributionCreateView(ParoleRequiseMixin, FormulaireDeMembreMixin, CreateView):
    def get_initial(self):
        """A link may prefill the sentence (a search without result), or the network whose page it is on."""
        initial = {**super().get_initial(), "titre": self.request.GET.get("titre", "")[:200]}
        les_miens = {a.slug: a.objet for a in self.request.membre.droits.adhesions}
        ici = les_miens.get(self.request.GET.get("reseau"))
        return initial | {"reseau": ici} if ici else initial

    def form_valid(self, form):
        clef, brouillon = form.clef_de_brouillon, "brouillon" in self.request.POST
        contribution = form.deposer(publier=not brouillon)
        if not contribution:
            return self.form_invalid(form)
        self.relier_a_la_decision(contribution)
        if brouillon:
            avis = _("Brouillon enregistré. Vous seul·e le voyez.")
        else:
            avis = _("C’est publié. Vous recevrez un avis à chaque réponse.")
        messages.success(self.request, avis, extra_tags=clef)
        return redirect(contribution)

    def relier_a_la_decision(self, contribution):
        """The link of a meeting's decision (`?decision=`) is kept both ways, by who may write there."""
        numero = self.request.GET.get("decision", "")
        if numero.isascii() and numero.isdigit() and len(numero) < 10:
            siennes = Decision.objects.modifiables_par(self.request.user).select_related("rencontre")
            for decision in siennes.filter(pk=numero):
                decision.relier(contribution, par=self.request.membre)


class ContributionUpdateView(MembreRequisMixin, FormulaireDeMembreMixin, PorteMixin, UpdateView):
    porte = "modifiables_par"

    def get_object(self, queryset=None):
        objet = super().get_object(queryset)
        # The form writes on the instance while it validates: the history compares with what was.
        self.avant = objet.etat_suivi()
        return objet

    def form_valid(self, form):
        contribution = form.modifier(self.avant)
        if not contribution:
            return self.form_invalid(form)
        if "publier" in self.request.POST and contribution.est_brouillon:
            contribution.publier(par=self.request.membre)
        messages.success(self.request, _("C’est enregistré."), extra_tags=form.clef_de_brouillon)
        return redirect(contribution)
