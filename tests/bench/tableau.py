"""The figures beside their targets, in columns."""

from dataclasses import dataclass

from .lecture import PAGES, TEMOIN

LARGEUR = 40
# Page → at most so many statements, at least this share of the yardstick's answers per second.
CIBLES = dict(
    zip(
        PAGES,
        [
            (3, 0.20),
            (7, 0.07),
            (3, None),
            (7, None),
            (5, 0.10),
            (None, None),
            (11, None),
            (60, None),
            (9, None),
        ],
        strict=True,
    )
)


@dataclass(frozen=True)
class Cible:
    valeur: float
    au_plus: bool = True

    def __str__(self):
        return f"{'≤' if self.au_plus else '≥'} {nombre(self.valeur)}"

    def tenue(self, mesure):
        return mesure <= self.valeur if self.au_plus else mesure >= self.valeur


P50, MESSAGE, DERNIERE, RAFALE = Cible(1.2), Cible(1.8), Cible(2.0), Cible(0.5, au_plus=False)
VISITE, SCRIPTS, MEMOIRE = Cible(100.0), Cible(24.0), Cible(160.0)
LECTURE, PAR_MEMBRE, RECAPITULATIF = Cible(15), Cible(10.0), Cible(4.0)
A_PART = Cible(12.0)


def nombre(valeur):
    decimales = 0 if isinstance(valeur, int) or valeur >= 1000 else 1 if valeur >= 10 else 2
    return f"{valeur:,.{decimales}f}".replace(",", "\u202f").replace(".", ",")


def ligne(nom, *cellules):
    print(f"  {nom:<{LARGEUR}}" + "".join(f"{cellule:>13}" for cellule in cellules))


def verdict(mesure, cible):
    """« 0,21  (≥ 0,20) », and a mark when it is missed."""
    return f"{nombre(mesure)} ({cible}){'' if cible.tenue(mesure) else ' ✗'}"


def titre(texte):
    print(f"\n{texte}\n{'=' * len(texte)}")


def pages(taille, comptes, mesures):
    print(f"\n{nombre(taille)} contributions")
    ligne("", "SQL", "octets", "p50", "calcul", "requêtes/s", "  part du témoin", "  en calcul")
    for nom in [TEMOIN, *PAGES]:
        lue = mesures[nom]
        sql, part = CIBLES.get(nom, (None, None))
        compte = comptes.get(nom)
        ligne(
            nom,
            "" if not compte else f"{compte['sql']}" if sql is None else verdict(compte["sql"], Cible(sql)),
            nombre(compte["octets"] if compte else 20_000),
            ms(lue["p50"]),
            ms(lue["calcul"]),
            nombre(lue["debit"]),
            f"  {verdict(lue['part'], Cible(part, au_plus=False)) if part else nombre(lue['part'])}",
            nombre(lue["part_de_calcul"]),
        )


def reste(taille, *, message, prises, visite, memoire, recapitulatifs):
    """Writing, live, weight and memory of one site."""
    ecrit, nu, part_d_ecriture = message
    derniere, derniere_nue, retard = prises["derniere"]
    debit, debit_nu, part_de_rafale = prises["debit"]
    tout, scripts = visite
    print(f"\n{nombre(taille)} contributions, la suite")
    rapport(
        "message et 20 notifications", part_d_ecriture, MESSAGE, f"{ms(ecrit)} ; transaction nue {ms(nu)}"
    )
    rapport(
        "message à toutes les prises", retard, DERNIERE, f"{ms(derniere)} ; diffusion nue {ms(derniere_nue)}"
    )
    rafale = f"{nombre(debit)} remises/s ; diffusion nue {nombre(debit_nu)}"
    rapport("rafale à toutes les prises", part_de_rafale, RAFALE, rafale)
    rapport("première visite, Kio compressés", tout, VISITE)
    rapport("  dont JavaScript", scripts, SCRIPTS)
    rapport("mémoire du processus web, Mio", memoire, MEMOIRE)
    petit, grand = recapitulatifs["sql"]
    detail = f"{petit} pour cinq membres ; {nombre(recapitulatifs['nouvelles'])} nouvelles par membre"
    rapport("SQL pour une tournée de récapitulatifs", grand, LECTURE, detail)
    rapport("SQL par récapitulatif, tout compris", recapitulatifs["sql_par_membre"], PAR_MEMBRE)
    ecrit, nu = recapitulatifs["recapitulatif"], recapitulatifs["nu"]
    rapport(
        "récapitulatif, du début à la file", ecrit / nu, RECAPITULATIF, f"{ms(ecrit)} ; courriel nu {ms(nu)}"
    )


def extraction(mesures):
    print("\nDocuments, lus et dessinés à part")
    for nom, (duree, nu, part, pic) in mesures.items():
        detail = f"{ms(duree)} ; Python à vide {ms(nu)} ; {nombre(pic)} Mio au plus"
        rapport(nom, part, A_PART, detail)


def croissance(sites, ecarts):
    print(f"\np50 à {nombre(sites[-1].taille)} contributions, pour 1 à {nombre(sites[0].taille)}")
    for nom, ecart in ecarts.items():
        rapport(nom, ecart, P50)


def rapport(nom, mesure, cible, detail=""):
    print(f"  {nom:<{LARGEUR}}{verdict(mesure, cible):<20}{detail}".rstrip())


def ms(secondes):
    return f"{nombre(secondes * 1000)} ms"
