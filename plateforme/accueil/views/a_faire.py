from urllib.parse import urlsplit

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponseBadRequest, QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from besoins.models import Besoin, Position
from plateforme.accueil.a_faire import AFaire, Groupe, Pour, noter_le_nombre
from plateforme.socle.retour import est_une_page
from reseau.views.acces import membre_requis, obtenir, parole_requise, partiel_ou_redirection

from .accueil import A_FAIRE_MAX


@require_safe
@membre_requis
def a_faire(request):
    """All that awaits her, and the collectivité that she speaks for."""
    liste = AFaire(request.membre, request.au_nom_de)
    noter_le_nombre(liste)
    liste.montrer()
    pour = Pour.lu(request.GET.get("pour"))
    contexte = {
        "groupes": liste.groupes(pour),
        "nombre_a_faire": liste.nombre,
        "parts": liste.nombres(),
        "pour": pour,
    }
    return render(request, "accueil/a_faire/page.html", contexte)


@require_POST
@parole_requise
def reponse(request, pk, modele=Besoin):
    """Answer from the list, and stay there: the row says what was answered."""
    objet = obtenir(modele.objects.visibles_par(request.user).publiees().pour_liste(), pk=pk)
    niveau = request.POST.get("niveau")
    if niveau not in Position.Niveau:
        return HttpResponseBadRequest()
    contexte = {"objet": objet}
    dite = objet.positions.filter(collectivite=request.au_nom_de).first()
    mots = {"quantite": dite.quantite, "commentaire": dite.commentaire} if dite else {}
    try:
        contexte["position"], contexte["compte"] = Position.dire(
            objet, collectivite=request.au_nom_de, par=request.membre, niveau=niveau, **mots
        )
    except ValidationError as erreur:
        contexte["erreur"] = erreur.message
    suite = request.POST.get("next", "")
    if request.htmx:
        contexte |= restes(request, objet, suite)
    else:
        messages.info(request, contexte.get("erreur") or _("Votre réponse est enregistrée."))
    adresse = suite if est_une_page(suite) else "/"
    return partiel_ou_redirection(request, "accueil/a_faire/repondu.html", contexte, adresse)


def restes(request, objet, page):
    """What the numbers of the page where she answered become: of the header, of the home page's link, and in
    the list itself of its parts and groups. The group of what was answered is there, be it empty."""
    liste = AFaire(request.membre, request.au_nom_de)
    adresse = urlsplit(page)
    # The link stands there as long as there is more than what the home page shows.
    tout_voir = adresse.path == "/" and liste.nombre >= A_FAIRE_MAX
    contexte = {"nombre_a_faire": liste.nombre, "tout_voir": tout_voir}
    if adresse.path != reverse("accueil:a_faire"):
        return contexte
    groupes = liste.groupes(Pour.lu(QueryDict(adresse.query).get("pour")))
    repondu = Groupe.du(getattr(objet, objet.colonne_limite))
    restent = {repondu: 0} | {groupe: len(lignes) for groupe, lignes in groupes}
    return contexte | {"parts": liste.nombres(), "restent": restent.items()}
