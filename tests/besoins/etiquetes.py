"""How well needs that are the same are found, as agents write them: donnees/besoins_etiquetes.toml."""

import sys
import tomllib
from itertools import combinations
from pathlib import Path

from django.utils import timezone

from besoins.models import Besoin, Ressemblance
from besoins.models.ressemblances import SEUIL_MEME
from reseau.models import Domaine

DONNEES = Path(__file__).parent / "donnees" / "besoins_etiquetes.toml"
TOUS = "tous"
# A little under what was measured: precision, then recall.
PLANCHERS = {
    "reglage": (0.95, 0.9),
    "controle": (0.85, 0.95),
    "aveugle": (0.95, 0.55),
    "temoin": (0.75, 0.6),
    TOUS: (0.9, 0.8),
}


def ecrire(auteur):
    """Each need as the form would write it, its domaines guessed → {id: its row of the file}."""
    commune, ecrits = auteur.droits.collectivites[0], {}
    for fiche in tomllib.loads(DONNEES.read_text("utf-8"))["besoin"]:
        titre, corps = fiche["titre"], fiche.get("corps", "")
        domaines = [(d.code, d.libelle) for d in Domaine.objects.devines(f"{titre} {corps}")]
        besoin = Besoin.objects.create(
            titre=titre,
            corps=corps,
            auteur=auteur,
            collectivite_id=commune,
            publie_le=timezone.now(),
            reperes={"domaines": domaines},
        )
        ecrits[besoin.pk] = fiche
    return ecrits


def mesurer(ecrits):
    """Compare them all → {lot: (precision, recall)} of the pairs that would be proposed; printed."""
    for besoin in Besoin.objects.filter(pk__in=ecrits):
        Ressemblance.comparer(besoin)
    fortes = Ressemblance.objects.filter(score__gte=SEUIL_MEME)
    trouvees = set(fortes.values_list("premiere", "seconde"))
    vraies = {
        paire for paire in combinations(sorted(ecrits), 2) if meme_groupe(*(ecrits[pk] for pk in paire))
    }
    mesures = {}
    for lot in (*sorted({fiche["lot"] for fiche in ecrits.values()}), TOUS):
        siens = {pk for pk, fiche in ecrits.items() if lot in (fiche["lot"], TOUS)}
        siennes, attendues = ({p for p in paires if siens.issuperset(p)} for paires in (trouvees, vraies))
        justes = len(siennes & attendues)
        precision, rappel = mesures[lot] = justes / len(siennes), justes / len(attendues)
        dire(f"{lot} : précision {precision:.2f}, rappel {rappel:.2f} ({len(attendues)} paires)")
    for un, deux in sorted(trouvees ^ vraies):
        quoi = "manquée" if (un, deux) in vraies else "de trop"
        dire(f"{quoi} : {ecrits[un]['titre']} / {ecrits[deux]['titre']}")
    return mesures


def dire(ligne):
    """Shown by `pytest -s`, and when the test fails."""
    sys.stdout.write(f"{ligne}\n")


def meme_groupe(une, autre):
    return "groupe" in une and une["groupe"] == autre.get("groupe")


def sous_le_plancher(mesures):
    """{lot: what was measured}, of those that find or tell apart less well than they did."""
    return {
        lot: mesure
        for lot, mesure in mesures.items()
        if any(valeur < minimum for valeur, minimum in zip(mesure, PLANCHERS[lot], strict=True))
    }
