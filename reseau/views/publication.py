"""Publish and edit: the same two views for every type."""

from functools import cached_property

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plateforme.socle.limites import HEURE, Limite, consommer
from plateforme.socle.views.formulaires import CreateView, UpdateView

from ..models import Contribution, Decision
from .acces import MembreRequisMixin, ParoleRequiseMixin, PorteMixin

AVIS_DE_RETENUE = gettext_lazy(
    "C’est votre première publication dans ce réseau : une personne qui l’anime la lit d’abord."
)
PUBLICATIONS_PAR_MEMBRE = Limite("publications", 30, HEURE)


def publier(request, contribution):
    """Publish a draft, or tell why it may not be: a type may hold to rules of its own."""
    try:
        contribution.publier(par=request.membre)
    except ValidationError as refus:
        messages.warning(request, " ".join(refus.messages))
    return redirect(contribution)


class FormulaireDeMembreMixin:
    def get_form_kwargs(self):
        return {
            **super().get_form_kwargs(),
            "membre": self.request.membre,
            "au_nom_de": self.request.au_nom_de,
        }


class ContributionCreateView(ParoleRequiseMixin, FormulaireDeMembreMixin, CreateView):
    def get_initial(self):
        """A link may prefill the sentence (a search without result), or the network whose page it is on; or
        all that another contribution says, of which this one will be the outcome."""
        initial = {**super().get_initial(), "titre": self.request.GET.get("titre", "")[:200]}
        if self.origine:
            # A decision of a meeting has its own sentence.
            repris = ("visibilite",) if initial["titre"] else ("visibilite", "titre", "corps")
            initial |= {champ: getattr(self.origine, champ) for champ in repris}
            initial["domaines"] = self.origine.domaines.all()
        les_miens = {a.slug: a.objet for a in self.request.membre.droits.adhesions}
        la_bas = self.origine and self.origine.reseau
        ici = les_miens.get(la_bas.slug if la_bas else self.request.GET.get("reseau"))
        return initial | {"reseau": ici} if ici else initial

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.instance.issue_de = self.origine
        return form

    @cached_property
    def origine(self):
        """What this one comes from: read from the address, by its own door."""
        pk = self.request.GET.get("de", "")
        if not (pk.isascii() and pk.isdigit() and len(pk) < 19):
            return None
        return (
            Contribution.objects.visibles_par(self.request.user)
            .publiees()
            .filter(pk=pk)
            .select_related("reseau")
            .first()
        )

    def form_valid(self, form):
        if not consommer((PUBLICATIONS_PAR_MEMBRE, self.request.membre.pk)):
            refus = _("Vous avez beaucoup publié depuis une heure. Réessayez plus tard.")
            form.add_error(None, refus)
            return self.form_invalid(form)
        clef, brouillon = form.clef_de_brouillon, "brouillon" in self.request.POST
        contribution = form.deposer(publier=not brouillon)
        if not contribution:
            return self.form_invalid(form)
        self.relier_a_la_decision(contribution)
        if brouillon:
            avis = _("Brouillon enregistré. Vous seul·e le voyez.")
        elif contribution.est_retenue:
            avis = AVIS_DE_RETENUE
        else:
            avis = _("C’est publié. Vous recevrez un avis à chaque réponse.")
            if form.domaines_devines:
                devines = _("Rangé d’après vos mots dans\u202f: %s. Sinon, modifiez-le.")
                avis = f"{avis} {devines % ', '.join(map(str, form.domaines_devines))}"
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
        suite = redirect(contribution)
        if "publier" in self.request.POST and contribution.est_brouillon:
            suite = publier(self.request, contribution)
        avis = AVIS_DE_RETENUE if contribution.est_retenue else _("C’est enregistré.")
        messages.success(self.request, avis, extra_tags=form.clef_de_brouillon)
        return suite
