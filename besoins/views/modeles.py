from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from reseau.views.acces import membre_requis, obtenir, tenter

from ..models import Projet


@require_POST
@membre_requis
def modele(request, pk):
    """Keep this project as a model, or no longer: for who runs its network or, where it is in none, for an
    administrator."""
    projet = obtenir(Projet.objects.moderables_par(request.user), pk=pk)
    if request.POST.get("modele") == "oui":
        tenter(request, projet.garder_comme_modele, _("Ce projet est proposé comme modèle."))
    else:
        tenter(request, projet.ne_plus_garder_comme_modele, _("Ce projet n’est plus proposé comme modèle."))
    return redirect(projet)
