from functools import cached_property

from django import forms
from django.db.models import Count, Q
from django.utils.translation import gettext_lazy as _

from plateforme.socle.fichiers import TYPES
from plateforme.socle.texte import entier, sans_accents
from reseau.facettes import VALEURS_MAX
from reseau.forms.listes import ListeForm
from reseau.models import Collectivite, Contribution, Domaine

from ..models import Ressource
from ..models.ressources import LIEN
from .dossiers import Dossiers, avec_ce_qu_ils_tiennent
from .ressources import nom_du_format

# The facets, each with the column that is counted.
COLONNES = {
    "thematique": "thematique__code",
    "nature": "nature",
    "domaine": "domaines__code",
    "collectivite": "collectivite__slug",
    "annee": "ouvert_le__year",
    "format": "format",
}


class PublicsForm(Dossiers, ListeForm):
    """The query string of the public page, over the documents that everybody may read: nothing is kept from
    one request to the next, so that what becomes private is counted no more."""

    invite = _("Chercher un document")
    trouves_max = 1000

    thematique = forms.MultipleChoiceField(label=_("Dossier"), required=False)
    nature = forms.MultipleChoiceField(label=_("Nature"), required=False)
    domaine = forms.MultipleChoiceField(label=_("Domaine"), required=False)
    collectivite = forms.MultipleChoiceField(label=_("Collectivité"), required=False)
    annee = forms.MultipleChoiceField(label=_("Année"), required=False)
    format = forms.MultipleChoiceField(label=_("Format"), required=False)

    # The folders last: the page has them as a way down already.
    facettes = ("nature", "domaine", "collectivite", "annee", "format", "thematique")

    def __init__(self, data, *, documents, limites=(), corriger=True):
        """`limites`: the folders (ids) to which the page keeps."""
        super().__init__(data)
        self.documents, self.limites, self.corriger = documents, limites, corriger
        for facette, nombres in self.comptes.items():
            # What is asked for and holds nothing today is asked for all the same: its feed is then empty.
            valeurs = {*nombres, *self.data.getlist(facette)[:VALEURS_MAX]}
            noms = self._noms(facette, valeurs)
            self.fields[facette].choices = [(v, nom) for v, nom in noms.items() if v in valeurs]

    # What was asked

    @property
    def tris(self):
        ordres = {"recent": _("les plus récents"), "titre": _("par titre")}
        return {"pertinence": _("les plus pertinents"), **ordres} if self.cherche else ordres

    # What answers it

    @property
    def fonds(self):
        return self.documents

    def ordonnes(self):
        """Ids of the answers in the order that no column gives; None where the date of publication does."""
        if self.tri == "titre":
            titres = self.reponses().order_by("pk").values_list("titre", "pk")
            return [pk for _titre, pk in sorted(titres, key=lambda ligne: (sans_accents(ligne[0]), ligne[1]))]
        return self.classes if self.tri == "pertinence" else None

    def lignes(self, choisis):
        conditions = Q()
        for nom in ("nature", "format", "annee"):
            if choisis.get(nom):
                conditions &= Q(**{f"{COLONNES[nom]}__in": choisis[nom]})
        if codes := choisis.get("thematique"):
            conditions &= Q(thematique__in=self.dans(codes))
        if choisis.get("collectivite"):
            auteurs = Collectivite.objects.filter(slug__in=choisis["collectivite"])
            conditions &= Q(collectivite__in=auteurs.values("pk"))
        if choisis.get("domaine"):
            liens = Contribution.domaines.through.objects.filter(domaine__code__in=choisis["domaine"])
            conditions &= Q(pk__in=liens.values("contribution"))
        return self.documents.filter(conditions)

    # How many

    @cached_property
    def comptes(self):
        return {facette: self._compter(self.documents, facette) for facette in self.facettes}

    @cached_property
    def _restants(self):
        """{facet: {value: how many, with what is chosen in the others}}"""
        if self.est_vide:
            return self.comptes
        restants = {}
        for facette in self.facettes:
            autres = {nom: valeurs for nom, valeurs in self.choisis.items() if nom != facette}
            restants[facette] = self._compter(self.reponses(autres), facette)
        return restants

    def _nombres(self, facette):
        return self._restants[facette]

    def _compter(self, documents, facette):
        lignes = documents.order_by().values_list(COLONNES[facette]).annotate(Count("pk"))
        nombres = {str(valeur): nombre for valeur, nombre in lignes if valeur not in (None, "")}
        return avec_ce_qu_ils_tiennent(self.dossiers, nombres) if facette == "thematique" else nombres

    def _noms(self, facette, valeurs):
        """{value: label}, in the order in which they are offered."""
        match facette:
            case "thematique":
                return {dossier.code: str(dossier) for dossier in self.dossiers}
            case "nature":
                return dict(Ressource.Nature.choices)
            case "domaine":
                return dict(Domaine.objects.filter(code__in=valeurs).values_list("code", "libelle"))
            case "collectivite":
                return dict(Collectivite.objects.filter(slug__in=valeurs).values_list("slug", "nom"))
            case "annee":
                return {v: v for v in sorted(valeurs, reverse=True) if entier(v, 4) is not None}
        return {v: nom_du_format(v) for v in sorted(valeurs) if v in TYPES or v == LIEN}

    def _grouper(self, choisis):
        """Without what would leave nothing, nor a facet of which there is nothing to choose."""
        for groupe in super()._grouper(choisis):
            valeurs = [v for v in groupe["valeurs"] if v["nombre"] or v["choisie"]]
            if len(valeurs) > 1 or groupe["choisis"]:
                yield groupe | {"valeurs": valeurs}

    @property
    def total(self):
        """How many documents answer: each has one nature."""
        nombres, choisies = self._restants["nature"], self.choisis["nature"]
        return sum(nombre for valeur, nombre in nombres.items() if not choisies or valeur in choisies)

    # The folders

    @property
    def nombres_par_dossier(self):
        return self.comptes["thematique"]

    def _dessous(self):
        if self.dossier or not self.limites:
            return super()._dessous()
        if len(self.limites) > 1:
            return [d for d in self.dossiers if d.pk in self.limites]
        return [d for d in self.dossiers if d.parent_id in self.limites]
