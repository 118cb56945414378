"""The ladder of a project: engage one's commune, record a member, withdraw."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import redirect
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from django.views.generic import DetailView

from plateforme.socle.fichiers import servir
from plateforme.socle.jours import en_jour
from plateforme.socle.views.formulaires import FormView, UpdateView
from reseau.views.acces import MembreRequisMixin, ParoleRequiseMixin, PorteMixin, obtenir

from ..forms.participation import ActeCorrectionForm, AdmissionForm, EngagementForm, SortieForm
from ..models import Acte, PieceDActe, Position, Projet
from ..models.participation import RESERVES, Niveau


class Echelle:
    """How far one commune has gone in a project, what comes next, and what this member may do about it."""

    MARCHES = (Niveau.CURIEUSE, Niveau.INTERESSEE, Niveau.ENGAGEE, Niveau.MEMBRE)

    def __init__(self, projet, position, *, membre, collectivite):
        self.projet, self.position, self.collectivite = projet, position, collectivite
        self.niveau = position and position.niveau
        self.decide = membre.decide_pour(collectivite)
        qui = {"par": membre, "collectivite": collectivite}
        self.permis = {
            niveau
            for niveau in projet.niveaux
            if projet.accepte_les_positions and not projet.refus_d_aller(niveau, position, **qui)
        }

    @property
    def etapes(self):
        atteinte = self.MARCHES.index(self.niveau) if self.niveau in self.MARCHES else -1
        for rang, niveau in enumerate(self.MARCHES):
            mot, aide = self.projet.mots[niveau]
            yield {
                "niveau": niveau.value,
                "lettre": niveau.lettre,
                "mot": mot,
                "aide": aide,
                "faite": rang <= atteinte,
                "actuelle": rang == atteinte,
            }

    @property
    def rend_le_service(self):
        """It is not asked whether it takes part in what it does for the others."""
        return self.position is None and self.collectivite.pk == self.projet.fournisseur_id

    @property
    def cartes(self):
        """What is said in one click."""
        if self.rend_le_service:
            return []
        return [carte for carte in self.projet.cartes_de_position if carte["niveau"] in self.permis]

    @property
    def a_engager(self):
        nommee = self.niveau == Niveau.ENGAGEE and self.position.acte is not None
        return Niveau.ENGAGEE in self.permis and not nommee

    @property
    def a_completer(self):
        engagee = self.niveau in (Niveau.ENGAGEE, Niveau.MEMBRE)
        return self.decide and engagee and self.position.acte is not None

    @property
    def a_retirer(self):
        return Niveau.RETIREE in self.permis

    @property
    def avis_seul(self):
        return bool(self.position and self.position.confirmee and not self.decide)

    @property
    def suite(self):
        """What the next step asks, in sentences."""
        acte = self.position and self.position.acte
        if self.rend_le_service:
            yield _(
                "Les autres disent si elles participent. S’il faut aussi sa délibération, elle se note ici."
            )
        elif self.niveau == Niveau.RETIREE:
            yield _("Retirée à compter du %s.") % en_jour(self.position.effet_le, "j F Y")
        elif self.niveau in (Niveau.ENGAGEE, Niveau.MEMBRE):
            yield from self._de_l_acte(acte)
        elif self.projet.entrees_closes:
            yield self.projet.phrase_des_entrees_closes
        else:
            yield _("«\u202fCurieuse\u202f» et «\u202fIntéressée\u202f» n’engagent à rien.")
            if not self.decide:
                yield _("Pour l’engager, son référent ou un de ses élus dit par quelle délibération.")

    def _de_l_acte(self, acte):
        if acte is None:
            yield _("Il reste à dire par quelle décision ou délibération.")
            return
        yield _("Par sa %s.") % acte.en_clair
        if acte.executoire_le is None:
            yield _("Étape suivante\u202f: sa date d’exécution, quand il sera publié et transmis au préfet.")
        if acte.piece is None:
            yield _("Il reste à joindre le PDF.")
        if self.niveau == Niveau.ENGAGEE and acte.est_executoire:
            yield _("Le pilote enregistre maintenant la commune comme membre.")
        if self.position.convention_le:
            yield _("Convention signée le %s.") % en_jour(self.position.convention_le, "j F Y")


class CommunesView(MembreRequisMixin, PorteMixin, DetailView):
    """Where each commune is, by which act; what may be done about it."""

    model = Projet
    template_name = "besoins/participation/communes-page.html"
    context_object_name = "contribution"

    def get_queryset(self):
        return super().get_queryset().publiees()

    def get_context_data(self, **kwargs):
        positions = Position.objects.filter(contribution=self.object.pk)
        positions = positions.select_related("collectivite", "acte", "par").prefetch_related("acte__pieces")
        return super().get_context_data(
            positions=positions.order_by("collectivite__slug"),
            modifiable=self.object.modifiable_par(self.request.user),
            **kwargs,
        )


class DeMaCommuneView(ParoleRequiseMixin, FormView):
    """What only who decides for the commune in whose name she speaks may say of it."""

    niveau = None
    avis = ""

    def dispatch(self, request, *args, **kwargs):
        self.projet = obtenir(
            Projet.objects.visibles_par(request.user).publiees().pour_page(), pk=kwargs["pk"]
        )
        if not request.membre.decide_pour(request.au_nom_de):
            raise PermissionDenied(RESERVES[self.niveau])
        self.position = self.projet.position_de(request.au_nom_de)
        return super().dispatch(request, *args, **kwargs)

    def get(self, request, *args, **kwargs):
        if refus := self.refus():
            messages.warning(request, refus)
            return redirect(self.adresse)
        return super().get(request, *args, **kwargs)

    def refus(self):
        """Why it is of no use to begin."""
        if not self.projet.accepte_les_positions:
            return self.projet.phrase_sans_position
        qui = {"par": self.request.membre, "collectivite": self.request.au_nom_de}
        return self.projet.refus_d_aller(self.niveau, self.position, **qui)

    @property
    def adresse(self):
        return f"{self.projet.get_absolute_url()}#ma-position"

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.projet, position=self.position, **kwargs)

    def form_valid(self, form):
        if not self.dire(form):
            return self.form_invalid(form)
        messages.success(self.request, self.avis % self.request.au_nom_de.nom, extra_tags=self.request.path)
        return redirect(self.adresse)


class EngagementView(DeMaCommuneView):
    niveau = Position.Niveau.ENGAGEE
    form_class = EngagementForm
    template_name = "besoins/participation/engagement.html"
    avis = _("%s est engagée.")

    def get_form_kwargs(self):
        acte = Acte(projet=self.projet, collectivite=self.request.au_nom_de)
        return super().get_form_kwargs() | {"instance": acte}

    def dire(self, form):
        return form.engager(par=self.request.membre)


class SortieView(DeMaCommuneView):
    niveau = Position.Niveau.RETIREE
    form_class = SortieForm
    template_name = "besoins/participation/sortie.html"
    avis = _("C’est noté\u202f: %s se retire.")

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.position or Position()}

    def dire(self, form):
        return form.dire(self.projet, collectivite=self.request.au_nom_de, par=self.request.membre)


class AdmissionView(MembreRequisMixin, FormView):
    """Who keeps the project records that a commune is a member."""

    form_class = AdmissionForm
    template_name = "besoins/participation/admission.html"

    def dispatch(self, request, *args, **kwargs):
        tenus = Projet.objects.modifiables_par(request.user).publiees()
        positions = Position.objects.filter(contribution__in=tenus.values("pk"))
        self.position = obtenir(positions.select_related("collectivite", "acte"), pk=kwargs["pk"])
        self.projet = Projet.objects.get(pk=self.position.contribution_id)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"instance": self.position}

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.projet, position=self.position, **kwargs)

    def form_valid(self, form):
        if not form.dire(self.projet, collectivite=self.position.collectivite, par=self.request.membre):
            return self.form_invalid(form)
        avis = _("%s est membre du projet.") % self.position.collectivite.nom
        messages.success(self.request, avis, extra_tags=self.request.path)
        return redirect("besoins:projet_communes", self.projet.pk)


class ActeUpdateView(MembreRequisMixin, UpdateView):
    """Complete or correct the act of my commune; what it said before stays in the history of the project."""

    form_class = ActeCorrectionForm
    template_name = "besoins/participation/acte.html"
    context_object_name = "acte"

    def get_object(self, queryset=None):
        actes = Acte.objects.modifiables_par(self.request.user).select_related("projet", "collectivite")
        return obtenir(actes.prefetch_related("pieces"), pk=self.kwargs["pk"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.object.projet, **kwargs)

    def form_valid(self, form):
        if not form.corriger(par=self.request.membre):
            return self.form_invalid(form)
        messages.success(self.request, _("L’acte est enregistré."), extra_tags=self.request.path)
        return redirect(f"{self.object.projet.get_absolute_url()}#ma-position")


@require_safe
def acte_piece(request, pk, nom):
    """The file of an act, through the visibility of its project. `nom` is for the reader, not for us."""
    return servir(request, obtenir(PieceDActe.objects.visibles_par(request.user), pk=pk))
