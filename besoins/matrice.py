"""Who takes part in what: communes × projects, or communes × domaines. Alphabetical, and never a ranking."""

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from functools import cached_property

from django.utils.translation import gettext as _

from plateforme.socle.texte import sans_accents
from reseau.models import Collectivite

from .models import Position, Projet

Niveau = Position.Niveau
COLONNES_SANS_CADRE = 16


@dataclass
class Colonne:
    """A project, or a domaine."""

    clef: object
    nom: str
    url: str = ""
    precision: str = ""
    close: bool = False

    @property
    def en_clair(self):
        return _("%s (clos)") % self.nom if self.close else self.nom


@dataclass
class Ligne:
    collectivite: Collectivite
    mienne: bool
    cases: list = field(default_factory=list)  # of one column each; None where nothing is said

    def dites(self, colonnes):
        """What she has said, as pairs (column, cell)."""
        return [(colonne, case) for colonne, case in zip(colonnes, self.cases, strict=True) if case]


class Matrice:
    """The projects that this reader may read, narrowed by `choix` (what MatriceForm has understood): the open
    ones, unless it asks for the closed ones too.

    Three queries, however many they are.
    """

    def __init__(self, user, choix, *, mienne=None):
        self.user, self.choix, self.mienne = user, choix, mienne

    @cached_property
    def projets(self):
        projets = Projet.objects.visibles_par(self.user).publiees()
        if not self.choix.get("clos"):
            projets = projets.ouvertes()
        for critere in ("reseau", "phase"):
            if self.choix.get(critere):
                projets = projets.filter(**{critere: self.choix[critere]})
        projets = projets.only("type", "titre", "phase", "reperes", "clos_le")
        domaine = self.choix.get("domaine")
        if domaine:
            projets = [p for p in projets if domaine.code in dict(p.reperes.get("domaines", ()))]
        return sorted(projets, key=lambda projet: (sans_accents(projet.titre).lower(), projet.pk))

    @cached_property
    def positions(self):
        """{collectivité id: {project id: level}}"""
        dites = defaultdict(dict)
        lignes = Position.objects.filter(contribution__in=[projet.pk for projet in self.projets])
        for commune, projet, niveau in lignes.values_list("collectivite", "contribution", "niveau"):
            dites[commune][projet] = Niveau(niveau)
        return dites

    @cached_property
    def collectivites(self):
        """The communes of today, and whoever else has answered, in alphabetical order."""
        if pole := self.choix.get("pole"):
            return list(pole.communes())
        communes = Collectivite.objects.actuelles().communes()
        return list(communes | Collectivite.objects.filter(pk__in=[*self.positions]))

    @cached_property
    def colonnes(self):
        return [
            Colonne(p.pk, p.titre, p.get_absolute_url(), p.get_phase_display(), p.clos_le is not None)
            for p in self.projets
        ]

    @cached_property
    def lignes(self):
        return [
            Ligne(commune, commune == self.mienne, self._cases(self.positions.get(commune.pk, {})))
            for commune in self.collectivites
        ]

    def _cases(self, dites):
        return [dites.get(colonne.clef) for colonne in self.colonnes]

    @property
    def tient(self):
        """Whether the table is narrow enough for the page itself to scroll it, on a computer."""
        return len(self.colonnes) <= COLONNES_SANS_CADRE

    @property
    def ma_ligne(self):
        return next((ligne for ligne in self.lignes if ligne.mienne), None)

    @property
    def mes_dites(self):
        return self.ma_ligne.dites(self.colonnes)

    @property
    def par_commune(self):
        """[(line, [(column, cell)…])…], what is said only."""
        return [(ligne, ligne.dites(self.colonnes)) for ligne in self.lignes]

    @property
    def par_colonne(self):
        """[(column, [(collectivité, cell)…])…], what is said only."""
        for rang, colonne in enumerate(self.colonnes):
            yield (
                colonne,
                [(ligne.collectivite, ligne.cases[rang]) for ligne in self.lignes if ligne.cases[rang]],
            )

    @staticmethod
    def en_clair(case):
        return case.label if case else ""


class MatriceDesDomaines(Matrice):
    """How many projects of each domaine a commune stands where in; a project counts in each of its own."""

    @cached_property
    def colonnes(self):
        noms = {code: nom for projet in self.projets for code, nom in projet.reperes.get("domaines", ())}
        return sorted(
            (Colonne(code, nom) for code, nom in noms.items()), key=lambda colonne: sans_accents(colonne.nom)
        )

    @cached_property
    def _domaines(self):
        return {projet.pk: dict(projet.reperes.get("domaines", ())) for projet in self.projets}

    def _cases(self, dites):
        comptes = defaultdict(Counter)
        for projet, niveau in dites.items():
            for code in self._domaines[projet]:
                comptes[code][niveau] += 1
        return [self._case(comptes[colonne.clef]) for colonne in self.colonnes]

    @staticmethod
    def _case(compte):
        """[(level, how many)…] in the order of the ladder, or None."""
        return [(niveau, compte[niveau]) for niveau in Niveau if compte[niveau]] or None

    @staticmethod
    def en_clair(case):
        return ", ".join(f"{nombre} {niveau.accorde(nombre)}" for niveau, nombre in case or ())
