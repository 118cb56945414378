"""Report what should not stay; the queue of who moderates."""

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import ListView
from django.views.generic.detail import SingleObjectMixin

from plateforme.socle.limites import consommer
from plateforme.socle.views.formulaires import FormView

from ..forms.signalements import SignalementForm, SuiteForm
from ..limites import SIGNALEMENTS_PAR_MEMBRE
from ..models import Contribution, DejaTraite, Message, Signalement
from .acces import Introuvable, MembreRequisMixin, PorteMixin, membre_requis, obtenir

EN_FILE_MAX = 200
SUITES_MONTREES = 20


class SignalementView(MembreRequisMixin, FormView):
    """Report a contribution that I may read, and did not write."""

    form_class = SignalementForm
    template_name = "reseau/signalements/signaler.html"

    def dispatch(self, request, *args, **kwargs):
        self.objet = self.get_objet()
        # The link stands under each message: its HTML is the same for who wrote it.
        if self.objet.auteur_id == request.membre.pk:
            messages.info(request, _("Vous l’avez écrit : vous pouvez le corriger ou le retirer."))
            return redirect(self.objet)
        deja = Signalement.objects.filter(par=request.membre, **self.sur())
        if deja.exists():
            messages.info(request, _("Vous l’avez déjà signalé : la personne qui anime vous répondra."))
            return redirect(self.objet)
        return super().dispatch(request, *args, **kwargs)

    def get_objet(self):
        visibles = Contribution.objects.visibles_par(self.request.user).publiees()
        return obtenir(visibles, pk=self.kwargs["pk"])

    def sur(self):
        return {"contribution": self.objet, "message": None}

    def get_context_data(self, **kwargs):
        return super().get_context_data(objet=self.objet, **self.sur(), **kwargs)

    def form_valid(self, form):
        if not consommer((SIGNALEMENTS_PAR_MEMBRE, self.request.membre.pk)):
            form.add_error(None, _("Vous avez beaucoup signalé depuis une heure. Réessayez plus tard."))
            return self.form_invalid(form)
        sur = self.sur()
        Signalement.deposer(sur.pop("contribution"), par=self.request.membre, **sur, **form.cleaned_data)
        avis = _("C’est signalé. Vous recevrez un courriel quand ce sera traité.")
        messages.success(self.request, avis, extra_tags=self.request.path)
        return redirect(self.objet)


class SignalementDeMessageView(SignalementView):
    def get_objet(self):
        visibles = Message.objects.visibles_par(self.request.user)
        montres = visibles.filter(retire_le=None, contribution__retire_le=None)
        return obtenir(
            montres.select_related("contribution", "auteur"),
            contribution=self.kwargs["pk"],
            rang=self.kwargs["rang"],
        )

    def sur(self):
        return {"contribution": self.objet.contribution, "message": self.objet}


class SignalementListView(MembreRequisMixin, ListView):
    """What waits for a moderator, oldest first, one line an object; below, what was done lately."""

    template_name = "reseau/signalements/liste.html"
    context_object_name = "signalements"

    def get_queryset(self):
        droits = self.request.membre.droits
        if not droits.est_administrateur and not droits.reseaux_animes:
            raise Introuvable
        return self.miens().en_attente()[:EN_FILE_MAX]

    def miens(self):
        return Signalement.objects.modifiables_par(self.request.user).pour_liste()

    def get_context_data(self, **kwargs):
        user = self.request.user
        traites = list(self.miens().exclude(traite_le=None).order_by("-traite_le", "pk")[:SUITES_MONTREES])
        a_relire = Contribution.objects.a_relire_par(user).select_related("auteur", "collectivite", "reseau")
        return super().get_context_data(
            a_relire=a_relire.order_by("retenue_le")[:EN_FILE_MAX],
            objets=[situer(groupe, user) for groupe in par_objet(self.object_list)],
            traites=[situer(groupe, user) for groupe in par_objet(traites)],
            **kwargs,
        )


def situer(signalements, user):
    """An administrator does not read in passing what a network keeps to itself."""
    premier = signalements[0]
    return {
        "premier": premier,
        "signalements": signalements,
        "lisible": premier.contribution.visible_par(user),
    }


def par_objet(signalements):
    """Those on one contribution, or one message, together, in the order of the first of each."""
    groupes = {}
    for signalement in signalements:
        groupes.setdefault((signalement.contribution_id, signalement.message_id), []).append(signalement)
    return groupes.values()


class SuiteView(MembreRequisMixin, PorteMixin, SingleObjectMixin, FormView):
    """What is done of a report; a withdrawal and a lock ask why."""

    model = Signalement
    porte = "modifiables_par"
    form_class = SuiteForm
    template_name = "reseau/signalements/suite.html"
    context_object_name = "signalement"

    def get_queryset(self):
        return super().get_queryset().pour_liste()

    def dispatch(self, request, *args, **kwargs):
        self.object = self.get_object()
        if self.object.traite_le:
            messages.warning(request, deja_dit(self.object))
            return redirect("reseau:signalements")
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(objet=situer([self.object], self.request.user), **kwargs)

    def get_initial(self):
        suite = self.request.GET.get("suite")
        return {"suite": suite if suite in Signalement.Suite else Signalement.Suite.RETRAIT}

    def form_valid(self, form):
        try:
            self.object.traiter(**form.cleaned_data, par=self.request.membre)
            avis = _("C’est fait. Qui l’avait signalé le sait par courriel.")
            messages.success(self.request, avis, extra_tags=self.request.path)
        except DejaTraite as autre:
            messages.warning(self.request, deja_dit(autre.signalement))
        return redirect("reseau:signalements")


@require_POST
@membre_requis
def retablissement(request, pk):
    signalement = obtenir(Signalement.objects.modifiables_par(request.user).pour_liste(), pk=pk)
    signalement.defaire(par=request.membre)
    messages.success(request, _("C’est rétabli."))
    return redirect("reseau:signalements")


def a_moderer(request, reseau=None):
    """How many reported objects and first publications wait for her answer, in all or in this network."""
    membre = request.membre
    if not membre or not (membre.droits.est_administrateur or membre.droits.reseaux_animes):
        return 0
    signales = Signalement.objects.modifiables_par(request.user).en_attente().order_by()
    a_relire = Contribution.objects.a_relire_par(request.user)
    if reseau:
        signales, a_relire = signales.filter(contribution__reseau=reseau), a_relire.filter(reseau=reseau)
    return signales.values("contribution", "message").distinct().count() + a_relire.count()


def deja_dit(signalement):
    return _("%(qui)s y a déjà répondu : %(suite)s.") % {
        "qui": signalement.traite_par.nom_complet,
        "suite": signalement.get_suite_display(),
    }
