"""The home page: a visitor's, a member's, or that of an account which no collectivité has taken in yet."""

from django.db.models import Count, Q
from django.shortcuts import render

from plateforme.accueil.chiffres import chiffres_cles
from reseau.models import Reseau


def accueil(request, page):
    return accueil_visiteur(request, page)


def accueil_visiteur(request, page):
    contexte = {"page": page, "chiffres": chiffres_cles(), "reseaux": reseaux_visibles(request.user)}
    return render(request, "accueil/accueil/visiteur.html", contexte)


def reseaux_visibles(user):
    en_cours = Q(adhesions__fin=None)
    return (
        Reseau.objects.visibles_par(user)
        .ouverts()
        .annotate(nombre_de_membres=Count("adhesions", filter=en_cours))
    )
