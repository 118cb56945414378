from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.fichiers import FichiersField, taille_lisible, taille_max
from plateforme.socle.formulaires import Jour
from reseau.forms.contributions import ContributionForm
from reseau.forms.listes import FiltreForm, compter
from reseau.models import Contribution

from ..models import Ressource, Thematique
from ..models.ressources import LIEN
from .dossiers import Dossiers, avec_ce_qu_ils_tiennent
from .doublons import DoublonsMixin

PUBLIQUE = Contribution.Visibilite.PUBLIQUE
TRIS_DE_RECHERCHE = {"pertinence": _("les plus pertinents"), "recent": _("les plus récents")}
JOURS = ("date_du_document", "a_jour_au", "relire_le")


class AdresseDuDocument(forms.URLField):
    """The name of a site alone is enough."""

    default_validators = [URLValidator(["http", "https"])]
    default_error_messages = {"invalid": _("Une adresse qui commence par http:// ou https://.")}

    def __init__(self, **kwargs):
        super().__init__(assume_scheme="https", max_length=500, **kwargs)


class UnFichierField(FichiersField):
    """One file; its cleaned value is a FicheFichier, or None."""

    widget = type("ChoixDUnFichier", (FichiersField.widget,), {"allow_multiple_selected": False})

    def __init__(self, **kwargs):
        super().__init__(max_fichiers=1, **kwargs)

    def clean(self, data, initial=None):
        fiches = super().clean(data, initial)
        return fiches[0] if fiches else None


class DossierField(forms.ModelChoiceField):
    """The tree, each folder before what it holds."""

    def __init__(self, **kwargs):
        kwargs.setdefault("label", _("Dossier"))
        kwargs.setdefault("empty_label", _("À classer plus tard"))
        super().__init__(Thematique.objects.actives(), required=False, to_field_name="code", **kwargs)

    def prepare_value(self, value):
        """A form of a document that is in one gives its id: an option has its code."""
        if isinstance(value, int):
            value = self.queryset.filter(pk=value).first()
        return super().prepare_value(value)

    def ranger(self, choisie=None):
        """Offer the active ones, and the one that it is in already."""
        self.queryset = Thematique.objects.filter(Q(archive_le=None) | Q(pk=choisie))
        ranges = self.queryset.dans_l_ordre()
        self.choices = [("", self.empty_label), *((t.code, str(t)) for t in ranges)]


def controler_la_relecture(form, donnees):
    """The day of reading again comes after the one until which it was checked; a fiche juridique has one."""
    a_jour_au, relire_le = donnees.get("a_jour_au"), donnees.get("relire_le")
    if a_jour_au and a_jour_au > timezone.localdate():
        form.add_error("a_jour_au", _("Ce jour n’est pas encore venu."))
    elif relire_le and a_jour_au and relire_le <= a_jour_au:
        form.add_error("relire_le", _("La relecture vient après le jour où il était à jour."))


