from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseBadRequest
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from besoins.models import Besoin, Position
from reseau.views.acces import obtenir, parole_requise, partiel_ou_redirection


@require_POST
@parole_requise
def reponse(request, pk):
    """Answer from the home page, and stay there: the row says what was answered."""
    besoin = obtenir(Besoin.objects.visibles_par(request.user).publiees().pour_liste(), pk=pk)
    niveau = request.POST.get("niveau")
    if niveau not in Position.Niveau:
        return HttpResponseBadRequest()
    contexte = {"besoin": besoin}
    try:
        contexte["position"], contexte["compte"] = Position.dire(
            besoin, collectivite=request.au_nom_de, par=request.membre, niveau=niveau
        )
    except ValidationError as erreur:
        contexte["erreur"] = erreur.message
    if not request.htmx:
        messages.info(request, contexte.get("erreur") or _("Votre réponse est enregistrée."))
    return partiel_ou_redirection(request, "accueil/accueil/membre.html#repondu", contexte, "/")
