"""The figures of the platform, or of one network: what each counts, its date, its table and its chart.

What is counted for all members leaves out the closed circles, their numbers too. No commune is ever ranked,
or named.
"""

import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache
from importlib.resources import files
from statistics import median

from dateutil.relativedelta import relativedelta
from django.db.models import Count, Q
from django.db.models.functions import TruncMonth
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.http import urlencode
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from besoins.economies import par_methode
from besoins.models import Besoin, Position, PositionDite, Projet, Retombee
from plateforme.socle.graphiques import Barres
from plateforme.socle.memoire import memoire_locale
from reseau.chiffres import UN_AN, delais_de_reponse, en_clair
from reseau.heures import minuit
from reseau.models import Contribution, Domaine

CACHE_SECONDES = 300
MOIS = 12
METHODES_MAX = 10
UN_JOUR = timedelta(days=1)


@dataclass
class Case:
    """One figure: a number for a spreadsheet, words for the page, and where what it counts is listed."""

    valeur: object
    texte: str = ""
    url: str = ""

    @property
    def en_clair(self):
        return self.texte or self.valeur


@dataclass
class Indicateur:
    code: str
    titre: str
    definition: str
    entetes: list
    lignes: list  # (name, one Case a column) pairs
    barres: Barres
    le: datetime = field(default_factory=timezone.now)
    entetes_du_tableur: list = ()  # where it holds numbers of a unit, and the page words

    def pour_tableur(self):
        return ([nom, *(case.valeur for case in cases)] for nom, cases in self.lignes)


