"""The schedule of a project, and of all of them: drawn, as a table, in columns, and in one's calendar."""

from functools import partial

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView, TemplateView

from plateforme.socle.exports import en_tableur
from plateforme.socle.retour import est_une_page
from reseau.ical import TYPE, fichier
from reseau.views.acces import Introuvable, PorteMixin, membre_requis, obtenir, tenter

from ..agendas import journee
from ..forms.echeancier import FaitForm, JalonForm, TacheForm
from ..gantt import Gantt
from ..models import Jalon, Projet, Tache
from .notes import NoteCreateView, NoteRetraitView, NoteUpdateView

JALONS_MAX = 1000


def projets_lus_par(request):
    return Projet.objects.visibles_par(request.user).publiees()


def en_colonnes(jalons):
    """[(title, its jalons)]: a step of the schedule or, for those that name none, a year; in order."""
    colonnes = {}
    for jalon in jalons:
        colonnes.setdefault(jalon.colonne, []).append(jalon)
    return list(colonnes.items())


class EcheancierView(PorteMixin, DetailView):
    """One project: the drawing, the same as a table, and who does what."""

    model = Projet
    template_name = "besoins/echeancier/page.html"
    context_object_name = "contribution"

    def get_queryset(self):
        return super().get_queryset().publiees()

    def get_context_data(self, **kwargs):
        projet, user = self.object, self.request.user
        jalons = list(projet.jalons.notes().avec_dependances())
        return super().get_context_data(
            jalons=jalons,
            gantt=Gantt(jalons) if jalons else None,
            colonnes=en_colonnes(jalons) if any(jalon.etape for jalon in jalons) else (),
            taches=Tache.objects.pour_page(projet, user),
            modifiable=projet.modifiable_par(user),
            prend_part=projet.prend_part(user),
            **kwargs,
        )


class EcheancierGeneralView(TemplateView):
    """All the open projects that she may read, in columns; `?reste`: only what is not done."""

    template_name = "besoins/echeancier/general.html"

    def get_context_data(self, **kwargs):
        reste = "reste" in self.request.GET
        jalons = Jalon.objects.visibles_par(self.request.user).en_cours().select_related("projet")
        jalons = list((jalons.a_faire() if reste else jalons)[: JALONS_MAX + 1])
        montres = jalons[:JALONS_MAX]
        return super().get_context_data(
            colonnes=en_colonnes(montres),
            reste=reste,
            retards=sum(jalon.retard > 0 for jalon in montres),
            coupe=JALONS_MAX if len(jalons) > JALONS_MAX else 0,
            **kwargs,
        )


@require_safe
@membre_requis
def export(request, pk):
    """Its jalons and its tasks as one table, for a spreadsheet."""
    projet = obtenir(projets_lus_par(request), pk=pk)
    entetes = [
        _("genre"),
        _("libellé"),
        _("étape"),
        _("phase"),
        _("début"),
        _("pour le"),
        _("après"),
        _("porteur"),
        _("fait le"),
        _("état"),
        _("jours de retard"),
    ]
    return en_tableur(request, _("échéancier"), entetes, lignes(projet))


def lignes(projet):
    for jalon in projet.jalons.notes().avec_dependances():
        apres = ", ".join(suivi.libelle for suivi in jalon.suivis)
        propres = [jalon.etape, jalon.get_phase_display(), jalon.debut, jalon.pour_le, apres, ""]
        yield [_("jalon"), jalon.libelle, *propres, jalon.fait_le, jalon.etat, jalon.retard or None]
    for tache in Tache.objects.de(projet):
        porteur = _("sans porteur") if tache.sans_porteur else tache.porteur.nom_complet
        propres = ["", "", None, tache.pour_le, "", porteur]
        yield [_("tâche"), tache.libelle, *propres, tache.fait_le, tache.etat, tache.retard or None]


@require_safe
def ics(request, pk):
    """The file that any calendar opens."""
    projet = obtenir(projets_lus_par(request).select_related("fil"), pk=pk)
    echeances = [*projet.jalons.notes().select_related("projet__fil"), *Tache.objects.de(projet)]
    journees = [journee(echeance) for echeance in echeances]
    reponse = HttpResponse(fichier((), journees=journees, nom=projet.titre), content_type=TYPE)
    reponse["Content-Disposition"] = f'attachment; filename="echeancier-{pk}.ics"'
    return reponse


class JalonCreateView(NoteCreateView):
    modele, form_class = Jalon, JalonForm
    titre, avis = gettext_lazy("Noter un jalon"), gettext_lazy("Le jalon est noté.")


class JalonUpdateView(NoteUpdateView):
    modele, form_class = Jalon, JalonForm
    titre, avis = gettext_lazy("Corriger le jalon"), gettext_lazy("Le jalon est noté.")
    vue_de_retrait = "besoins:jalon_retrait"

    def get_context_data(self, **kwargs):
        return super().get_context_data(fait=FaitForm(), **kwargs)


class JalonRetraitView(NoteRetraitView):
    modele, titre = Jalon, gettext_lazy("Retirer le jalon")


class TacheCreateView(NoteCreateView):
    modele, form_class = Tache, TacheForm
    titre, avis = gettext_lazy("Ajouter une tâche"), gettext_lazy("La tâche est notée.")

    def get_projet(self):
        projet = obtenir(projets_lus_par(self.request), pk=self.kwargs["pk"])
        if not projet.prend_part(self.request.user):
            raise Introuvable
        return projet


class TacheUpdateView(NoteUpdateView):
    modele, form_class = Tache, TacheForm
    titre, avis = gettext_lazy("Corriger la tâche"), gettext_lazy("La tâche est notée.")
    vue_de_retrait = "besoins:tache_retrait"

    def get_context_data(self, **kwargs):
        return super().get_context_data(fait=FaitForm(), **kwargs)


class TacheRetraitView(NoteRetraitView):
    modele, titre = Tache, gettext_lazy("Retirer la tâche")


def echeances_faisables(request, modele):
    return modele.objects.faisables_par(request.user).notes().select_related("projet")


@require_POST
@membre_requis
def fait(request, pk, modele):
    echeance = obtenir(echeances_faisables(request, modele), pk=pk)
    form = FaitForm(request.POST)
    if form.is_valid():
        tenter(request, partial(echeance.faire, le=form.cleaned_data["le"]), _("C’est fait."))
    else:
        messages.warning(request, form.refus())
    suite = request.POST.get("next", "")
    return redirect(suite if est_une_page(suite) else echeance)


@require_POST
@membre_requis
def reprise(request, pk, modele):
    echeance = obtenir(echeances_faisables(request, modele), pk=pk)
    tenter(request, echeance.reprendre, _("C’est de nouveau à faire."))
    return redirect(echeance)
