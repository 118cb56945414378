"""Publish and edit: the same two views for every type."""

from functools import cached_property
from urllib.parse import urlencode

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plateforme.socle.limites import consommer
from plateforme.socle.texte import citer, entier
from plateforme.socle.views.formulaires import CreateView, UpdateView

from ..limites import PUBLICATIONS_PAR_MEMBRE
from ..models import Contribution, Decision, Domaine
from .acces import MembreRequisMixin, ParoleRequiseMixin, PorteMixin
from .proches import proches_de

DOMAINES_MAX = 5  # that a link may choose
AVIS_DE_RELECTURE = gettext_lazy(
    "C’est votre première publication dans ce réseau : une personne qui l’anime la lit d’abord."
)
VERROU = gettext_lazy("Elle est verrouillée : seule la personne qui anime le réseau la corrige encore.")


def publier(request, brouillon):
    """Publish a draft, or tell why it may not be: rights were perhaps lost since it was written."""
    if refus := brouillon.refus_de_publication(request.membre):
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

    def get_context_data(self, **kwargs):
        """What resembles a sentence that is there already is shown with it, for who has no script."""
        contexte = super().get_context_data(**kwargs)
        form = contexte["form"]
        titre = str(form["titre"].value() or "")
        domaines = [str(valeur) for valeur in form["domaines"].value() or ()]
        sauf = sorted(form.deja_lies)
        if sauf:
            adresse = f"{reverse('reseau:proches')}?{urlencode({'sauf': sauf}, doseq=True)}"
            form.fields["titre"].widget.attrs["hx-get"] = adresse
        proches = proches_de(self.request, titre, domaines=domaines, sauf=sauf) if titre else []
        return contexte | {"proches": proches}


class ContributionCreateView(ParoleRequiseMixin, FormulaireDeMembreMixin, CreateView):
    def get_initial(self):
        """A link may prefill the sentence (a search without result), or the network whose page it is on; or
        all that another contribution says, of which this one will be the outcome."""
        initial = {**super().get_initial(), "titre": self.request.GET.get("titre", "")[:200]}
        if domaines := self.request.GET.getlist("domaine")[:DOMAINES_MAX]:
            initial["domaines"] = Domaine.objects.actifs().filter(code__in=domaines)
        if self.origine:
            # A decision of a meeting has its own sentence.
            repris = ("visibilite",) if initial["titre"] else ("visibilite", "titre")
            initial |= {champ: getattr(self.origine, champ) for champ in repris}
            if "titre" in repris:
                initial["corps"] = self.mots_de_l_origine()
            if self.origine_mienne():
                initial["collectivite"] = self.origine.collectivite
            initial["domaines"] = self.origine.domaines.all()
        les_miens = {a.slug: a.objet for a in self.request.membre.droits.adhesions}
        la_bas = self.origine and self.origine.reseau
        ici = les_miens.get(la_bas.slug if la_bas else self.request.GET.get("reseau"))
        return initial | {"reseau": ici} if ici else initial

    def origine_mienne(self):
        return self.origine.collectivite_id in self.request.membre.droits.collectivites

    def mots_de_l_origine(self):
        """« Nous pensons acheter » is not said by another commune: her words are then a quote."""
        corps, qui = self.origine.corps, self.origine.collectivite.nom
        return corps if self.origine_mienne() or not corps else citer(corps, qui, n=len(corps))

    def get_context_data(self, **kwargs):
        d_une_autre = self.origine and not self.origine_mienne()
        return super().get_context_data(
            origine_d_une_autre=self.origine.collectivite if d_une_autre else None, **kwargs
        )

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.instance.issue_de = self.origine
        return form

    @cached_property
    def origine(self):
        """What this one comes from: read from the address, by its own door."""
        pk = entier(self.request.GET.get("de", ""))
        if pk is None:
            return None
        return (
            Contribution.objects.visibles_par(self.request.user)
            .publiees()
            .filter(pk=pk)
            .select_related("reseau", "collectivite")
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
        elif contribution.est_a_relire:
            avis = AVIS_DE_RELECTURE
        else:
            avis = _("C’est publié. Vous recevrez un avis à chaque réponse.")
            if form.domaines_devines:
                devines = _("Rangé d’après vos mots dans\u202f: %s. Sinon, modifiez-le.")
                avis = f"{avis} {devines % ', '.join(map(str, form.domaines_devines))}"
        messages.success(self.request, avis, extra_tags=clef)
        return redirect(contribution)

    def relier_a_la_decision(self, contribution):
        """The link of a meeting's decision (`?decision=`) is kept both ways, by who may write there."""
        numero = entier(self.request.GET.get("decision", ""))
        if numero is not None:
            siennes = Decision.objects.modifiables_par(self.request.user).notees().select_related("rencontre")
            for decision in siennes.filter(pk=numero):
                decision.relier(contribution, par=self.request.membre)


class ContributionUpdateView(MembreRequisMixin, FormulaireDeMembreMixin, PorteMixin, UpdateView):
    porte = "modifiables_par"

    def get_object(self, queryset=None):
        objet = super().get_object(queryset)
        if not objet.corrigeable_par(self.request.user):
            raise PermissionDenied(VERROU)
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
        avis = AVIS_DE_RELECTURE if contribution.est_a_relire else _("C’est enregistré.")
        messages.success(self.request, avis, extra_tags=form.clef_de_brouillon)
        return suite
