from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ..forms.forums import DiscussionForm
from ..models import Discussion, Message
from .acces import membre_requis, obtenir
from .contributions import ContributionDetailView
from .publication import ContributionCreateView, ContributionUpdateView


class DiscussionDetailView(ContributionDetailView):
    model = Discussion
    template_name = "reseau/forums/detail.html"


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
    if discussion.accepte_les_messages:
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
