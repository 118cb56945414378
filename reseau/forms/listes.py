from functools import cached_property, reduce
from operator import or_
from urllib.parse import urlencode

from django import forms
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire
from plateforme.socle.lectures import Lecture, chercher_et_corriger, mot_a_mot
from plateforme.socle.texte import requete, requete_normale

from ..facettes import FACETTES, VALEURS_MAX, filtrer
from ..models import Contribution, Discussion, Suivi

RESULTATS_MAX = 500
# The facets that are counted, each with the column that is.
COLONNES = {
    "type": "type",
    "domaine": "domaines__code",
    "reseau": "reseau__slug",
    "collectivite": "collectivite__slug",
}


# The states that are filtered by, in the order of a life: name → (label, rows in that state).
ETATS = {
    "ouvert": (_("ouvert"), lambda: Contribution.objects.ouvertes().filter(fil__dernier_rang=0)),
    "sans_reponse": (_("sans réponse depuis 5 jours"), lambda: Discussion.objects.sans_reponse()),
    "discute": (_("en discussion"), lambda: Contribution.objects.ouvertes().filter(fil__dernier_rang__gt=0)),
    "resolu": (_("résolu"), lambda: Discussion.objects.resolues()),
    "clos": (_("clos"), lambda: Contribution.objects.filter(clos_le__isnull=False)),
}
# Those that every type knows; the others are offered where there is something in them.
ETATS_DE_TOUS = {"ouvert", "discute", "clos"}


def dans_l_etat(etat):
    _libelle, lignes = ETATS[etat]
    return Q(pk__in=lignes().values("pk"))


def compter(contributions, facette):
    """{value: how many of these contributions}"""
    if facette == "etat":
        nombres = {etat: Count("pk", filter=dans_l_etat(etat)) for etat in ETATS}
        return contributions.order_by().aggregate(**nombres)
    return dict(contributions.order_by().values_list(COLONNES[facette]).annotate(Count("pk")))


class FacettesForm(Formulaire, forms.Form):
    """A query string of facets and words, whatever is listed. Values that mean nothing are left out."""

    facettes = ()
    tris = {"recent": _("les plus récents")}
    invite = _("Chercher dans la liste")

    @cached_property
    def choisis(self):
        """{facet: values} as asked for, among those that exist."""
        return {facette: self._choisies(facette) for facette in self.facettes if facette in self.fields}

    def _choisies(self, facette):
        existantes = dict(self.fields[facette].choices)
        return [v for v in dict.fromkeys(self.data.getlist(facette)) if v in existantes][:VALEURS_MAX]

    @property
    def tri(self):
        """The order that is asked for, or the first one that is offered."""
        demande = self.data.get("tri")
        return demande if demande in self.tris else next(iter(self.tris))

    @property
    def requete(self):
        return self.data.get("q", "")

    @property
    def q(self):
        return requete_normale(self.requete)

    @property
    def cherche(self):
        """Whether words are searched for."""
        return requete(self.requete) is not None

    @property
    def est_vide(self):
        """Whether nothing is asked, neither by words nor by facets."""
        return not self.cherche and not self.nombre_actifs

    @property
    def lecture(self):
        """How the words are read: as they are typed, unless an index is asked for them."""
        return Lecture(self.requete)

    @property
    def q_lue(self):
        """All the words, rightly spelt."""
        return self.lecture.corrigee or self.q

    @property
    def corrigee(self):
        """The same, if that is not how they were typed, and something answers them all."""
        return "" if self.lecture.manquants else self.lecture.corrigee

    @cached_property
    def groupes(self):
        """What the template shows: each facet with its values, their counts and whether they are chosen."""
        return list(self._grouper(self.choisis))

    def _grouper(self, choisis):
        for facette in self.facettes:
            if facette in self.fields and self.fields[facette].choices:
                nombres = self._nombres(facette)
                valeurs = [
                    {
                        "valeur": valeur,
                        "libelle": libelle,
                        "nombre": None if nombres is None else nombres.get(valeur, 0),
                        "choisie": valeur in choisis[facette],
                    }
                    for valeur, libelle in self.fields[facette].choices
                ]
                yield {
                    "nom": facette,
                    "libelle": self.fields[facette].label,
                    "valeurs": valeurs,
                    "choisis": choisis[facette],
                }

    def _nombres(self, facette):
        """{value: how many lines}; None where nothing is counted."""

    @property
    def nombre_actifs(self):
        return sum(map(len, self.choisis.values()))

    def actifs(self):
        """The chosen filters, each with the address of the list without it."""
        libelles = {facette: dict(self.fields[facette].choices) for facette in self.choisis}
        return [
            {"libelle": libelles[facette][valeur], "sans": self._adresse_sans(facette, valeur)}
            for facette, valeurs in self.choisis.items()
            for valeur in valeurs
        ]

    def _adresse_sans(self, facette, valeur):
        return self._avec(**{facette: [v for v in self.data.getlist(facette) if v != valeur]})

    @property
    def mot_a_mot(self):
        """The address of what was typed, read no other way."""
        return self._avec(q=[mot_a_mot(self.requete)])

    def _avec(self, **parametres):
        """The address of this list with these parameters instead of its own."""
        data = self.data.copy()
        for place in ("apres", "page"):
            data.pop(place, None)
        for nom, valeurs in parametres.items():
            data.setlist(nom, valeurs)
        return f"?{data.urlencode()}"


