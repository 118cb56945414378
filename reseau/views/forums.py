from functools import cached_property

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.generic import DetailView

from plateforme.socle.retour import page_quittee
from plateforme.socle.views.formulaires import FormView

from ..forms.forums import DiscussionForm, FaqForm
from ..models import Discussion, Message
from .acces import MembreRequisMixin, PorteMixin, membre_requis, obtenir, tenter
from .contributions import ContributionDetailView
from .publication import ContributionCreateView, ContributionUpdateView
from .reseaux import ReseauMixin

FAQ_MAX = 200


class DiscussionDetailView(ContributionDetailView):
    model = Discussion
    template_name = "reseau/forums/detail.html"

    def get_context_data(self, **kwargs):
        membre = self.request.membre
        anime = bool(membre) and self.object.est_publiee and membre.anime(self.object.reseau)
        return super().get_context_data(anime=anime, **kwargs)


class DiscussionCreateView(ContributionCreateView):
    model = Discussion
    form_class = DiscussionForm
    template_name = "reseau/forums/publier.html"


class DiscussionUpdateView(ContributionUpdateView):
    model = Discussion
    form_class = DiscussionForm
    template_name = "reseau/forums/publier.html"


@require_POST
@membre_requis
def cloture(request, pk):
    discussion = obtenir(Discussion.objects.modifiables_par(request.user), pk=pk)
    if discussion.est_ouverte:
        discussion.clore(par=request.membre)
    return redirect(discussion)


@require_POST
@membre_requis
def retenue(request, pk, rang):
    """Keep a message as the answer of its question, or keep it no longer."""
    discussion = obtenir(Discussion.objects.modifiables_par(request.user), pk=pk)
    message = obtenir(Message.objects.visibles_par(request.user), contribution=pk, rang=rang)
    try:
        if request.POST.get("retenir") == "oui":
            discussion.retenir(message, par=request.membre)
        elif discussion.reponse_id == message.pk:
            discussion.ne_plus_retenir(par=request.membre)
    except ValidationError as refus:
        messages.error(request, refus.messages[0])
        return redirect(message)
    if discussion.resolue_le:
        messages.success(request, _("La question est résolue."))
    return redirect(discussion)


@require_POST
@membre_requis
def relance(request, pk):
    """Ask again those who could answer, for who runs the network."""
    discussion = obtenir(Discussion.objects.animees_par(request.user).select_related("reseau"), pk=pk)
    tenter(request, discussion.redemander, _("Les personnes que cette question concerne sont prévenues."))
    return redirect(page_quittee(request) if "liste" in request.POST else discussion)


class FaqView(MembreRequisMixin, PorteMixin, FormView):
    """Whoever runs the network writes a discussion among its frequent questions, or takes it off."""

    model = Discussion
    porte = "animees_par"
    form_class = FaqForm
    template_name = "reseau/forums/faq_modifier.html"

    @cached_property
    def discussion(self):
        return self.get_object(self.get_queryset().select_related("reseau", "reponse"))

    def get_initial(self):
        discussion = self.discussion
        reponse = discussion.reponse.texte if discussion.reponse else ""
        return {
            "question": discussion.faq_question or discussion.titre,
            "reponse": discussion.faq_reponse or reponse,
            "lue": discussion.repere_de_la_faq,
        }

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.discussion, **kwargs)

    def post(self, request, *args, **kwargs):
        if "retirer" in request.POST:
            self.discussion.sortir_de_la_faq()
            messages.success(request, _("La question n’est plus parmi les questions fréquentes."))
            return redirect(self.discussion)
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        if not form.enregistrer(self.discussion, par=self.request.membre):
            return self.form_invalid(form)
        messages.success(
            self.request, _("C’est dans les questions fréquentes."), extra_tags=self.request.path
        )
        return redirect(self.discussion.url_en_faq)


class FaqListView(ReseauMixin, DetailView):
    """The frequent questions of a network, of those that one may read."""

    template_name = "reseau/forums/faq.html"

    def get_context_data(self, **kwargs):
        visibles = Discussion.objects.visibles_par(self.request.user).filter(reseau=self.object)
        questions = visibles.en_faq().order_by("faq_question", "pk")[:FAQ_MAX]
        return super().get_context_data(questions=questions, **kwargs)
