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


def publier(request, brouillon):
    """Publish a draft, or tell why it may not be: rights were perhaps lost since it was written, and a type
    may hold to rules of its own."""
    droits = request.membre.droits
    if brouillon.collectivite_id not in droits.collectivites:
        refus = _("Vous ne parlez plus au nom de %s.") % brouillon.collectivite
    elif brouillon.reseau_id and brouillon.reseau_id not in droits.reseaux:
        refus = _("Vous n’êtes plus du réseau où ce brouillon devait paraître : choisissez-en un autre.")
    else:
        refus = brouillon.refus_de_publication(request.membre)
    if refus:
        messages.warning(request, refus)
        return redirect(brouillon.url_de_modification)
    try:
        brouillon.publier(par=request.membre)
    except ValidationError as refus:
        messages.warning(request, " ".join(refus.messages))
    return redirect(brouillon)


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
        clef = form.clef_de_brouillon
        if not consommer((PUBLICATIONS_PAR_MEMBRE, self.request.membre.pk)):
            refus = _("Vous avez beaucoup publié depuis une heure. Réessayez plus tard.")
            form.add_error(None, refus)
            return self.form_invalid(form)
        contribution = form.deposer(publier=self.publie_aussitot())
        if not contribution:
            return self.form_invalid(form)
        self.relier_a_la_decision(contribution)
        return self.suite(form, contribution, clef)

    def publie_aussitot(self):
        return "brouillon" not in self.request.POST

    def suite(self, form, contribution, clef):
        """What is said once it is kept, and where one goes; `clef`: of the draft that the browser forgets."""
        if not self.publie_aussitot():
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
            siennes = Decision.objects.modifiables_par(self.request.user).notees().select_related("rencontre")
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
