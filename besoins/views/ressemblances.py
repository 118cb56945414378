from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reseau.views.acces import membre_requis, obtenir

from ..models import Besoin, Ressemblance


@require_POST
@membre_requis
def ressemblance(request, pk, autre):
    """« Ce n’est pas le même besoin », or it may be after all."""
    besoin = obtenir(Besoin.objects.modifiables_par(request.user).publiees(), pk=pk)
    autre = obtenir(Besoin.objects.visibles_par(request.user).publiees(), pk=autre)
    if request.POST.get("ecartee") == "non":
        Ressemblance.remettre(besoin, autre)
        messages.success(request, _("C’est de nouveau proposé."))
    else:
        Ressemblance.ecarter(besoin, autre, par=request.membre)
        messages.success(request, _("C’est noté\u202f: les deux ne seront plus proposés ensemble."))
    return redirect(f"{besoin.get_absolute_url()}#ressemblances")
