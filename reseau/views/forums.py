from django.shortcuts import redirect
from django.views.decorators.http import require_POST

from ..forms.forums import DiscussionForm
from ..models import Discussion
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
    if discussion.est_ouverte:
        discussion.clore(par=request.membre)
    return redirect(discussion)