class Indicateurs:
    """Of one network, for who runs it; without, of what every member may read."""

    def __init__(self, reseau=None):
        self.reseau = reseau

    @classmethod
    def de(cls, reseau=None):
        """{code: Indicateur}, at most some minutes old."""
        clef = f"accueil:indicateurs:{reseau.pk if reseau else 'tous'}"
        return memoire_locale().get_or_set(clef, lambda: cls(reseau).compter(), CACHE_SECONDES)

    def compter(self):
        tous = [self.besoins(), self.projets(), self.delais(), self.participation(), self.economies()]
        return {indicateur.code: indicateur for indicateur in tous}

    def lus(self, modele):
        publiees = modele.objects.publiees().order_by()
        if self.reseau:
            return publiees.filter(reseau=self.reseau)
        return publiees.exclude(visibilite=Contribution.Visibilite.RESEAU)

    def besoins(self):
        """By domaine and state."""
        clos, sans_suite = Q(clos_le__isnull=False), Q(issue=Besoin.Issue.SANS_SUITE)
        etats = {
            _("en cours"): Q(clos_le=None, rapproche_le=None),
            _("rapprochés"): Q(clos_le=None, rapproche_le__isnull=False),
            _("clos avec une suite"): clos & ~sans_suite,
            _("clos sans suite"): clos & sans_suite,
        }
        comptes = {f"n{rang}": Count("pk", filter=etat) for rang, etat in enumerate(etats.values())}
        par_domaine = self.lus(Besoin).values_list("domaines").annotate(**comptes)
        nombres = {domaine: list(siens) for domaine, *siens in par_domaine}
        noms = dict(Domaine.objects.filter(pk__in=[pk for pk in nombres if pk]).values_list("pk", "libelle"))
        lignes = [(nom, nombres[pk]) for pk, nom in noms.items()]
        if None in nombres:
            lignes.append((_("sans domaine"), nombres[None]))
        return Indicateur(
            "besoins",
            _("Besoins par domaine"),
            _(
                "Les besoins publiés, selon où ils en sont\u202f: ouverts, réunis dans un projet, clos. "
                "Un besoin qui porte deux domaines compte dans chacun."
            ),
            [_("domaine"), *etats],
            [(nom, [Case(n) for n in siens]) for nom, siens in lignes],
            Barres(_("Besoins par domaine"), list(etats), lignes),
        )

    def projets(self):
        """By type and direction, each cell leading to those that it counts."""
        comptes = self.lus(Projet).values_list("type_mutualisation", "sens").annotate(Count("pk"))
        nombres = defaultdict(int, {(type_, sens): n for type_, sens, n in comptes})
        lignes = [
            (capfirst(str(type_.label)), [(sens, nombres[type_, sens]) for sens in Projet.Sens.values])
            for type_ in Projet.TypeMutualisation
        ]
        types = Projet.TypeMutualisation.values
        return Indicateur(
            "projets",
            _("Projets par type et par sens"),
            _(
                "Les projets publiés, selon le type de mutualisation et qui rend le service à qui. "
                "Chaque nombre mène à la liste\u202f; elle montre aussi ce que vous lisez dans vos réseaux."
            ),
            [_("type"), *Projet.Sens.labels],
            [
                (nom, [Case(n, url=self._liste(type_, sens) if n else "") for sens, n in siens])
                for type_, (nom, siens) in zip(types, lignes, strict=True)
            ],
            Barres(
                _("Projets par type et par sens"),
                Projet.Sens.labels,
                [(nom, [n for _sens, n in siens]) for nom, siens in lignes],
            ),
        )

    def _liste(self, type_, sens):
        criteres = {"type_mutualisation": type_, "sens": sens}
        if self.reseau:
            criteres["reseau"] = self.reseau.slug
        return f"{reverse('besoins:projets')}?{urlencode(criteres)}"

    def delais(self):
        """The medians of the last twelve months, in days."""
        depuis = timezone.now() - UN_AN
        demandes = self.lus(Contribution).filter(type__in=["besoin", "discussion"], publie_le__gte=depuis)
        projets = self.lus(Projet)
        mesures = [
            (_("Première réponse à une demande"), delais_de_reponse(demandes)),
            (
                _("D’un besoin au projet qui le réunit"),
                ecarts(self.lus(Besoin).filter(rapproche_le__gte=depuis), "rapproche_le"),
            ),
            *(
                (
                    _("Du projet publié à\u202f: %s") % phase.label,
                    ecarts(projets.filter(phase=phase, phase_le__gte=depuis), "phase_le"),
                )
                for phase in Projet.Phase
                if phase != Projet.Phase.ETUDE
            ),
            (_("Du projet publié à sa clôture"), ecarts(projets.filter(clos_le__gte=depuis), "clos_le")),
        ]
        lignes = [(nom, mediane(delais), len(delais)) for nom, delais in mesures]
        return Indicateur(
            "delais",
            _("Délais médians"),
            _(
                "Des douze derniers mois\u202f: la moitié a attendu moins, l’autre moitié plus. "
                "Une demande\u202f: un besoin ou une question. "
                "Une phase\u202f: celle où le projet est aujourd’hui."
            ),
            [_("délai"), _("médiane"), _("combien en comptent")],
            [
                (nom, [Case(en_jours(duree), en_toutes_lettres(duree)), Case(combien)])
                for nom, duree, combien in lignes
            ],
            Barres(
                _("Délais médians"),
                [_("médiane")],
                [(nom, [(duree or timedelta()) / UN_JOUR]) for nom, duree, _combien in lignes],
                des_jours_en_toutes_lettres,
            ),
            entetes_du_tableur=[_("délai"), _("médiane, en jours"), _("combien en comptent")],
        )

    def participation(self):
        """How many communes said where they stood, month after month: numbers, never who."""
        fin = timezone.localdate().replace(day=1)
        mois = [fin - relativedelta(months=n) for n in reversed(range(MOIS))]
        dites = PositionDite.objects.filter(retenue=True, dite_le__gte=minuit(mois[0]))
        dites = dites.filter(contribution__in=self.lus(Contribution)).order_by().distinct()
        lues = dites.values_list(TruncMonth("dite_le"), "niveau", "collectivite")
        niveaux = [n for n in Position.Niveau if n not in (Position.Niveau.HORS, Position.Niveau.RETIREE)]
        par_niveau, ensemble = Counter(), defaultdict(set)
        for instant, niveau, collectivite in lues:
            if niveau in niveaux:
                le = timezone.localdate(instant)
                par_niveau[le, niveau] += 1
                ensemble[le].add(collectivite)
        lignes = [(date_format(le, "F Y"), len(ensemble[le]), le) for le in mois]
        return Indicateur(
            "participation",
            _("Communes qui prennent part"),
            _(
                "Combien de collectivités ont dit, dans le mois, où elles en sont sur un besoin ou un "
                "projet. Une même collectivité compte une fois par mois et par niveau. "
                "Ne rien dire n’est pas une faute\u202f: tout est à la carte."
            ),
            [_("mois"), _("en tout"), *[niveau.label for niveau in niveaux]],
            [
                (nom, [Case(total), *(Case(par_niveau[le, niveau]) for niveau in niveaux)])
                for nom, total, le in lignes
            ],
            Barres(
                _("Collectivités qui ont pris position, par mois"),
                [_("collectivités")],
                [(nom, [total]) for nom, total, _le in lignes],
            ),
        )

    def economies(self):
        """By method: no sum mixes two of them, nor what was expected with what came."""
        notees = Retombee.objects.notes().filter(projet__in=self.lus(Projet))
        methodes = par_methode(notees.select_related("projet", "collectivite").order_by("pk"))
        comptees = [m for m in methodes if any(somme["nombre"] for somme in m.sommes)]
        gardees = sorted(comptees, key=lambda m: -sum(somme["nombre"] for somme in m.sommes))[:METHODES_MAX]
        lignes = [(methode, *methode.sommes) for methode in comptees if methode in gardees]
        return Indicateur(
            "economies",
            _("Économies par méthode"),
            _(
                "Ce que les projets font économiser, en euros\u202f: ce qui était attendu, puis ce qui est "
                "constaté. Seuls s’additionnent des montants de même nature, trouvés par la même "
                "méthode\u202f; ce qu’une commune conteste n’est pas compté. Une perte se lit dans le "
                "tableau, au-dessous de zéro. Les dix méthodes les plus employées."
            ),
            [_("méthode"), _("estimé"), _("montants estimés"), _("réel"), _("montants réels")],
            [
                (
                    f"{methode.libelle} ({methode.nature})",
                    [case for somme in sommes for case in self._en_cases(somme)],
                )
                for methode, *sommes in lignes
            ],
            Barres(
                _("Économies par méthode, en euros"),
                [_("euros")],
                [
                    (f"{somme['titre']}\u202f: {methode.libelle}", [round(somme["montant"])])
                    for methode, *sommes in lignes
                    for somme in sommes
                    if somme["nombre"] and somme["montant"] > 0
                ],
            ),
        )

    @staticmethod
    def _en_cases(somme):
        liste = reverse("besoins:economies") if somme["nombre"] else ""
        return Case(somme["montant"], somme["total"] or "–"), Case(somme["nombre"], url=liste)


def ecarts(contributions, champ):
    """How long after its publication each one reached this instant."""
    return [le - publie_le for publie_le, le in contributions.values_list("publie_le", champ)]


def mediane(delais):
    return median(delais) if delais else None


def en_jours(duree):
    return round(duree.total_seconds() / 86400, 1) if duree is not None else None


def en_toutes_lettres(duree):
    return en_clair(duree) if duree else "–"


def des_jours_en_toutes_lettres(jours):
    return en_toutes_lettres(jours * UN_JOUR)


@lru_cache(maxsize=1)
def reperes():
    """{source, annee, repere: [{valeur, libelle}]}: figures of others, as they were published."""
    return tomllib.loads(files("plateforme.accueil").joinpath("donnees/reperes.toml").read_text())
