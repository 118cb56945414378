"""« Quel outil choisir ? »: the data of `donnees/outils.toml`, and what they say of a situation.

Information, not legal advice: every page that shows it says so.
"""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from functools import cache
from importlib.resources import files

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

RELIRE_APRES = timedelta(days=365)


class Verdict(StrEnum):
    """From the mildest to the most severe."""

    CONVIENT = "convient"
    POSSIBLE = "possible"
    EXCLU = "exclu"


GRAVITE = {verdict: rang for rang, verdict in enumerate(Verdict)}
# The steps by which somebody answers for a project, by name: without one they are not done.
PREFIXE_DE_VISA = "visa-"


@dataclass(frozen=True)
class Question:
    code: str
    libelle: str
    reponses: tuple  # (code, words, precision)
    facultative: bool = False

    @property
    def choix(self):
        """As a form wants them; the last one, of an optional question, is not to know."""
        choix = [(code, mots) for code, mots, _precision in self.reponses]
        return [*choix, ("", _("Je ne sais pas encore"))] if self.facultative else choix

    @property
    def precisions(self):
        return {code: precision for code, _mots, precision in self.reponses}


@dataclass(frozen=True)
class Regle:
    si: dict
    verdict: Verdict
    raison: str
    plutot: str = ""

    def vaut_pour(self, reponses):
        return all(reponses.get(question, "") in valeurs for question, valeurs in self.si.items())


@dataclass(frozen=True)
class Etape:
    """One thing that a project has to do: what, and who usually answers for it."""

    code: str
    libelle: str
    qui: str = ""


@dataclass(frozen=True)
class Outil:
    code: str
    nom: str
    type: str  # a TypeMutualisation
    bases: tuple  # codes of BaseLegale, the main one first
    en_bref: str
    signe: str
    delais: str
    demande: tuple
    vigilance: tuple
    a_verifier: tuple
    etapes: tuple
    sinon: str
    regles: tuple
    texte: str = ""  # where the legal basis is AUTRE

    def juger(self, reponses):
        """What this situation makes of it, and why: the most severe of the rules that apply."""
        valent = [regle for regle in self.regles if regle.vaut_pour(reponses)]
        if not valent:
            return Proposition(self, Verdict.EXCLU, (self.sinon,), sert_a_autre_chose=True)
        pire = max((regle.verdict for regle in valent), key=GRAVITE.get)
        retenues = [regle for regle in valent if regle.verdict == pire]
        plutot = next((regle.plutot for regle in retenues if regle.plutot), "")
        return Proposition(self, pire, tuple(dict.fromkeys(r.raison for r in retenues)), plutot)


@dataclass(frozen=True)
class Proposition:
    outil: Outil
    verdict: Verdict
    raisons: tuple
    code_de_l_autre: str = ""
    sert_a_autre_chose: bool = False

    @property
    def plutot(self):
        """The tool to look at instead, or None."""
        return catalogue().outils.get(self.code_de_l_autre)

    @property
    def est_exclue(self):
        return self.verdict == Verdict.EXCLU


@dataclass(frozen=True)
class Exigence:
    """What a project of this type must have settled before it passes into one of these phases."""

    type: str
    phases: tuple
    etapes: tuple


@dataclass(frozen=True)
class Catalogue:
    relu_le: date
    questions: dict
    etapes: dict
    exigences: tuple
    outils: dict

    def proposer(self, reponses):
        """Every tool, judged: those that fit first, those that serve another purpose last, else in the order
        of the file."""
        jugees = [outil.juger(reponses) for outil in self.outils.values()]
        return sorted(jugees, key=lambda jugee: (GRAVITE[jugee.verdict], jugee.sert_a_autre_chose))

    def exigees(self, type_mutualisation, phase):
        """Codes of the steps without which a project of this type does not pass into this phase."""
        voulues = [e for e in self.exigences if e.type == type_mutualisation and phase in e.phases]
        return [code for exigence in voulues for code in exigence.etapes]

    def etapes_de(self, outil):
        return [self.etapes[code] for code in outil.etapes]

    def outil_de(self, base):
        """The tool whose main legal basis this is, or None; another text names none."""
        possibles = (outil for outil in self.outils.values() if not outil.texte)
        return next((outil for outil in possibles if outil.bases[0] == base), None)

    @property
    def est_a_relire(self):
        return timezone.localdate() - self.relu_le > RELIRE_APRES


@cache
def catalogue():
    lu = tomllib.loads(files("besoins").joinpath("donnees/outils.toml").read_text(encoding="utf-8"))
    etapes = {code: Etape(code, *mots) for code, mots in lu["etape"].items()}
    return Catalogue(
        relu_le=lu["relu_le"],
        questions={question["code"]: Question(**question) for question in lu["question"]},
        etapes=etapes,
        exigences=tuple(Exigence(**exigence) for exigence in lu["exigence"]),
        outils={outil["code"]: _outil(**outil) for outil in lu["outil"]},
    )


def _outil(*, regle, **champs):
    regles = tuple(Regle(**{**r, "verdict": Verdict(r["verdict"])}) for r in regle)
    return Outil(**champs, regles=regles)
