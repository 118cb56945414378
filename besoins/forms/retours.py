from django import forms
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plateforme.socle.formulaires import Formulaire
from reseau.forms.contributions import ContributionForm
from reseau.forms.listes import FiltreForm
from reseau.models import Adhesion, Collectivite, Contribution, Fonction, Membre

from ..models import NousAussi, Position, Projet, RetourExperience
from ..models.bases_legales import TypeMutualisation
from .montants import MontantField

RECITS = ("contexte", "gains", "ecueils", "conditions_de_succes")
D_AILLEURS = ("collectivite_externe", "source", "source_url", "contact_externe")


class AdresseDeSource(forms.URLField):
    """The name of a site alone is enough."""

    def __init__(self, **kwargs):
        super().__init__(assume_scheme="https", **kwargs)


class RetourForm(ContributionForm):
    hors_du_pli = ContributionForm.hors_du_pli | {
        "corps",
        "gains",
        "ecueils",
        "a_refaire",
        "aussi",
        *D_AILLEURS,
    }

    class Meta(ContributionForm.Meta):
        model = RetourExperience
        fields = [
            "titre",
            "reseau",
            "collectivite",
            "corps",
            "gains",
            "ecueils",
            "a_refaire",
            "aussi",
            "collectivite_externe",
            "source",
            "source_url",
            "contact_externe",
            "visibilite",
            "contexte",
            "cout",
            "cout_couvre",
            "duree",
            "depuis",
            "fait_en",
            "conditions_de_succes",
            "interlocuteur",
            "domaines",
            "etiquettes",
        ]
        localized_fields = ["cout"]
        field_classes = {"cout": MontantField, "source_url": AdresseDeSource}
        error_messages = {
            **ContributionForm.Meta.error_messages,
            "source_url": {"invalid": _("Une adresse qui commence par http:// ou https://.")},
        }
        widgets = {
            **ContributionForm.Meta.widgets,
            "a_refaire": forms.RadioSelect,
            "aussi": forms.CheckboxSelectMultiple,
            "cout": forms.TextInput(attrs={"inputmode": "decimal"}),
            **{champ: forms.Textarea(attrs={"rows": 3}) for champ in RECITS},
        }
        labels = {
            **ContributionForm.Meta.labels,
            "titre": _("Ce que vous avez fait, en une phrase"),
            "corps": _("Comment vous vous y êtes pris"),
            "gains": _("Ce que vous y avez gagné"),
            "ecueils": _("Ce qui a coincé"),
            "a_refaire": _("Le referiez-vous\u202f?"),
            "contexte": _("D’où vous partiez"),
            "cout": _("Coût, en euros"),
            "duree": _("Durée, en mois"),
            "depuis": _("Année de début"),
            "fait_en": _("Année"),
            "conditions_de_succes": _("À réunir pour réussir"),
            "collectivite_externe": _("Quelle collectivité"),
            "source": _("D’où vous le tenez"),
        }
        help_texts = {
            "reseau": "",
            "gains": _("De l’argent, du temps, de la tranquillité\u202f: quelques mots suffisent."),
            "ecueils": _("C’est souvent ce qui sert le plus aux suivants."),
            "aussi": _("Elles seront comptées dès la publication, et vous serez la personne à appeler."),
            "contexte": _("La taille de la commune, ce qui n’allait pas."),
            "cout_couvre": _("«\u202fAchat et formation, hors carburant\u202f», par exemple."),
            "conditions_de_succes": _("Sans quoi, mieux vaut ne pas commencer."),
            "interlocuteur": _("Seuls les membres voient qui appeler, et son numéro s’il le permet."),
            "source": _("«\u202fnote de synthèse\u202f», «\u202frapport de la chambre des comptes\u202f»…"),
            "contact_externe": _("Vu des membres seulement."),
        }

    def __init__(self, *args, projet=None, **kwargs):
        """`projet`: the one of which a new retour tells."""
        super().__init__(*args, **kwargs)
        champ = self.fields["interlocuteur"]
        champ.queryset = self._interlocuteurs()
        champ.empty_label = _("Personne en particulier")
        if self.instance.pk is None:
            self.initial.setdefault("interlocuteur", self.membre.pk)
        self.fields["a_refaire"].choices = RetourExperience.ARefaire.choices
        self._proposer_les_siennes(projet or self.instance.issue_de)

    def _proposer_les_siennes(self, projet):
        """Until it is published: those for which she speaks, engaged in this project."""
        siennes = Collectivite.objects.none()
        if projet and self.instance.est_brouillon:
            engagees = Position.objects.filter(contribution=projet.pk, niveau__in=Position.ENGAGEES)
            siennes = Collectivite.objects.filter(pk__in=self.membre.droits.collectivites).filter(
                pk__in=engagees.values("collectivite")
            )
        if siennes:
            self.fields["aussi"].queryset = siennes
        else:
            del self.fields["aussi"]

    def _interlocuteurs(self):
        """Who is in one of her networks or works where she does, herself, and who was chosen already."""
        voisins = Adhesion.objects.actives().filter(reseau__in=self.membre.droits.reseaux).values("membre")
        collegues = Fonction.objects.en_cours().filter(collectivite__in=self.membre.droits.collectivites)
        proches = Q(pk__in=voisins) | Q(pk__in=collegues.values("membre"))
        return Membre.objects.filter(
            proches | Q(pk__in={self.membre.pk, self.instance.interlocuteur_id} - {None})
        )

    def clean(self):
        donnees = super().clean()
        if donnees.get("collectivite_externe"):
            donnees["interlocuteur"] = None  # whom to call is over there
            if not donnees.get("source") and "source" not in self.errors:
                self.add_error("source", _("Dites d’où vous tenez cet exemple."))
        elif "collectivite_externe" not in self.errors:
            self._vider_l_ailleurs(donnees)
        if donnees.get("cout_couvre") and donnees.get("cout") is None and "cout" not in self.errors:
            self.add_error("cout", _("Donnez aussi le coût, ou videz ce qu’il comprend."))
        self._controler_les_annees(donnees)
        return donnees

    def _vider_l_ailleurs(self, donnees):
        """A source without the collectivité of which it speaks: nothing that was typed is lost in silence."""
        if any(donnees.get(champ) for champ in D_AILLEURS[1:]):
            refus = _("Dites de quelle collectivité parle cette source, ou videz-la.")
            self.add_error("collectivite_externe", refus)

    def _controler_les_annees(self, donnees):
        depuis, fait_en = donnees.get("depuis"), donnees.get("fait_en")
        if depuis and not fait_en and "fait_en" not in self.errors:
            donnees["fait_en"] = depuis
        elif depuis and fait_en and fait_en < depuis:
            self.add_error("fait_en", _("L’année de fin vient après celle du début."))


