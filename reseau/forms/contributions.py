from django import forms
from django.core.exceptions import ValidationError
from django.db import transaction
from django.urls import reverse_lazy
from django.utils.text import get_text_list
from django.utils.translation import gettext_lazy as _
from taggit.forms import TagWidget

from plateforme.socle.fichiers import FichiersField, taille_lisible, taille_max
from plateforme.socle.formulaires import Formulaire, Phrase, UneFois
from plateforme.socle.texte import extrait, nettoyer

from ..mentions import nommes, trop_de_nommes
from ..models import Collectivite, Contribution, Domaine, Etiquette, PieceJointe, Reseau
from .conflits import DeuxVersions

ETIQUETTES_MAX = 20


class RetraitForm(Formulaire, forms.Form):
    motif = forms.CharField(
        label=_("Pourquoi ce retrait\u202f?"),
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text=_("Une phrase, pour qui l’avait sous les yeux."),
    )


class RenvoiForm(Formulaire, forms.Form):
    motif = forms.CharField(
        label=_("Pourquoi ne pas la publier ?"),
        max_length=300,
        help_text=_("Une phrase, envoyée à qui l’a écrite."),
    )


class VerrouForm(Formulaire, forms.Form):
    motif = forms.CharField(
        label=_("Pourquoi la verrouiller ?"),
        max_length=300,
        help_text=_("Une phrase, affichée sous la discussion."),
    )


class DeplacementForm(Formulaire, forms.Form):
    vers = forms.ModelChoiceField(
        Reseau.objects.none(),
        label=_("Vers quel réseau ?"),
        empty_label=_("Choisissez"),
        error_messages={"required": _("Choisissez un réseau.")},
    )

    def __init__(self, *args, contribution, membre, **kwargs):
        super().__init__(*args, **kwargs)
        champ = self.fields["vers"]
        champ.queryset = destinations(contribution, membre)
        anime = {*membre.droits.reseaux_animes}
        perdus = [reseau.nom_court for reseau in champ.queryset if reseau.pk not in anime]
        if perdus:
            champ.help_text = _(
                "Vous n’animez pas %(reseaux)s\u202f: vous ne pourrez plus y modérer cette publication."
            ) % {"reseaux": get_text_list(perdus, _("ni"))}

    def deplacer(self, contribution, *, par):
        """The contribution, moved; or None with the reason among the errors."""
        try:
            return contribution.deplacer(self.cleaned_data["vers"], par=par)
        except ValidationError as refus:
            self.add_error(None, refus)
            return None


def destinations(contribution, membre):
    """The other networks where she may publish."""
    return Reseau.objects.filter(pk__in={*membre.droits.reseaux} - {contribution.reseau_id})


class PiecesARetirerField(forms.ModelMultipleChoiceField):
    widget = forms.CheckboxSelectMultiple

    def clean(self, value):
        """Those of the contribution: what is not, or is no more, is left aside."""
        return [piece for piece in self.queryset if str(piece.pk) in (value or ())]


