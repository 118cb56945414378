"""The query string of the results page: words, facets, order. What is counted is what was found, and what was
found came by the door."""

from collections import Counter
from functools import cached_property

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plateforme.socle.lectures import Lecture, lectures

from ..facettes import FACETTES, POUR_LES_MEMBRES, VALEURS_MAX, filtrer, lignes, nommer
from ..models import Contribution, Membre
from .listes import RESULTATS_MAX, FacettesForm, clef_des_choix

VALEUR_MAX = 100  # characters
MONTREES = 40  # values of one facet, the most frequent first


class RechercheForm(FacettesForm):
    facettes = tuple(FACETTES)
    tris = {
        "pertinence": gettext_lazy("les plus pertinents"),
        "recent": gettext_lazy("les plus récents"),
    }

    def __init__(self, data, *, user):
        super().__init__(data)
        self.user, self.membre = user, Membre.de(user)
        self.visibles = Contribution.objects.visibles_par(user).publiees()
        self._trouvees, self._lues = {}, {}
        for nom, facette in FACETTES.items():
            if self.membre or nom not in POUR_LES_MEMBRES:
                self.fields[nom] = forms.MultipleChoiceField(label=facette.libelle, required=False)

    @classmethod
    def de(cls, q, choisis, *, user):
        """The same search as its address would ask, whose parts are known."""
        data = QueryDict(mutable=True)
        data["q"] = q
        for nom, valeurs in choisis.items():
            data.setlist(nom, valeurs)
        return cls(data, user=user)

    @cached_property
    def choisis(self):
        """{facet: values} as asked for; one that means nothing finds nothing."""
        demandes = {nom: self.data.getlist(nom) for nom in self.fields}
        return {
            nom: [v for v in dict.fromkeys(valeurs) if v and len(v) <= VALEUR_MAX][:VALEURS_MAX]
            for nom, valeurs in demandes.items()
        }

    @property
    def trouvees(self):
        """The rows that answer, in the order asked for; the best ones if there are too many."""
        return self._trouver(self.choisis)[:RESULTATS_MAX]

    @property
    def il_en_reste(self):
        return len(self._trouver(self.choisis)) > RESULTATS_MAX

    @cached_property
    def lectures(self):
        """How the words are read: as they are typed, if that finds anything that this reader may read."""
        telle_quelle = Lecture(self.requete)
        if not self.cherche or self._pks(telle_quelle, self.choisis):
            return [telle_quelle]
        return lectures(self.requete, self.visibles) or [telle_quelle]

    @property
    def est_partielle(self):
        """Whether no answer holds all the words."""
        return bool(self.lecture.manquants)

    @property
    def lecture(self):
        """The first one: all the words are spelt alike in each."""
        return self.lectures[0]

    def _trouver(self, choisis):
        """One row more than is shown, so as to know that there are others. Once for each set of choices."""
        clef = clef_des_choix(choisis)
        if clef not in self._trouvees:
            self._trouvees[clef] = self._lire(choisis)
        return self._trouvees[clef]

    def _lire(self, choisis):
        if not self.cherche:
            return lignes(filtrer(self.visibles, choisis).recentes_d_abord()[: RESULTATS_MAX + 1])
        manquants = {}  # {id: the words that it lacks}
        for lecture in self.lectures:
            for pk in self._pks(lecture, choisis):
                manquants.setdefault(pk, lecture.manquants)
        # Read again by the door: an index may be late.
        lues = {ligne["pk"]: ligne for ligne in lignes(self.visibles.filter(pk__in=manquants))}
        rangees = [lues[pk] | {"manquants": dits} for pk, dits in manquants.items() if pk in lues]
        if self.tri == "recent":
            rangees.sort(key=lambda ligne: (ligne["publie_le"], ligne["pk"]), reverse=True)
        return rangees[: RESULTATS_MAX + 1]

    def _pks(self, lecture, choisis):
        clef = lecture, clef_des_choix(choisis)
        if clef not in self._lues:
            contributions = filtrer(self.visibles, choisis).only("type")
            self._lues[clef] = [trouvee.pk for trouvee in lecture.trouver(contributions, RESULTATS_MAX + 1)]
        return self._lues[clef]

    def valeurs(self, nom):
        """{value: (name, how many the choices made in the other facets leave)}, the most frequent first."""
        autres = {autre: v for autre, v in self.choisis.items() if autre != nom}
        nombres, noms = Counter(), {}
        for ligne in self._trouver(autres)[:RESULTATS_MAX]:
            for valeur, libelle in FACETTES[nom].lire(ligne):
                nombres[valeur] += 1
                noms[valeur] = libelle
        frequentes = nombres.most_common()
        if nom == "annee":
            frequentes.sort(reverse=True)
        comptees = {valeur: (noms[valeur], nombre) for valeur, nombre in frequentes}
        return comptees | {
            choisie: (nommer(nom, choisie, self.user), 0)
            for choisie in self.choisis[nom]
            if choisie not in comptees
        }

    @cached_property
    def _valeurs(self):
        return {nom: self.valeurs(nom) for nom in self.fields}

    def _grouper(self, choisis):
        """The type has its tabs; a facet of one value, which everything found holds, narrows nothing."""
        for nom, valeurs in self._valeurs.items():
            montrees = list(valeurs.items())[:MONTREES] if not choisis[nom] else valeurs.items()
            if nom != "type" and (len(valeurs) > 1 or choisis[nom]):
                yield {
                    "nom": nom,
                    "libelle": FACETTES[nom].libelle,
                    "choisis": choisis[nom],
                    "valeurs": [
                        {
                            "valeur": valeur,
                            "libelle": libelle,
                            "nombre": nombre,
                            "choisie": valeur in choisis[nom],
                        }
                        for valeur, (libelle, nombre) in montrees
                    ],
                }

    @cached_property
    def onglets(self):
        """[{libelle, nombre, url, courant}]: everything, then each type that was found."""
        types = self._valeurs["type"]
        choisis = self.choisis["type"]
        total = len(self._trouver(self.choisis | {"type": []}))
        tout = f"{RESULTATS_MAX}+" if total > RESULTATS_MAX else total
        onglets = [{"libelle": _("Tout"), "nombre": tout, "url": self._avec(type=[]), "courant": not choisis}]
        rangs = {type_: rang for rang, type_ in enumerate(Contribution.types())}
        for type_ in sorted(types, key=lambda type_: rangs.get(type_, len(rangs))):
            libelle, nombre = types[type_]
            onglets.append(
                {
                    "libelle": libelle,
                    "nombre": nombre,
                    "url": self._avec(type=[type_]),
                    "courant": choisis == [type_],
                }
            )
        return onglets

    def actifs(self):
        return [
            {"libelle": self._valeurs[nom][valeur][0], "sans": self._adresse_sans(nom, valeur)}
            for nom, valeurs in self.choisis.items()
            for valeur in valeurs
        ]

    def page(self, numero):
        return self._avec(page=[str(numero)])

    @property
    def adresse(self):
        """Its query string as it is read, and nothing else that the address held."""
        data = QueryDict(mutable=True)
        if self.q_lue:
            data["q"] = self.q_lue
        for nom, valeurs in self.choisis.items():
            if valeurs:
                data.setlist(nom, valeurs)
        return data.urlencode()

    @property
    def libelle(self):
        """What is looked for, in words."""
        noms = [self._valeurs[nom][valeur][0] for nom, valeurs in self.choisis.items() for valeur in valeurs]
        dits = [f"« {self.q} »"] if self.q else []
        return ", ".join([*dits, *map(str, noms)])
