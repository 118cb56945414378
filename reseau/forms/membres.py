from datetime import timedelta
from typing import NamedTuple

from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Count, QuerySet
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire, Jour, ObjetEntier
from plateforme.socle.texte import extrait, nettoyer, sans_accents

from ..models import (
    Adhesion,
    Collectivite,
    Competence,
    Domaine,
    DomaineDeMembre,
    Fonction,
    Membre,
    Reseau,
)
from .listes import FacettesForm

COMPETENCES_MAX = 20
VALEURS_MAX = 60
ABSENCE_MAX = timedelta(days=365)


class ProfilForm(Formulaire, forms.ModelForm):
    """What the person who answers for her commune corrects."""

    class Meta:
        model = Membre
        fields = ["prenom", "nom", "telephone"]
        widgets = {
            "prenom": forms.TextInput(attrs={"autocomplete": "given-name"}),
            "nom": forms.TextInput(attrs={"autocomplete": "family-name"}),
            "telephone": forms.TextInput(attrs={"type": "tel", "autocomplete": "tel"}),
        }
        help_texts = {"telephone": _("Vu des membres seulement : c’est souvent le plus rapide.")}


class MoiForm(ProfilForm):
    """What a member says of herself, and to whom."""

    competences = forms.CharField(
        label=_("Ce que je sais faire"),
        required=False,
        max_length=COMPETENCES_MAX * 82,
        help_text=_("Séparées par des virgules : conduite de nacelle, taille des arbres, tableur…"),
        widget=forms.TextInput(
            attrs={"data-suggestions": reverse_lazy("reseau:competences_suggestions"), "autocomplete": "off"}
        ),
    )
    domaines = forms.ModelMultipleChoiceField(
        Domaine.objects.actifs(),
        label=_("De quoi je m’occupe"),
        required=False,
        to_field_name="code",
        help_text=_("On sait ainsi qui un sujet concerne."),
        widget=forms.CheckboxSelectMultiple,
    )

    class Meta(ProfilForm.Meta):
        fields = [*ProfilForm.Meta.fields, "telephone_pour", "courriel_pour", "competences", "domaines"]
        widgets = {
            **ProfilForm.Meta.widgets,
            "telephone_pour": forms.RadioSelect,
            "courriel_pour": forms.RadioSelect,
        }
        help_texts = {"telephone": _("Jamais vu des visiteurs. C’est souvent le plus rapide.")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        noms = self.instance.competences.values_list("nom", flat=True)
        self.initial["competences"] = ", ".join(noms)
        self.anciens = set(self.instance.domaines.exclude(archive_le=None))

    def clean_competences(self):
        noms = {}
        for mot in self.cleaned_data["competences"].replace("\n", ",").replace(";", ",").split(","):
            nom = " ".join(nettoyer(mot).split())
            if sans_accents(nom):
                noms.setdefault(sans_accents(nom), nom)
        longueur_max = Competence._meta.get_field("nom").max_length
        for nom in noms.values():
            if len(nom) > longueur_max:
                raise ValidationError(
                    _("« %(nom)s » est trop long : %(max)s caractères au plus par compétence.")
                    % {"nom": extrait(nom, 40), "max": longueur_max}
                )
        if len(noms) > COMPETENCES_MAX:
            raise ValidationError(_("%(max)s compétences au plus.") % {"max": COMPETENCES_MAX})
        return list(noms.values())

    def clean_domaines(self):
        """One that was archived since stays hers: it is not offered, nor taken away."""
        return {*self.cleaned_data["domaines"]} | self.anciens

    @transaction.atomic
    def enregistrer(self):
        membre = self.save(commit=False)
        membre.save()
        membre.domaines.set(self.cleaned_data["domaines"])
        return membre.apprendre(self.cleaned_data["competences"])


class AbsenceForm(Formulaire, forms.ModelForm):
    """From when to when, and who answers meanwhile."""

    class Meta:
        model = Membre
        fields = ["absence_du", "absence_au", "suppleant"]
        labels = {
            "absence_du": _("Premier jour"),
            "absence_au": _("Dernier jour"),
            "suppleant": _("Qui répond en attendant ?"),
        }
        help_texts = {"absence_au": ""}
        widgets = {"absence_du": Jour, "absence_au": Jour}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for nom in ("absence_du", "absence_au"):
            self.fields[nom].required = True
        self.initial["absence_du"] = self.initial["absence_du"] or timezone.localdate()
        proches = Membre.objects.actifs().filter(self.instance.proches()).exclude(pk=self.instance.pk)
        self.fields["suppleant"].queryset = proches
        self.fields["suppleant"].empty_label = _("Personne en particulier")

    def clean_absence_au(self):
        au = self.cleaned_data["absence_au"]
        if au < timezone.localdate():
            raise ValidationError(_("Cette date est passée."))
        if au > timezone.localdate() + ABSENCE_MAX:
            raise ValidationError(_("Choisissez une date dans l’année qui vient."))
        return au

    def clean(self):
        donnees = super().clean()
        du, au = donnees.get("absence_du"), donnees.get("absence_au")
        if du and au and au < du:
            self.add_error("absence_au", _("Le dernier jour ne peut pas précéder le premier."))
        return donnees

    def enregistrer(self):
        donnees = self.cleaned_data
        return self.instance.s_absenter(
            du=donnees["absence_du"], au=donnees["absence_au"], suppleant=donnees["suppleant"]
        )


class FonctionForm(Formulaire, ObjetEntier, forms.ModelForm):
    """What somebody does for a collectivité; an administrator alone names who runs the site."""

    class Meta:
        model = Fonction
        fields = ["collectivite", "role", "intitule"]

    def __init__(self, *args, par, **kwargs):
        super().__init__(*args, **kwargs)
        permises = Collectivite.objects.modifiables_par(par.utilisateur)
        if self.instance.pk:
            del self.fields["collectivite"]
        else:
            self.fields["collectivite"].queryset = permises & Collectivite.objects.actuelles()
        self.fields["role"].choices = Fonction.roles_permis_a(par)


class AnnuaireForm(FacettesForm):
    """The query string of the directory: what one knows of the person one looks for."""

    q = forms.CharField(label=_("Chercher dans l’annuaire"), required=False)
    collectivite = forms.MultipleChoiceField(label=_("Collectivité"), required=False)
    role = forms.MultipleChoiceField(label=_("Fonction"), required=False)
    reseau = forms.MultipleChoiceField(label=_("Réseau"), required=False)
    domaine = forms.MultipleChoiceField(label=_("Domaine"), required=False)
    competence = forms.MultipleChoiceField(label=_("Compétence"), required=False)

    facettes = ("collectivite", "role", "reseau", "domaine", "competence")
    invite = _("Nom, commune, savoir-faire…")

    def __init__(self, data, *, membres, user):
        super().__init__(data)
        self.membres = membres
        self.liens = liens_des_facettes(user)
        self.comptes = {facette: self._offrir(facette) for facette in self.liens}
        for facette, valeurs in self.comptes.items():
            self.fields[facette].choices = [(v, libelle) for v, (libelle, _nombre) in valeurs.items()]
        roles = dict(Fonction.Role.choices)
        self.fields["role"].choices = [(v, roles[v]) for v in roles if v in self.comptes["role"]]

    def _offrir(self, facette):
        """The first values, and those that are asked for even when they are too many to be all offered."""
        comptes = self._compter(facette, self.membres)
        if len(comptes) < VALEURS_MAX:
            return comptes
        return comptes | self._compter(facette, self.membres, self.data.getlist(facette))

    def _compter(self, facette, membres, valeurs=None):
        """{value: (label, how many of these people)}, only for what somebody is or does."""
        lien = self.liens[facette]
        qui = lien.queryset.filter(membre__in=membres.order_by())
        if valeurs is not None:
            qui = qui.filter(**{f"{lien.valeur}__in": valeurs})
        nombres = qui.values_list(lien.valeur, lien.libelle).annotate(nombre=Count("membre", distinct=True))
        lus = nombres.order_by(*lien.tri)[:VALEURS_MAX]
        return {valeur: (libelle, nombre) for valeur, libelle, nombre in lus}

    def trouves(self):
        """The people who answer what was asked."""
        return self._filtres(self.choisis)

    def _filtres(self, choisis):
        membres = self.membres
        for facette, valeurs in choisis.items():
            if valeurs:
                membres = self._restreindre(membres, facette, valeurs)
        return membres.repondant_a(self._mots)

    def _restreindre(self, membres, facette, valeurs):
        lien = self.liens[facette]
        qui = lien.queryset.filter(**{f"{lien.valeur}__in": valeurs})
        return membres.filter(pk__in=qui.order_by().values("membre"))

    @cached_property
    def _mots_tries(self):
        return self.membres.trier_les_mots(self.requete)

    @property
    def _mots(self):
        return self._mots_tries[0]

    @property
    def mots_ignores(self):
        """What was asked for and is not known here."""
        return self._mots_tries[1]

    def _nombres(self, facette):
        if facette not in self.liens:
            return None
        autres = {nom: valeurs for nom, valeurs in self.choisis.items() if nom != facette and valeurs}
        comptes = self.comptes[facette]
        if autres or self._mots:
            comptes = self._compter(facette, self._filtres(autres), list(comptes))
        return {valeur: nombre for valeur, (_libelle, nombre) in comptes.items()}


class Lien(NamedTuple):
    """What a facet of the directory reads: rows that tie a `membre` to a value and its label."""

    queryset: QuerySet
    valeur: str
    libelle: str
    tri: tuple


def liens_des_facettes(user):
    """Networks that she does not know of are not offered."""
    en_poste = Fonction.objects.en_cours()
    adhesions = Adhesion.objects.en_cours().filter(reseau__in=Reseau.objects.visibles_par(user))
    domaines, savoirs = DomaineDeMembre.objects.all(), Membre.competences.through.objects.all()
    return {
        "collectivite": Lien(en_poste, "collectivite__slug", "collectivite__nom", ("collectivite__slug",)),
        "role": Lien(en_poste, "role", "role", ("role",)),
        "reseau": Lien(adhesions, "reseau__slug", "reseau__nom", ("reseau__ordre", "reseau__nom")),
        "domaine": Lien(
            domaines, "domaine__code", "domaine__libelle", ("domaine__ordre", "domaine__libelle")
        ),
        "competence": Lien(savoirs, "competence__cle", "competence__nom", ("-nombre", "competence__cle")),
    }


class AdministrationForm(AnnuaireForm):
    """And the state of the accounts."""

    etat = forms.MultipleChoiceField(
        label=_("État"),
        required=False,
        choices=[
            ("attendus", _("n’ont pas encore ouvert leur compte")),
            ("sans_fonction", _("sans fonction en cours")),
            ("desactives", _("comptes désactivés")),
        ],
    )

    facettes = ("etat", *AnnuaireForm.facettes)

    def _restreindre(self, membres, facette, valeurs):
        if facette != "etat":
            return super()._restreindre(membres, facette, valeurs)
        trouves = membres.none()
        for etat in valeurs:
            trouves |= getattr(membres, etat)()
        return trouves


class NiveauForm(Formulaire, forms.ModelForm):
    """How often a network writes to her: asked when joining, changed at any time."""

    class Meta:
        model = Adhesion
        fields = ["niveau_courriel"]
        widgets = {"niveau_courriel": forms.RadioSelect}
        labels = {"niveau_courriel": _("Recevoir les nouvelles par courriel")}
