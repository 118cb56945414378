"""The home page: a visitor's, a member's, or that of an account which no collectivité has taken in yet."""

from django.db.models import Q
from django.shortcuts import render

from besoins.models.positions import avec_positions
from besoins.models.retours import avec_qui_l_a_fait
from plateforme.accueil.a_faire import AFaire, noter_le_nombre
from plateforme.accueil.chiffres_cles import chiffres_cles
from reseau.contexte import entete_de
from reseau.models import Contribution, Demande, Membre, Reseau

A_FAIRE_MAX = 5
FIL_MAX = 8
PUBLICS_MAX = 4
BROUILLONS_MAX = 3


def accueil(request, page):
    if request.membre:
        return render(request, "accueil/accueil/membre.html", {"page": page, **accueil_membre(request)})
    if request.user.is_authenticated:
        return render(request, "accueil/accueil/en_attente.html", {"page": page, **en_attente(request)})
    return render(request, "accueil/accueil/visiteur.html", {"page": page, **accueil_visiteur(request)})


def accueil_visiteur(request):
    publics = Contribution.objects.visibles_par(request.user).publiees().ouvertes()
    return {
        "chiffres": chiffres_cles(),
        "reseaux": reseaux_visibles(request.user),
        "contributions": derniers(publics, PUBLICS_MAX),
    }


def accueil_membre(request):
    membre, visibles = request.membre, Contribution.objects.visibles_par(request.user)
    liste = AFaire(membre, request.au_nom_de)
    noter_le_nombre(liste)
    return {
        "a_faire": liste.montrer(A_FAIRE_MAX),
        "nombre_a_faire": liste.nombre,
        "contributions": derniers(visibles.publiees(), FIL_MAX, request.au_nom_de),
        "non_lues": entete_de(request).contributions_non_lues,
        "brouillons": visibles.filter(auteur=membre, publie_le=None).order_by("-cree_le")[:BROUILLONS_MAX],
        "interlocuteurs": interlocuteurs(request),
        "a_rejoindre": not membre.droits.adhesions and reseaux_visibles(request.user),
    }


def derniers(contributions, combien, collectivite=None):
    lignes = contributions.recentes_d_abord()[:combien].specifiques()
    return avec_qui_l_a_fait(avec_positions(lignes, collectivite))


def interlocuteurs(request):
    """Who at the agglomération answers to my commune."""
    return Membre.objects.interlocuteurs_de(request.au_nom_de).avec_coordonnees(request.user)


def reseaux_visibles(user):
    return Reseau.objects.visibles_par(user).ouverts().avec_effectif()


def en_attente(request):
    """Signed in, without any function: what was asked, or what to do."""
    membre = Membre.de(request.user)
    miennes = Q(courriel=request.user.email.lower())
    if membre:
        miennes |= Q(membre=membre)
    # Not those that were asked for her in a network that she may not know yet.
    connus = Reseau.objects.visibles_par(request.user)
    demandes = Demande.objects.en_attente().filter(miennes, reseau__in=connus)
    return {
        "demandes": demandes.select_related("reseau", "collectivite"),
        "est_parti": bool(membre) and membre.fonctions.exists(),
    }
