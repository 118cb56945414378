"""The searches of the demo: those that are followed, and those that found nothing."""

from reseau.forms.recherche import RechercheForm
from reseau.models import RechercheSansReponse, RechercheSuivie

from .lecture import lire


def installer(calendrier, population):
    """Once everything is published: what is followed tells of what comes next."""
    tables = lire("recherches")
    for fiche in tables["suivie"]:
        membre = population.membres[fiche["membre"]]
        form = RechercheForm.de(fiche["q"], fiche.get("facettes", {}), user=membre.utilisateur)
        recherche = {"q": form.q, "facettes": form.choisis, "libelle": form.libelle}
        suivie = RechercheSuivie.suivre(par=membre, courriel=fiche.get("courriel", False), **recherche)
        RechercheSuivie.objects.filter(pk=suivie.pk).update(cree_le=calendrier.il_y_a(fiche["il_y_a"]))
    for fiche in tables["sans_reponse"]:
        reseau = population.reseaux[fiche["reseau"]] if "reseau" in fiche else None
        for _fois in range(fiche["nombre"]):
            RechercheSansReponse.noter(fiche["texte"], reseau)
        recherche = RechercheSansReponse.objects.filter(texte=fiche["texte"])
        recherche.update(derniere_le=calendrier.il_y_a(fiche["il_y_a"]))
