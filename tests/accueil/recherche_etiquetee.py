"""How well the search finds what agents look for, as they type it: donnees/recherche_etiquetee.toml."""

import sys
import tomllib
from collections import defaultdict
from pathlib import Path

from plateforme.socle.lectures import lectures
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
    """{lot: (recall among the ten first, mean reciprocal rank)}, what lacks a word included; printed with it
    and without, and what was missed."""
    rappels, inverses = defaultdict(list), defaultdict(list)
    visibles = Contribution.objects.visibles_par(user)
    for ligne in DONNEES["requete"]:
        lues = lectures(ligne["q"], visibles)
        voulus = set(ligne["vers"])
        for avec in (False, True):
            trouves = _trouves([lue for lue in lues if avec or not lue.manquants], visibles, ecrits)
            rangs = [rang for rang, nom in enumerate(trouves, start=1) if nom in voulus]
            for lot in (ligne["lot"], TOUS):
                rappels[lot, avec].append(len(rangs) / len(voulus))
                inverses[lot, avec].append(1 / rangs[0] if rangs else 0)
        if len(rangs) < len(voulus):
            dire(f"  {ligne['lot']} « {ligne['q']} » : {trouves or 'rien'}, attendu {sorted(voulus)}")
    mesures = {cle: (moyenne(rappels[cle]), moyenne(inverses[cle])) for cle in sorted(rappels)}
    for (lot, avec), (rappel, inverse) in mesures.items():
        comment = "au plus près" if avec else "tous les mots"
        nombre = len(rappels[lot, avec])
        dire(f"{moteur}, {lot} ({nombre}), {comment} : rappel {rappel:.2f}, MRR {inverse:.2f}")
    return {lot: mesure for (lot, avec), mesure in mesures.items() if avec}


def _trouves(lues, visibles, ecrits):
    """The ids of the first answers, in the order in which a page shows them."""
    pks = dict.fromkeys(c.pk for lue in lues for c in lue.trouver(visibles, PREMIERS))
    return [ecrits[pk] for pk in pks][:PREMIERS]


def moyenne(valeurs):
    return sum(valeurs) / len(valeurs)


def dire(ligne):
    """Shown by `pytest -s`, and when the test fails."""
    sys.stdout.write(f"{ligne}\n")
