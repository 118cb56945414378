"""A poll of dates, on a page of its own: what each says, and the act that keeps one."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from plateforme.socle.views.formulaires import FormView

from ..forms.sondages_de_dates import DatesForm, ReponsesForm
from ..models import DateProposee
from .acces import Introuvable, MembreRequisMixin, membre_requis, obtenir, tenter
from .comptes_rendus import DansUneRencontre


class SondageView(MembreRequisMixin, DansUneRencontre, FormView):
    """The dates with what was said of them; a member answers, who runs the meeting adds one."""

    porte = "visibles_par"
    template_name = "reseau/sondages_de_dates/sondage.html"

    @property
    def modifiable(self):
        return self.object.modifiable_par(self.request.user)

    def get_form(self, form_class=None):
        self.dates = list(self.object.dates_proposees.proposees().avec_reponses())
        donnees = self.request.POST if self.request.method == "POST" else None
        ajout = donnees is not None and "dates-TOTAL_FORMS" in donnees
        self.ajout = DatesForm(donnees if ajout else None, prefix="dates")
        self.reponses = ReponsesForm(None if ajout else donnees, dates=self.dates, membre=self.request.membre)
        return self.ajout if ajout else self.reponses

    def get_context_data(self, **kwargs):
        contexte = super().get_context_data(**kwargs)
        retirables = DateProposee.objects.retirables_par(self.request.user).filter(rencontre=self.object)
        siennes = {*retirables.values_list("pk", flat=True)}
        for date in self.dates:
            date.retirable = date.pk in siennes
        return contexte | {
            "dates": [(date, self.reponses[f"date_{date.pk}"]) for date in self.dates],
            "reponses": self.reponses,
            "ajout": self.ajout,
            "retirees": retirables.retirees(),
            "modifiable": self.modifiable,
        }

    def form_valid(self, form):
        if form is self.ajout:
            if not self.modifiable:
                raise Introuvable
            fait = form.proposer(self.object, par=self.request.membre)
            avis = ngettext("La date est proposée.", "Les dates sont proposées.", len(fait or ()))
        else:
            if self.request.au_nom_de is None:
                raise Introuvable
            fait = form.donner(self.object, membre=self.request.membre, collectivite=self.request.au_nom_de)
            avis = _("Vos réponses sont notées.")
        if not fait:
            return self.form_invalid(form)
        messages.success(self.request, avis, extra_tags=self.request.path)
        return redirect("reseau:sondage_de_dates", self.object.pk)


@require_POST
@membre_requis
def date_fixee(request, pk):
    dates = DateProposee.objects.modifiables_par(request.user).select_related("rencontre__reseau")
    date = obtenir(dates, pk=pk)
    if tenter(request, date.fixer, _("La date est fixée\u202f: %(creneau)s.") % {"creneau": date.creneau}):
        return redirect(date.rencontre)
    return redirect("reseau:sondage_de_dates", date.rencontre_id)


@require_POST
@membre_requis
def date_retrait(request, pk):
    date = date_retirable(request, pk)
    tenter(
        request, date.retirer, _("Cette date n’est plus proposée\u202f: %(date)s.") % {"date": date.creneau}
    )
    return redirect("reseau:sondage_de_dates", date.rencontre_id)


@require_POST
@membre_requis
def date_retablissement(request, pk):
    date = date_retirable(request, pk)
    avis = _("Cette date est de nouveau proposée\u202f: %(date)s.") % {"date": date.creneau}
    tenter(request, date.retablir, avis)
    return redirect("reseau:sondage_de_dates", date.rencontre_id)


def date_retirable(request, pk):
    return obtenir(
        DateProposee.objects.retirables_par(request.user).select_related("rencontre__reseau"), pk=pk
    )
