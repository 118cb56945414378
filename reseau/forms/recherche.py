"""The query string of the results page: words, facets, order. What is counted is what was found, and what was
found came by the door."""

from collections import Counter
from functools import cached_property

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from plateforme.socle.recherche import chercher
from plateforme.socle.texte import requete, requete_normale

from ..facettes import FACETTES, POUR_LES_MEMBRES, VALEURS_MAX, filtrer, lignes, nommer
from ..models import Contribution, Membre
from .listes import RESULTATS_MAX, FacettesForm

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
        self._trouvees = {}
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
    def q(self):
        return requete_normale(self.requete)

    @property
    def cherche(self):
        """Whether anything was asked."""
        return requete(self.requete) is not None or any(self.choisis.values())

    @property
    def tri(self):
        return self.data.get("tri") if self.data.get("tri") in self.tris else "pertinence"

    @property
    def trouvees(self):
        """The rows that answer, in the order asked for; the best ones if there are too many."""
        return self._trouver(self.choisis)[:RESULTATS_MAX]

    @property
    def il_en_reste(self):
        return len(self._trouver(self.choisis)) > RESULTATS_MAX

    def _trouver(self, choisis):
        """One row more than is shown, so as to know that there are others. Once for each set of choices."""
        clef = tuple((nom, tuple(valeurs)) for nom, valeurs in choisis.items() if valeurs)
        if clef not in self._trouvees:
            self._trouvees[clef] = self._lire(filtrer(self.visibles, choisis))
        return self._trouvees[clef]

    def _lire(self, contributions):
        recherche = requete(self.requete)
        if recherche is None:
            return lignes(contributions.recentes_d_abord()[: RESULTATS_MAX + 1])
        pks = [trouvee.pk for trouvee in chercher(contributions.only("type"), recherche, RESULTATS_MAX + 1)]
        # Read again by the door: an index may be late.
        lues = {ligne["pk"]: ligne for ligne in lignes(self.visibles.filter(pk__in=pks))}
        rangees = [lues[pk] for pk in pks if pk in lues]
        if self.tri == "recent":
            rangees.sort(key=lambda ligne: (ligne["publie_le"], ligne["pk"]), reverse=True)
        return rangees

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

    def _avec(self, **parametres):
        """The address of this search with these parameters instead of its own."""
        data = self.data.copy()
        data.pop("page", None)
        for nom, valeurs in parametres.items():
            data.setlist(nom, valeurs)
        return f"?{data.urlencode()}"

    def page(self, numero):
        return self._avec(page=[str(numero)])

    @property
    def adresse(self):
        """Its query string, and nothing else that the address held."""
        data = QueryDict(mutable=True)
        if self.q:
            data["q"] = self.q
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
