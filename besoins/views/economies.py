"""The savings of a project, and those of all: each with its method, its source and its day."""

from functools import cached_property, partial
from itertools import chain

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import TemplateView

from plateforme.socle.exports import en_tableur
from plateforme.socle.views.formulaires import FormView
from reseau.views.acces import MembreRequisMixin, membre_requis, obtenir, tenter

from ..economies import par_methode
from ..forms.economies import ContestationForm, EconomiesFiltreForm, RetombeeForm
from ..models import Projet, Retombee
from .notes import NoteCreateView, NoteRetraitView, NoteUpdateView

ECONOMIES_MAX = 2000


def economies_lues_par(request):
    """Of the published projects that she may read, in the order of their titles: no commune comes first."""
    projets = Projet.objects.visibles_par(request.user).publiees()
    retombees = Retombee.objects.notes().filter(projet__in=projets)
    siens = ("projet", "collectivite", "par", "contestee_par")
    return retombees.select_related(*siens).order_by("projet__titre", "projet", "collectivite__slug", "pk")


class EconomiesFiltreMixin:
    @cached_property
    def filtre(self):
        return EconomiesFiltreForm(self.request.GET, retombees=economies_lues_par(self.request))


class EconomiesView(EconomiesFiltreMixin, TemplateView):
    template_name = "besoins/economies/toutes.html"

    def get_context_data(self, **kwargs):
        retombees = list(self.filtre.trouvees()[: ECONOMIES_MAX + 1])
        return super().get_context_data(
            filtre=self.filtre,
            methodes=par_methode(retombees[:ECONOMIES_MAX]),
            reste=len(retombees) > ECONOMIES_MAX,
            **kwargs,
        )


class EconomiesExportView(MembreRequisMixin, EconomiesFiltreMixin, TemplateView):
    def get(self, request, *args, **kwargs):
        retombees = list(self.filtre.trouvees()[: ECONOMIES_MAX + 1])
        return en_tableau(request, retombees[:ECONOMIES_MAX], coupe=len(retombees) > ECONOMIES_MAX)


@require_safe
@membre_requis
def export(request, pk):
    """Those of one project."""
    projet = obtenir(Projet.objects.visibles_par(request.user).publiees(), pk=pk)
    return en_tableau(request, economies_lues_par(request).filter(projet=projet))


def en_tableau(request, retombees, coupe=False):
    """`coupe`: there are more than these; the last line says so."""
    entetes = [
        _("projet"),
        _("collectivité"),
        _("estimée ou réelle"),
        _("nature"),
        _("méthode"),
        _("quantité"),
        _("unité"),
        _("prix de référence"),
        _("prix payé"),
        _("montant en euros"),
        _("source"),
        _("constatée le"),
        _("notée par"),
        _("contestée parce que"),
    ]
    lignes = map(_ligne, retombees)
    if coupe:
        fin = _("Ce fichier s’arrête aux %s premières économies\u202f: filtrez-les pour avoir les autres.")
        lignes = chain(lignes, [[fin % number_format(len(retombees), force_grouping=True)]])
    return en_tableur(request, _("économies"), entetes, lignes)


def _ligne(retombee):
    return [
        retombee.projet.titre,
        retombee.pour_qui,
        retombee.get_moment_display(),
        retombee.get_nature_display(),
        retombee.methode,
        retombee.quantite,
        retombee.unite,
        retombee.prix_reference,
        retombee.prix_paye,
        retombee.montant,
        retombee.source,
        retombee.constatee_le,
        retombee.par.nom_complet,
        retombee.contestation,
    ]


class EconomieCreateView(NoteCreateView):
    modele, form_class = Retombee, RetombeeForm
    template_name = "besoins/economies/economie.html"
    titre, avis = gettext_lazy("Noter une économie"), gettext_lazy("L’économie est notée.")


class EconomieUpdateView(NoteUpdateView):
    """By who looks after the project and, for her own commune, by its référent."""

    modele, form_class = Retombee, RetombeeForm
    template_name = "besoins/economies/economie.html"
    titre, avis = gettext_lazy("Corriger l’économie"), gettext_lazy("L’économie est notée.")
    vue_de_retrait = "besoins:economie_retrait"

    def get_object(self, queryset=None):
        return obtenir(economies_corrigeables(self.request), pk=self.kwargs["pk"])

    @cached_property
    def tient_le_projet(self):
        return self.object.projet.modifiable_par(self.request.user)

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        if not self.tient_le_projet:
            form.garder_la_collectivite()
        return form

    def get_context_data(self, **kwargs):
        contexte = super().get_context_data(**kwargs)
        return contexte if self.tient_le_projet else contexte | {"vue_de_retrait": ""}


class EconomieRetraitView(NoteRetraitView):
    modele, titre = Retombee, gettext_lazy("Retirer l’économie")


def economies_corrigeables(request):
    corrigeables = Retombee.objects.corrigeables_par(request.user).notes()
    return corrigeables.filter(projet__publie_le__isnull=False).select_related("projet", "collectivite")


def economies_de_ma_commune(request):
    siennes = request.membre.droits.collectivites_engagees
    return economies_corrigeables(request).filter(collectivite__in=siennes)


class ContestationView(MembreRequisMixin, FormView):
    """The référent of the commune does not agree, and says why."""

    form_class = ContestationForm
    template_name = "besoins/economies/contestation.html"

    def dispatch(self, request, *args, **kwargs):
        self.retombee = obtenir(economies_de_ma_commune(request), pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(economie=self.retombee, contribution=self.retombee.projet, **kwargs)

    def form_valid(self, form):
        contester = partial(self.retombee.contester, motif=form.cleaned_data["motif"])
        if tenter(self.request, contester, _("C’est noté\u202f: ce montant ne compte plus dans les sommes.")):
            messages.info(self.request, _("Qui suit le projet est prévenu."), extra_tags=self.request.path)
        return redirect(self.retombee)


@require_POST
@membre_requis
def accord(request, pk):
    retombee = obtenir(economies_de_ma_commune(request), pk=pk)
    tenter(request, retombee.accepter, _("C’est noté\u202f: ce montant compte de nouveau."))
    return redirect(retombee)