class ListeForm(FacettesForm):
    """Facets and words of a list, by the door of its reader (`fonds`). The words are read in one way,
    whatever is chosen; the best answers only are kept, so that the list stays short.

    `corriger`: whether words that find nothing may be read otherwise.
    """

    trouves_max = RESULTATS_MAX
    corriger = True

    def lignes(self, choisis):
        """The rows that answer these choices ({facet: values}), whatever the words."""
        raise NotImplementedError

    @cached_property
    def _lus(self):
        if not self.cherche:
            return super().lecture, []
        lecture, trouves = chercher_et_corriger(
            self.fonds, self.requete, self.trouves_max, corriger=self.corriger
        )
        return lecture, [trouve.pk for trouve in trouves]

    @property
    def lecture(self):
        return self._lus[0]

    @property
    def trouves(self):
        """Ids of what the words find, best first, whatever is chosen."""
        return self._lus[1]

    def reponses(self, choisis=None):
        """The rows that answer these choices, or those that were made, and the words."""
        choisis = self.choisis if choisis is None else choisis
        lignes = self.lignes(choisis)
        return lignes.filter(pk__in=self._trouves_parmi(lignes, choisis)) if self.cherche else lignes

    @cached_property
    def classes(self):
        """Ids of the answers, best first."""
        gardes = set(self.reponses().order_by().values_list("pk", flat=True))
        return [pk for pk in self._trouves_parmi(self.lignes(self.choisis), self.choisis) if pk in gardes]

    @cached_property
    def _cherches(self):
        return {}

    def _trouves_parmi(self, lignes, choisis):
        """What the words find; of these rows alone if they find too much, as the best may be others."""
        if len(self.trouves) < self.trouves_max or not any(choisis.values()):
            return self.trouves
        clef = clef_des_choix(choisis)
        if clef not in self._cherches:
            # No engine knows all the columns that are chosen by.
            parmi = self.fonds.filter(pk__in=lignes.order_by().values("pk"))
            self._cherches[clef] = [ligne.pk for ligne in self.lecture.trouver(parmi, self.trouves_max)]
        return self._cherches[clef]


def clef_des_choix(choisis):
    return tuple((nom, tuple(valeurs)) for nom, valeurs in choisis.items() if valeurs)


class FiltreForm(ListeForm):
    """The query string of a list of contributions."""

    q = forms.CharField(label=_("Chercher dans la liste"), required=False)
    moi = forms.MultipleChoiceField(
        label=_("Moi"),
        required=False,
        choices=[("publie", _("publié par moi")), ("suivi", _("suivi par moi"))],
    )
    type = forms.MultipleChoiceField(label=_("Type"), required=False)
    etat = forms.MultipleChoiceField(label=_("État"), required=False)
    domaine = forms.MultipleChoiceField(label=_("Domaine"), required=False)
    reseau = forms.MultipleChoiceField(label=_("Réseau"), required=False)
    collectivite = forms.MultipleChoiceField(label=_("Collectivité"), required=False)

    facettes = ("etat", "type", "domaine", "reseau", "collectivite", "moi")

    def __init__(self, data, *, visibles, retirees, comptes, membre, collectivite, type_):
        super().__init__(data)
        self.visibles, self.retirees, self.comptes = visibles, retirees, comptes
        self.membre, self.ma_collectivite, self.type_ = membre, collectivite, type_
        if type_:
            del self.fields["type"]
        if membre is None:
            del self.fields["moi"]
        for facette, valeurs in comptes.items():
            if facette in self.fields:
                self.fields[facette].choices = [(v, libelle) for v, (libelle, _nombre) in valeurs.items()]

    @property
    def recherche(self):
        """The same words and facets for the page of search, where they may be followed; "" without any."""
        communs = {nom: valeurs for nom, valeurs in self.choisis.items() if valeurs and nom in FACETTES}
        if not communs and not self.requete:
            return ""
        types = {"type": [self.type_]} if self.type_ else {}
        return urlencode({"q": self.requete} | types | communs, doseq=True)

    @property
    def fonds(self):
        return self._parmi(self.choisis)

    def _parmi(self, choisis):
        return self.visibles | self.retirees if "publie" in choisis.get("moi", ()) else self.visibles

    def lignes(self, choisis):
        return self.filtrees(self._parmi(choisis), choisis)

    def filtrees(self, contributions, choisis):
        """Those of these contributions that answer these choices ({facet: values})."""
        contributions = filtrer(contributions, choisis)
        return self._par_etat(self._de_moi(contributions, choisis.get("moi")), choisis.get("etat"))

    def _de_moi(self, contributions, liens):
        if not liens:
            return contributions
        siennes = contributions.none()
        if "publie" in liens:
            siennes |= contributions.filter(auteur=self.membre)
        if "suivi" in liens:
            suivies = Suivi.objects.filter(membre=self.membre)
            siennes |= contributions.filter(pk__in=suivies.values("contribution"))
        return siennes

    def _par_etat(self, contributions, etats):
        if not etats:
            return contributions
        return contributions.filter(reduce(or_, map(dans_l_etat, etats)))

    def _nombres(self, facette):
        """{value: how many the choices made in the other facets leave}; None where nothing is counted: during
        a search, which shows its best answers only, a count would promise more."""
        if facette not in self.comptes or self.cherche:
            return None
        autres = {nom: valeurs for nom, valeurs in self.choisis.items() if nom != facette and valeurs}
        if autres:
            return compter(self.lignes(autres), facette)
        return {valeur: nombre for valeur, (_libelle, nombre) in self.comptes[facette].items()}
