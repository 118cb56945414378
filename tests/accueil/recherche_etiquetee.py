"""How well the search finds what agents look for, as they type it: donnees/recherche_etiquetee.toml."""

import sys
import tomllib
from collections import defaultdict
from pathlib import Path

from plateforme.socle.recherche import chercher
from plateforme.socle.texte import requete
from reseau.models import Contribution
from tests.fabriques import faire_besoin, faire_discussion

DONNEES = tomllib.loads((Path(__file__).parent / "donnees" / "recherche_etiquetee.toml").read_text("utf-8"))
PREMIERS = 10
TOUS = "tous"


def ecrire(auteur, reseau):
    """Each text as a need or a question → {its id: that of its row in the file}."""
    faire = (faire_besoin, faire_discussion)
    return {
        faire[rang % 2](titre, auteur, reseau=reseau, corps=corps).pk: nom
        for rang, (nom, (titre, corps)) in enumerate(DONNEES["textes"].items())
    }


def mesurer(ecrits, user, moteur):
    """{lot: (recall among the ten first, mean reciprocal rank)}; printed, with what was missed."""
    rappels, inverses = defaultdict(list), defaultdict(list)
    visibles = Contribution.objects.visibles_par(user)
    for ligne in DONNEES["requete"]:
        trouves = [ecrits[c.pk] for c in chercher(visibles, requete(ligne["q"]), PREMIERS)]
        voulus = set(ligne["vers"])
        rangs = [rang for rang, nom in enumerate(trouves, start=1) if nom in voulus]
        for lot in (ligne["lot"], TOUS):
            rappels[lot].append(len(rangs) / len(voulus))
            inverses[lot].append(1 / rangs[0] if rangs else 0)
        if len(rangs) < len(voulus):
            dire(f"  {ligne['lot']} « {ligne['q']} » : {trouves or 'rien'}, attendu {sorted(voulus)}")
    mesures = {lot: (moyenne(rappels[lot]), moyenne(inverses[lot])) for lot in sorted(rappels)}
    for lot, (rappel, inverse) in mesures.items():
        dire(f"{moteur}, {lot} ({len(rappels[lot])}) : rappel {rappel:.2f}, MRR {inverse:.2f}")
    return mesures


def moyenne(valeurs):
    return sum(valeurs) / len(valeurs)


def dire(ligne):
    """Shown by `pytest -s`, and when the test fails."""
    sys.stdout.write(f"{ligne}\n")
