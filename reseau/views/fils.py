"""The thread of a contribution: answer, correct, withdraw, catch up."""

from django.contrib import messages as avis
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.decorators.vary import vary_on_headers
from django.views.generic.detail import SingleObjectMixin

from plateforme.socle.limites import consommer
from plateforme.socle.texte import entier, nettoyer
from plateforme.socle.views.formulaires import FormView

from ..forms.fils import MessageForm, RetraitDeMessageForm
from ..limites import MESSAGES_PAR_MEMBRE
from ..mentions import suggestions
from ..models import Contribution, Discussion, Message, Reseau, VersionDeMessage
from ..models.contributions import en_specifiques
from .acces import MembreRequisMixin, membre_requis, obtenir, parole_requise

RATTRAPAGE_MAX = 200
VERSIONS_MAX = 50


@require_POST
@vary_on_headers("HX-Request")
@parole_requise
def messages(request, pk):
    """Answer. The page goes back to the new message; with htmx, only the form comes back, emptied."""
    visibles = Contribution.objects.visibles_par(request.user).publiees()
    contribution = obtenir(visibles.select_related("reseau"), pk=pk)
    formulaire = MessageForm(request.POST, request.FILES, contribution=contribution)
    contexte = {"contribution": contribution, "formulaire_message": formulaire}
    message = formulaire.is_valid() and ecrire(request, formulaire)
    if not message:
        gabarit = "reseau/fils/composeur.html" if request.htmx else "reseau/fils/reponse.html"
        return render(request, gabarit, contexte, status=422)
    if not request.htmx:
        return redirect(f"{contribution.get_absolute_url()}#{message.ancre}")
    contexte |= {"formulaire_message": MessageForm(), "nouveau": message}
    return render(request, "reseau/fils/composeur.html", contexte)


def ecrire(request, formulaire):
    """The message, or None with the reason among the errors."""
    if consommer((MESSAGES_PAR_MEMBRE, request.membre.pk)):
        return formulaire.ecrire(par=request.membre, au_nom_de=request.au_nom_de)
    formulaire.add_error(None, _("Beaucoup de messages depuis une heure. Réessayez plus tard."))
    return None


@require_safe
def rattrapage(request, pk):
    """What changed in the thread after the revision that the reader last saw."""
    avec_un_fil = Contribution.objects.visibles_par(request.user).filter(fil__isnull=False)
    contribution = obtenir(avec_un_fil.select_related("fil"), pk=pk)
    depuis = entier(request.GET.get("depuis", ""))
    if depuis is None:
        return HttpResponse(status=400)
    changes = list(contribution.messages.depuis(depuis)[: RATTRAPAGE_MAX + 1])
    coupe = len(changes) > RATTRAPAGE_MAX
    changes = changes[:RATTRAPAGE_MAX]
    [complete] = en_specifiques([contribution])
    # A message may have come since the counter was read: it is in there, and is not asked for again.
    dernieres = [message.revision for message in changes[-1:]]
    if not coupe:
        dernieres.append(contribution.fil.derniere_revision)
    contexte = {
        "revision": max(dernieres),
        "changes": sorted(changes, key=lambda message: message.rang),
        "fragments": complete.fragments_vivants() | complete.fragments_pour(request.user),
    }
    return render(request, "reseau/fils/rattrapage.html", contexte)


class MessageView(MembreRequisMixin, SingleObjectMixin, FormView):
    """One message alone: its permanent address, where its author corrects it."""

    template_name = "reseau/fils/page_message.html"
    form_class = MessageForm
    context_object_name = "message"
    http_method_names = ["get", "head", "post"]

    def get_object(self, queryset=None):
        porte = Message.objects.ecrits_par if self.request.method == "POST" else Message.objects.visibles_par
        messages = porte(self.request.user).select_related("contribution", "auteur")
        return obtenir(messages, contribution=self.kwargs["pk"], rang=self.kwargs["rang"])

    def dispatch(self, request, *args, **kwargs):
        self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)

    def get_initial(self):
        return {"texte": self.object.texte}

    def get_form_kwargs(self):
        return {**super().get_form_kwargs(), "sans_fichiers": True}

    def get_context_data(self, **kwargs):
        user = self.request.user
        return super().get_context_data(
            question=self.question(),
            corrigeable=Message.objects.modifiables_par(user).filter(pk=self.object.pk).exists(),
            retirable=Message.objects.retirables_par(user).filter(pk=self.object.pk).exists(),
            retablissable=Message.objects.retablissables_par(user).filter(pk=self.object.pk).exists(),
            retrait=RetraitDeMessageForm(),
            versions=VersionDeMessage.objects.lisibles_par(user, self.object)[:VERSIONS_MAX],
            signale=self.object.signalements.filter(par=self.request.membre).exists(),
            **kwargs,
        )

    def question(self):
        """The question that this message may resolve, for who may say so."""
        if self.object.est_retire:
            return None
        questions = Discussion.objects.modifiables_par(self.request.user).questions()
        return questions.filter(pk=self.object.contribution_id).first()

    def form_valid(self, form):
        message = form.corriger(self.object)
        if not message:
            return self.form_invalid(form)
        avis.success(self.request, _("C’est corrigé."), extra_tags=self.request.path)
        return redirect(f"{message.contribution.get_absolute_url()}{message.place}")


@require_safe
@membre_requis
def mentions(request):
    """Whom what follows the @ being typed may name, and how many it would tell: of who reads the thread
    (`fil`), or will read what is being written in this network (`reseau`, `visibilite`)."""
    debut = nettoyer(request.GET.get("q", ""))[:40]
    if len(debut) < 2:
        return JsonResponse({"suggestions": []})
    contribution = du_fil(request) if request.GET.get("fil") else en_cours_d_ecriture(request)
    return JsonResponse({"suggestions": suggestions(debut, contribution, sauf=request.membre)})


def du_fil(request):
    visibles = Contribution.objects.visibles_par(request.user)
    return visibles.select_related("reseau").filter(pk=entier(request.GET["fil"])).first()


def en_cours_d_ecriture(request):
    """What would be published as the form now stands."""
    miens = Reseau.objects.in_bulk(request.membre.droits.reseaux)
    du_formulaire = {str(pk): reseau for pk, reseau in miens.items()}.get(request.GET.get("reseau"))
    return Contribution(reseau=du_formulaire, visibilite=request.GET.get("visibilite"))


@require_POST
@membre_requis
def retrait(request, pk, rang):
    message = obtenir(Message.objects.retirables_par(request.user), contribution=pk, rang=rang)
    formulaire = RetraitDeMessageForm(request.POST)
    if formulaire.is_valid():
        message.retirer(par=request.membre, motif=formulaire.cleaned_data["motif"])
    else:
        avis.error(request, _("Dites pourquoi ce message est retiré."))
    return redirect(message)


@require_POST
@membre_requis
def retablissement(request, pk, rang):
    message = obtenir(Message.objects.retablissables_par(request.user), contribution=pk, rang=rang)
    return redirect(message.retablir(par=request.membre))