class NousAussiForm(Formulaire, forms.ModelForm):
    """One field, and the button that was pressed."""

    fait = forms.TypedChoiceField(
        choices=[("oui", _("Nous l’avons fait aussi")), ("non", _("Retirer"))],
        coerce=lambda valeur: valeur == "oui",
        error_messages={"required": _("Dites si votre commune l’a fait aussi.")},
    )

    class Meta:
        model = NousAussi
        fields = ["mot"]
        labels = {"mot": _("Un mot pour les autres communes")}
        help_texts = {"mot": _("«\u202fDepuis 2023, avec deux agents formés\u202f», par exemple.")}


class RetourFiltreForm(FiltreForm):
    a_refaire = forms.MultipleChoiceField(
        label=_("À refaire"), required=False, choices=RetourExperience.ARefaire.choices
    )
    ou = forms.MultipleChoiceField(
        label=_("Où"), required=False, choices=[("ici", _("chez nous")), ("ailleurs", _("ailleurs"))]
    )
    fait_en = forms.MultipleChoiceField(label=_("Année"), required=False)
    type_mutualisation = forms.MultipleChoiceField(
        label=_("Type de mutualisation du projet"), required=False, choices=TypeMutualisation.choices
    )

    facettes = (
        "domaine",
        "a_refaire",
        "ou",
        "collectivite",
        "reseau",
        "fait_en",
        "type_mutualisation",
        "moi",
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        retours = RetourExperience.objects.filter(pk__in=self.visibles.values("pk"), fait_en__isnull=False)
        annees = retours.order_by("-fait_en").values_list("fait_en", flat=True).distinct()
        self.fields["fait_en"].choices = [(str(annee), str(annee)) for annee in annees]

    def filtrees(self, contributions, choisis):
        contributions = super().filtrees(contributions, choisis)
        propres = self._propres(choisis)
        if not propres:
            return contributions
        return contributions.filter(pk__in=RetourExperience.objects.filter(*propres).values("pk"))

    def _propres(self, choisis):
        """The conditions on what is a retour's own."""
        conditions = [
            Q(**{f"{facette}__in": choisis[facette]})
            for facette in ("a_refaire", "fait_en")
            if choisis.get(facette)
        ]
        if len(choisis.get("ou", ())) == 1:
            ici = Q(collectivite_externe="")
            conditions.append(ici if choisis["ou"] == ["ici"] else ~ici)
        if types := choisis.get("type_mutualisation"):
            projets = Projet.objects.filter(type_mutualisation__in=types)
            conditions.append(Q(issue_de__in=Contribution.objects.filter(pk__in=projets.values("pk"))))
        return conditions