class ContributionForm(DeuxVersions, UneFois, Formulaire, forms.ModelForm):
    """What every type asks: one sentence is enough, the rest is prefilled or optional."""

    domaines = forms.ModelMultipleChoiceField(
        Domaine.objects.actifs(),
        label=_("Domaines"),
        required=False,
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
    )
    pieces = FichiersField(label=_("Photos ou fichiers"), required=False)
    pieces_a_retirer = PiecesARetirerField(
        PieceJointe.objects.none(), label=_("Fichiers déjà joints"), required=False
    )

    class Meta:
        model = Contribution
        fields = ["titre", "corps", "reseau", "collectivite", "visibilite", "domaines", "etiquettes"]
        widgets = {
            # What is already there on the subject comes below the sentence as it is typed.
            "titre": Phrase(
                attrs={
                    "hx-get": reverse_lazy("reseau:proches"),
                    "hx-include": "[name=domaines]",
                    "hx-trigger": "input changed delay:500ms",
                    "hx-target": "#proches",
                    "hx-swap": "innerHTML",
                    "hx-sync": "this:replace",
                }
            ),
            "corps": forms.Textarea(
                attrs={"rows": 5, "data-suggestions": reverse_lazy("reseau:mentions"), "data-apres": "@"}
            ),
            "visibilite": forms.RadioSelect,
            "etiquettes": TagWidget(
                attrs={"data-suggestions": reverse_lazy("reseau:etiquettes_suggestions")}
            ),
        }
        labels = {"corps": _("Précisions"), "collectivite": _("Au nom de")}
        help_texts = {"reseau": ""}
        error_messages = {"titre": {"required": _("Dites-le en une phrase.")}}

    # Those that nobody chose.
    domaines_devines = ()

    hors_du_pli = {"titre", "reseau", "collectivite", "pieces", "pieces_a_retirer"}

    def __init__(self, *args, membre, au_nom_de, **kwargs):
        super().__init__(*args, **kwargs)
        self.membre, self.au_nom_de = membre, au_nom_de
        if self.instance.pk is None and not self.is_bound:
            self.fields["titre"].widget.attrs["autofocus"] = True
        if self.instance.reperes.get("pieces"):
            self.fields["pieces_a_retirer"].queryset = self.instance.pieces.filter(message=None)
        else:
            del self.fields["pieces_a_retirer"]
        self.fields["pieces"].help_text = _(
            "Photos, PDF, documents bureautiques\u202f: %(nombre)s à la fois, %(taille)s chacun au plus."
        ) % {"nombre": self.fields["pieces"].max_fichiers, "taille": taille_lisible(taille_max())}
        self.fields["corps"].help_text = (
            _("@ suivi d’un nom prévient une personne, une commune, les animateurs ou les référents.")
            if self.instance.est_brouillon
            else _("Nommer quelqu’un ici ne le prévient plus : faites-le dans un message.")
        )
        self._choix_du_reseau()
        self._choix_de_la_collectivite(au_nom_de)

    def _choix_du_reseau(self):
        permis = {*self.membre.droits.reseaux}
        if not self.instance.est_brouillon:
            permis.add(self.instance.reseau_id)
        champ = self.fields["reseau"]
        champ.queryset = Reseau.objects.filter(pk__in=permis - {None})
        champ.empty_label = _("Toute la plateforme")
        if self.instance.pk is None and self.membre.droits.reseaux:
            self.initial.setdefault("reseau", self.membre.droits.reseaux[0])
            prefere = Reseau.objects.get(pk=self.initial["reseau"])
            if prefere.acces == Reseau.Acces.INVITATION:
                self.initial.setdefault("visibilite", Contribution.Visibilite.RESEAU)

    def _choix_de_la_collectivite(self, au_nom_de):
        publiee = not self.instance.est_brouillon
        # Whoever corrects another's publication does not take it from his commune.
        sienne = not publiee or self.instance.auteur_id == self.membre.pk
        permises = {*self.membre.droits.collectivites} if sienne else set()
        if publiee:
            permises.add(self.instance.collectivite_id)
        champ = self.fields["collectivite"]
        champ.queryset = Collectivite.objects.filter(pk__in=permises)
        if self.instance.pk is None:
            self.initial.setdefault("collectivite", au_nom_de)
        if len(permises) == 1:
            champ.widget = forms.HiddenInput()
            self.initial["collectivite"] = champ.queryset.get()
        elif self.instance.pk is None or self.instance.collectivite_id in permises:
            champ.empty_label = None

    def clean_etiquettes(self):
        noms = sorted({nettoyer(nom) for nom in self.cleaned_data["etiquettes"]} - {""})
        longueur_max = Etiquette._meta.get_field("name").max_length
        for nom in noms:
            if len(nom) > longueur_max:
                raise ValidationError(
                    _("« %(nom)s » est trop long : %(max)s caractères au plus par étiquette.")
                    % {"nom": extrait(nom, 40), "max": longueur_max}
                )
        if len(noms) > ETIQUETTES_MAX:
            raise ValidationError(_("%(max)s étiquettes au plus.") % {"max": ETIQUETTES_MAX})
        return Etiquette.comme_deja_ecrites(noms)

    def clean(self):
        donnees = super().clean()
        if donnees.get("visibilite") == Contribution.Visibilite.RESEAU and not donnees.get("reseau"):
            self.add_error("reseau", _("Choisissez le réseau dont les membres pourront lire."))
        if donnees.get("visibilite"):
            self._controler_les_lecteurs(donnees["visibilite"], donnees.get("reseau"))
        dit = f"{donnees.get('titre', '')}\n{donnees.get('corps', '')}"
        if not self.instance.publie_le and (refus := trop_de_nommes(nommes(dit, donnees.get("reseau")))):
            self.add_error("corps", refus)
        if self.instance.pk is None and not donnees.get("domaines") and "domaines" not in self.errors:
            dit = f"{donnees.get('titre', '')} {donnees.get('corps', '')}"
            donnees["domaines"] = self.domaines_devines = Domaine.objects.devines(dit)
        return donnees

    def clean_reseau(self):
        """What is published already does not go round a network that reads the first ones."""
        reseau = self.cleaned_data["reseau"]
        change = self.instance.publie_le and reseau and reseau.pk != self.instance.reseau_id
        if change and self.instance.est_a_lire_d_abord(reseau):
            refus = _(
                "« %(reseau)s » lit d’abord la première publication de chacun\u202f: publiez-la à part."
            )
            raise ValidationError(refus % {"reseau": reseau})
        return reseau

    def _controler_les_lecteurs(self, visibilite, reseau):
        """Before the form writes them on the instance, which still says who may read it now."""
        if (
            reseau
            and reseau.acces == Reseau.Acces.INVITATION
            and visibilite != Contribution.Visibilite.RESEAU
        ):
            refus = _(
                "« %(reseau)s » est sur invitation\u202f: ce qui s’y publie n’est lu que de ses membres."
            )
            self.add_error("visibilite", refus % {"reseau": reseau})

    @property
    def deja_lies(self):
        """Ids of what the sentence resembles without any news in it."""
        return self.instance.deja_lies

    @property
    def clef_de_brouillon(self):
        """The name under which the browser keeps what is typed."""
        suite = f"-suite-{self.instance.issue_de_id}" if self.instance.issue_de_id else ""
        return f"{self.Meta.model._meta.model_name}-{self.instance.pk or 'nouveau'}{suite}"

    @property
    def deplie(self):
        """Whether the optional part is shown at once: when editing, or to show what is wrong in it."""
        return self.instance.pk is not None or bool(set(self.errors) - self.hors_du_pli)

    def deposer(self, *, publier):
        """Save a new contribution, published or as a draft; sent twice, it is saved once.

        None, with the reason among the errors, when a file could not be kept.
        """
        ecrites = self.Meta.model.objects.filter(auteur=self.membre)
        try:
            contribution = self.une_fois(lambda: self._deposer(publier), ecrites)
        except ValidationError as refus:
            # The other one was rolled back, and believes that it is saved.
            self.instance = self.Meta.model(issue_de=self.instance.issue_de)
            self.add_error(None, refus)
            return None
        if publier and contribution.est_brouillon:
            contribution.publier(par=self.membre)
        return contribution

    @transaction.atomic
    def _deposer(self, publier):
        self.instance.auteur, self.instance.envoi = self.membre, self.envoi
        Etiquette.tenir(self.cleaned_data["etiquettes"])
        contribution = self.save()
        self._joindre(contribution)
        if publier:
            return contribution.publier(par=self.membre)
        contribution.noter_reperes()
        return contribution

    def modifier(self, avant):
        """Save what was changed, or None like `deposer`."""
        try:
            return self._modifier(avant)
        except ValidationError as refus:
            self.refuser(refus)
            return None

    def repere(self):
        ecrite = Contribution.objects.filter(pk=self.instance.pk).first() if self.instance.pk else None
        return (ecrite or self.instance).repere_de_lecture

    def relire(self):
        ecrite = self.Meta.model.objects.get(pk=self.instance.pk)
        return type(self)(instance=ecrite, membre=self.membre, au_nom_de=self.au_nom_de)

    @transaction.atomic
    def _modifier(self, avant):
        Etiquette.tenir(self.cleaned_data["etiquettes"])
        contribution = self.save(commit=False)
        self.save_m2m()
        for piece in self.cleaned_data.get("pieces_a_retirer", ()):
            piece.supprimer()
        self._joindre(contribution)
        return contribution.modifier(par=self.membre, avant=avant, lue=self.cleaned_data["lue"])

    def _joindre(self, contribution):
        PieceJointe.deposer(self.cleaned_data.get("pieces") or (), contribution=contribution)
