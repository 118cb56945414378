"""What is offered while one types: what this reader may open, each with its address."""

from urllib.parse import urlencode

from django.urls import reverse
from django.utils.translation import gettext as _

from plateforme.socle.recherche import completer
from plateforme.socle.texte import sans_accents
from reseau.models import Contribution, Domaine, Membre

DEBUT_MIN, DEBUT_MAX = 2, 80
TITRES_MAX, AUTRES_MAX = 5, 3


def completions(debut, mots, user, lieux):
    """[{mot, detail, url}]; `mots`: those of `debut`, folded; `lieux`: communes and networks they name."""
    if not DEBUT_MIN <= len(debut) <= DEBUT_MAX or not mots:
        return []
    return [
        *(offre(c.titre, c.nom_du_type, c.get_absolute_url()) for c in titres(debut, user)),
        *(
            offre(d.libelle, _("domaine"), f"{reverse('accueil:recherche')}?{urlencode({'domaine': d.code})}")
            for d in domaines(mots)
        ),
        *(offre(lieu.nom, nature, lieu.get_absolute_url()) for nature, lieu in lieux[:AUTRES_MAX]),
        *(offre(m.nom_complet, commune_de(m), m.get_absolute_url()) for m in personnes(debut, user)),
    ]


def offre(mot, detail, url):
    return {"mot": mot, "detail": str(detail), "url": url}


def titres(debut, user):
    visibles = Contribution.objects.visibles_par(user).publiees().only("type", "titre")
    return completer(visibles, debut, TITRES_MAX)


def domaines(mots):
    """Of which each word begins one."""

    def dit(domaine):
        dits = sans_accents(domaine.libelle).replace("’", " ").replace("-", " ").split()
        return all(any(autre.startswith(mot) for autre in dits) for mot in mots)

    return [domaine for domaine in Domaine.objects.actifs() if dit(domaine)][:AUTRES_MAX]


def personnes(debut, user):
    nommes = Membre.objects.visibles_par(user).actifs().nommes(debut)
    return nommes.avec_fonctions().order_by("nom", "prenom", "pk")[:AUTRES_MAX]


def commune_de(membre):
    fonctions = membre.fonctions_propres
    return fonctions[0].collectivite.nom if fonctions else ""
