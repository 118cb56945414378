from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from django.views.generic import DetailView, ListView

from plateforme.socle.views.formulaires import UpdateView

from ..chiffres import chiffres_du_reseau
from ..forms.reseaux import PresentationForm
from ..models import Contribution, Demande, Discussion, Reseau, Seance
from ..models.contributions import par_type
from .acces import Introuvable, MembreRequisMixin, membre_requis, obtenir
from .signalements import a_moderer

PAR_RUBRIQUE = 5
RENCONTRES_MONTREES = 3


class ReseauMixin:
    """A page of one network, by its slug, through `porte`: `self.reseau`."""

    porte = "visibles_par"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.reseau = obtenir(self.reseaux(), slug=kwargs["slug"])

    def reseaux(self):
        return getattr(Reseau.objects, self.porte)(self.request.user)

    def get_object(self, queryset=None):
        return self.reseau

    def get_context_data(self, **kwargs):
        return super().get_context_data(reseau=self.reseau, **kwargs)


SECTIONS = {
    Reseau.Nature.RESEAU: gettext_lazy("Réseaux"),
    Reseau.Nature.POLE: gettext_lazy("Pôles"),
    Reseau.Nature.GROUPE: gettext_lazy("Groupes de travail"),
}


class ReseauListView(ListView):
    """The networks, then the pôles' spaces, then the working groups."""

    template_name = "reseau/reseaux/liste.html"
    context_object_name = "reseaux"

    def get_queryset(self):
        return Reseau.objects.visibles_par(self.request.user).avec_effectif()

    def get_context_data(self, **kwargs):
        situer(self.object_list, self.request.membre)
        return super().get_context_data(
            demandes_a_traiter=demandes_a_traiter(self.request),
            a_moderer=a_moderer(self.request),
            sections=[
                (titre, siens)
                for nature, titre in SECTIONS.items()
                if (siens := [reseau for reseau in self.object_list if reseau.nature == nature])
            ],
            **kwargs,
        )


class ReseauDetailView(ReseauMixin, DetailView):
    template_name = "reseau/reseaux/detail.html"

    def reseaux(self):
        return super().reseaux().avec_effectif()

    def get_context_data(self, **kwargs):
        membre, reseau = self.request.membre, self.object
        situer([reseau], membre)
        anime = bool(membre) and (membre.anime(reseau) or membre.droits.est_administrateur)
        adhesion = reseau.adhesion_de(membre) if membre else None
        return super().get_context_data(
            en_sourdine=bool(membre) and membre.sourdines.filter(reseau=reseau).exists(),
            rubriques=par_type(self.contributions(), PAR_RUBRIQUE),
            chiffres=chiffres_du_reseau(reseau) if adhesion or anime else None,
            sans_reponse=self.sans_reponse() if anime else [],
            gestes_d_animation=self.gestes_d_animation() if anime else [],
            adhesion=adhesion,
            domaines=reseau.domaines.all(),
            animateurs=self.animateurs() if membre else [],
            prochaines_rencontres=self.prochaines_rencontres(),
            demandes_a_traiter=reseau.demandes.en_attente().count() if anime else 0,
            questions_frequentes=self.discussions().en_faq().count(),
            a_moderer=a_moderer(self.request, reseau),
            anime=anime,
            **kwargs,
        )

    def gestes_d_animation(self):
        types = Contribution.types().values()
        return [g for type_ in types for g in type_.gestes_d_animation(self.object, self.request.user)]

    def discussions(self):
        return Discussion.objects.visibles_par(self.request.user).filter(reseau=self.object)

    def animateurs(self):
        return self.object.animateurs().avec_fonctions().avec_coordonnees(self.request.user)

    def contributions(self):
        visibles = Contribution.objects.visibles_par(self.request.user).publiees()
        return visibles.filter(reseau=self.object)

    def sans_reponse(self):
        """The questions that wait for too long, the oldest first, among those that she may read."""
        questions = self.discussions().sans_reponse().order_by("publie_le", "pk")
        return questions.only("titre", "type", "publie_le")[:PAR_RUBRIQUE]

    def prochaines_rencontres(self):
        seances = Seance.objects.publiees_pour(self.request.user).filter(rencontre__reseau=self.object)
        return list(seances.maintenues().a_venir().pour_agenda()[:RENCONTRES_MONTREES])


class PresentationView(MembreRequisMixin, ReseauMixin, UpdateView):
    porte = "modifiables_par"
    form_class = PresentationForm
    template_name = "reseau/reseaux/presentation.html"

    def form_valid(self, form):
        if not form.enregistrer(par=self.request.membre):
            return self.form_invalid(form)
        messages.success(self.request, _("La présentation est à jour."), extra_tags=self.request.path)
        return redirect(self.object)


class FermetureView(MembreRequisMixin, ReseauMixin, DetailView):
    """An administrator closes a network, or opens it again; the page says what that means."""

    porte = "modifiables_par"
    template_name = "reseau/reseaux/fermeture.html"

    def reseaux(self):
        if not self.request.membre.droits.est_administrateur:
            raise Introuvable
        return super().reseaux().avec_effectif()

    def post(self, request, *args, **kwargs):
        reseau = self.reseau
        if not reseau.est_ferme:
            reseau.fermer(par=request.membre)
            messages.success(request, _("Le réseau « %s » est fermé.") % reseau.nom)
        return redirect("reseau:reseaux")


@require_POST
@membre_requis
def reouverture(request, slug):
    if not request.membre.droits.est_administrateur:
        raise Introuvable
    reseau = obtenir(Reseau.objects.modifiables_par(request.user), slug=slug)
    if reseau.est_ferme:
        reseau.rouvrir(par=request.membre)
        messages.success(request, _("Le réseau « %s » est rouvert.") % reseau.nom)
    return redirect(reseau)


def situer(reseaux, membre):
    """Say of each network whether she is in it (`est_mien`) or waits for an answer (`est_demande`)."""
    if membre is None:
        return
    attendus = set(membre.demandes.en_attente().values_list("reseau", flat=True))
    for reseau in reseaux:
        reseau.est_mien = reseau.pk in membre.droits.reseaux
        reseau.est_demande = reseau.pk in attendus


def demandes_a_traiter(request):
    """How many requests wait for her answer."""
    membre = request.membre
    if not membre or not (membre.droits.est_administrateur or membre.droits.reseaux_animes):
        return 0
    return Demande.objects.modifiables_par(request.user).en_attente().count()