class RessourceForm(DoublonsMixin, ContributionForm):
    fichier = UnFichierField(label=_("Le fichier"), required=False)
    lien = AdresseDuDocument(label=_("Ou son lien, s’il est ailleurs"), required=False)
    thematique = DossierField()

    hors_du_pli = ContributionForm.hors_du_pli | {
        "corps",
        "nature",
        "thematique",
        "fichier",
        "lien",
        "doublon",
    }

    class Meta(ContributionForm.Meta):
        model = Ressource
        fields = [
            "titre",
            "reseau",
            "collectivite",
            "nature",
            "thematique",
            "corps",
            "visibilite",
            "statut",
            "a_jour_au",
            "relire_le",
            "date_du_document",
            "service_auteur",
            "source",
            "references_juridiques",
            "licence",
            "domaines",
            "etiquettes",
        ]
        widgets = {
            **ContributionForm.Meta.widgets,
            "statut": forms.RadioSelect,
            "references_juridiques": forms.Textarea(attrs={"rows": 2}),
            **dict.fromkeys(JOURS, Jour),
        }
        labels = {
            **ContributionForm.Meta.labels,
            "titre": _("Titre du document"),
            "corps": _("Résumé"),
            "nature": _("Ce que c’est"),
            "a_jour_au": _("À jour au"),
            "relire_le": _("À relire le"),
        }
        help_texts = {
            "reseau": "",
            "statut": _("Un document préparatoire ne devient pas public."),
            "a_jour_au": _("Le jour où quelqu’un l’a vérifié."),
            "relire_le": _(
                "Ce jour-là, vous en êtes prévenu·e\u202f; une fiche juridique se relit chaque année."
            ),
            "service_auteur": _("«\u202fDirection des services techniques\u202f», par exemple."),
            "source": _("D’où il vient, s’il n’est pas de vous."),
            "references_juridiques": _("Articles, décrets, numéros\u202f: on le retrouve par eux."),
        }
        error_messages = {
            **ContributionForm.Meta.error_messages,
            "titre": {"required": _("Donnez-lui un titre.")},
            "nature": {"required": _("Dites ce que c’est.")},
        }

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["thematique"].ranger(self.instance.thematique_id)
        self.fields["pieces"].label = _("Annexes")
        self.fields["corps"].help_text = _("Ce qu’on y trouve, pour qui hésite à l’ouvrir.")
        self.fields["fichier"].help_text = _("%(taille)s au plus.") % {"taille": taille_lisible(taille_max())}
        # One of the two is wanted.
        self.fields["fichier"].sans_mention = self.fields["lien"].sans_mention = True
        self.fields["nature"].choices = [("", _("Choisissez")), *Ressource.Nature.choices]
        if self.instance.numero:
            # It has a page of its own to be replaced on, where one says why.
            del self.fields["fichier"], self.fields["lien"]
        if self.instance.est_publiee and not self.instance.remplacable_par(self.membre.utilisateur):
            # Everybody would read what nobody who answers for it has looked at.
            self.fields.pop("pieces")
        if not self.instance.est_publique or self.instance.est_brouillon:
            champ = self.fields["visibilite"]
            champ.choices = [choix for choix in Contribution.Visibilite.choices if choix[0] != PUBLIQUE]
            champ.error_messages["invalid_choice"] = _("Il n’est pas public : dites qui peut le lire.")
            champ.help_text = _("Une fois publié, un référent ou qui anime le réseau peut le rendre public.")
            if self.initial.get("visibilite") == PUBLIQUE:
                self.initial["visibilite"] = Contribution.Visibilite.MEMBRES

    def clean(self):
        donnees = super().clean()
        fiche, lien = donnees.get("fichier"), donnees.get("lien")
        if fiche and lien:
            self.add_error("lien", _("Un fichier ou un lien, pas les deux."))
        elif self._publie and self._sans_document(fiche, lien):
            self.add_error("fichier", _("Choisissez le fichier, ou donnez son lien."))
        if fiche:
            self.refuser_le_doublon("fichier", fiche)
        public = donnees.get("visibilite") == PUBLIQUE
        if public and donnees.get("statut") == Ressource.Statut.PREPARATOIRE:
            self.add_error("statut", _("Il est public : il n’est plus préparatoire."))
        if public and "licence" in self.changed_data and not donnees.get("licence"):
            self.add_error("licence", _("Il est public\u202f: dites ce que chacun peut en faire."))
        controler_la_relecture(self, donnees)
        if not donnees.get("relire_le") and "relire_le" not in self.errors:
            donnees["relire_le"] = Ressource.relecture_par_defaut(
                donnees.get("nature"), donnees.get("a_jour_au")
            )
        return donnees

    @property
    def _publie(self):
        """Whether it goes out now: a draft may wait for its file."""
        return "brouillon" not in self.data if self.instance.pk is None else "publier" in self.data

    def _sans_document(self, fiche, lien):
        return not self.instance.numero and not (fiche or lien or {"fichier", "lien"} & set(self.errors))

    def _joindre(self, contribution):
        super()._joindre(contribution)
        fiche, lien = self.cleaned_data.get("fichier"), self.cleaned_data.get("lien", "")
        if not contribution.numero and (fiche or lien):
            try:
                contribution.remplacer(par=self.membre, fiche=fiche, lien=lien)
            except ValidationError as refus:
                raise ValidationError({"fichier": refus.messages}) from refus


