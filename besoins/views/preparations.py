"""An answer that one prepares, another validates: on the site, or from his mail."""

from django.contrib import messages
from django.db.models import Q
from django.forms import model_to_dict
from django.shortcuts import redirect
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from plateforme.socle.texte import entier
from plateforme.socle.views.formulaires import FormView
from reseau.models import Contribution
from reseau.views.acces import (
    Introuvable,
    MembreRequisMixin,
    ParoleRequiseMixin,
    membre_requis,
    obtenir,
    tenter,
)
from reseau.views.liens import LienRefuse, LienView

from ..forms.preparations import PreparationForm, RenvoiForm
from ..models import Avis, Consultation, Position, Preparation

VALIDEE = gettext_lazy("C’est dit, au nom de votre collectivité.")
RENVOYEE = gettext_lazy("C’est renvoyé, avec votre mot. Rien n’est dit au nom de votre collectivité.")


class PreparerView(ParoleRequiseMixin, FormView):
    """For who speaks for a collectivité, and has another, who decides for it, agree to what she would say."""

    form_class = PreparationForm
    template_name = "besoins/preparations/preparer.html"

    def dispatch(self, request, *args, **kwargs):
        visibles = Contribution.objects.visibles_par(request.user).publiees().pour_page()
        self.contribution = obtenir(visibles, pk=kwargs["pk"])
        if not Preparation.recue_par(self.contribution.specifique):
            raise Introuvable
        self.decideurs = Preparation.qui_decident(
            self.contribution.specifique, request.au_nom_de, sauf=request.membre
        )
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        if refus := Preparation.refus_de_repondre(self.contribution.specifique, request.au_nom_de):
            messages.warning(request, refus)
            return redirect(self.contribution)
        return super().get(request, *args, **kwargs)

    @cached_property
    def reprise(self):
        """« ?reprise=3 »: what was sent back, which she starts from."""
        renvoyees = Preparation.objects.visibles_par(self.request.user).filter(
            contribution=self.contribution.pk,
            collectivite=self.request.au_nom_de,
            refuse_le__isnull=False,
        )
        numero = entier(self.request.GET.get("reprise", ""))
        return renvoyees.pour_page().filter(pk=numero).first() if numero is not None else None

    def get_initial(self):
        return model_to_dict(self.reprise, self.form_class.Meta.fields) if self.reprise else {}

    def get_form_kwargs(self):
        modele = Avis if isinstance(self.contribution.specifique, Consultation) else Position
        dites = modele.objects.filter(contribution=self.contribution.pk, collectivite=self.request.au_nom_de)
        preparation = Preparation(contribution=self.contribution, collectivite=self.request.au_nom_de)
        siens = {"instance": preparation, "decideurs": self.decideurs, "actuelle": dites.first()}
        return super().get_form_kwargs() | siens

    def get_context_data(self, **kwargs):
        decide = self.request.membre.decide_pour(self.request.au_nom_de)
        return super().get_context_data(
            contribution=self.contribution,
            decideurs=self.decideurs,
            decide=decide,
            reprise=self.reprise,
            **kwargs,
        )

    def form_valid(self, form):
        preparation = form.preparer(par=self.request.membre)
        if preparation is None:
            return self.form_invalid(form)
        avis = _("C’est envoyé à %s, qui valide ou renvoie.") % preparation.pour.nom_complet
        messages.success(self.request, avis, extra_tags=self.request.path)
        return redirect(preparation)


class PreparationView(MembreRequisMixin, FormView):
    """What was prepared, what became of it; sent, it goes back with a word."""

    form_class = RenvoiForm
    template_name = "besoins/preparations/preparation.html"

    def dispatch(self, request, *args, **kwargs):
        self.preparation = preparation_lue(request, kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        refus = self.preparation.refus_de_valider(self.request.membre)
        return super().get_context_data(
            preparation=self.preparation,
            contribution=self.preparation.contribution,
            refus=refus,
            a_retirer=self.preparation.retirable_par(self.request.membre),
            a_reprendre=self.preparation.a_reprendre_pour(self.request.au_nom_de),
            **kwargs,
        )

    def form_valid(self, form):
        def renvoyer(par):
            self.preparation.renvoyer(par=par, **form.cleaned_data)

        tenter(self.request, renvoyer, RENVOYEE)
        return redirect(self.preparation)


@require_POST
@membre_requis
def validation(request, pk):
    preparation = preparation_lue(request, pk)
    if not request.membre.pk == preparation.pour_id:
        raise Introuvable
    tenter(request, preparation.valider, VALIDEE)
    return redirect(preparation)


@require_POST
@membre_requis
def retrait(request, pk):
    preparation = preparation_lue(request, pk)
    if preparation.prepare_par_id != request.membre.pk:
        raise Introuvable
    tenter(request, preparation.retirer, _("La réponse préparée est retirée."))
    return redirect(preparation.contribution)


def preparation_lue(request, pk):
    return obtenir(Preparation.objects.visibles_par(request.user).pour_page(), pk=pk)


class PreparationLienView(LienView):
    """The same, from the mail: its link names what was prepared."""

    nom = "besoins:lien_preparation"
    gabarit = "besoins/preparations/lien.html"
    geste = gettext_lazy("Valider une réponse")
    fait = VALIDEE
    form = None

    @staticmethod
    def designee(numero):
        return Q(preparations=numero)

    def preparer(self):
        preparations = Preparation.objects.pour_page().filter(pour=self.membre)
        self.preparation = preparations.filter(pk=self.numero).first()
        if self.preparation is None:
            raise LienRefuse(_("Ce lien est celui d’une autre personne que vous."))
        self.au_nom_de = self.preparation.collectivite
        if not self.preparation.valide_le and (refus := self.preparation.refus_de_valider(self.membre)):
            raise LienRefuse(refus)

    def deja(self):
        return _("Cette réponse est déjà validée.") if self.preparation.valide_le else ""

    def post(self, request, jeton):
        self.form = RenvoiForm(request.POST if request.POST.get("geste") == "renvoyer" else None)
        if self.form.is_bound and not self.form.is_valid():
            return self.afficher(status=422)
        return super().post(request, jeton)

    def agir(self):
        if self.form.is_bound:
            self.preparation.renvoyer(par=self.membre, **self.form.cleaned_data)
            return RENVOYEE
        self.preparation.valider(par=self.membre)
        return ""

    def afficher(self, **contexte):
        if not contexte.get("refus"):
            contexte |= {"preparation": self.preparation, "form": self.form or RenvoiForm()}
        return super().afficher(**contexte)