class RessourceFiltreForm(Dossiers, FiltreForm):
    invite = _("Chercher dans les documents")

    thematique = forms.MultipleChoiceField(label=_("Dossier"), required=False)
    nature = forms.MultipleChoiceField(label=_("Nature"), required=False)
    format = forms.MultipleChoiceField(label=_("Format"), required=False)
    statut = forms.MultipleChoiceField(label=_("Statut"), required=False)

    facettes = ("thematique", "nature", "domaine", "format", "collectivite", "reseau", "statut", "moi")
    propres = ("thematique", "nature", "format", "statut")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["thematique"].choices = [(t.code, str(t)) for t in self.dossiers]

    def _grouper(self, choisis):
        """Of the folders, those that hold something or are chosen: a whole tree is no list of choices."""
        for groupe in super()._grouper(choisis):
            if groupe["nom"] == "thematique":
                groupe["valeurs"] = [v for v in groupe["valeurs"] if v["choisie"] or v["nombre"]]
            if groupe["valeurs"]:
                yield groupe

    def filtrees(self, contributions, choisis):
        contributions = super().filtrees(contributions, choisis)
        conditions = Q()
        for nom in self.propres[1:]:
            if choisis.get(nom):
                conditions &= Q(**{f"{nom}__in": choisis[nom]})
        if choisis.get("thematique"):
            conditions &= Q(thematique__in=self.dans(choisis["thematique"]))
        if not conditions:
            return contributions
        return contributions.filter(pk__in=Ressource.objects.filter(conditions).values("pk"))

    @property
    def tris(self):
        return TRIS_DE_RECHERCHE if self.cherche else FiltreForm.tris

    def _nombres(self, facette):
        """What the words and the other choices leave: none is chosen of what it is not counted for."""
        autres = {nom: valeurs for nom, valeurs in self.choisis.items() if nom != facette and valeurs}
        if not self.cherche and (facette not in self.propres or not autres):
            return super()._nombres(facette)
        if facette not in self.comptes:
            return None
        restent = self.reponses(autres)
        if facette not in self.propres:
            return compter(restent, facette)
        return {valeur: n for valeur, (_mot, n) in compter_les_documents(restent, [facette])[facette].items()}

    @property
    def nombres_par_dossier(self):
        return {code: nombre for code, (_libelle, nombre) in self.comptes["thematique"].items()}


def nom_du_format(format_):
    return str(_("lien")) if format_ == LIEN else format_.upper()


def compter_les_documents(visibles, facettes=RessourceFiltreForm.propres):
    """{facet: {value: (label, how many)}} of what is a document's own; a folder holds what its folders do."""
    ressources = Ressource.objects.filter(pk__in=visibles.values("pk")).order_by()
    mots = {
        "nature": dict(Ressource.Nature.choices).get,
        "statut": dict(Ressource.Statut.choices).get,
        "format": nom_du_format,
    }
    comptes = {}
    for nom, en_mots in mots.items():
        if nom not in facettes:
            continue
        lignes = ressources.exclude(**{nom: ""}).values_list(nom).annotate(Count("pk"))
        comptes[nom] = {valeur: (str(en_mots(valeur)), nombre) for valeur, nombre in lignes}
    if "thematique" not in facettes:
        return comptes
    dossiers = Thematique.objects.dans_l_ordre()
    ranges = ressources.filter(thematique__isnull=False).values_list("thematique__code").annotate(Count("pk"))
    nombres = avec_ce_qu_ils_tiennent(dossiers, dict(ranges))
    comptes["thematique"] = {d.code: (str(d), nombres[d.code]) for d in dossiers if d.code in nombres}
    return comptes
