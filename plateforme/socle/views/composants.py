"""Every component in several states, on one page: what a designer, or a test, opens first."""

from django import forms
from django.views.generic import TemplateView

from plateforme.socle.formulaires import Formulaire, Jour
from plateforme.socle.graphiques import Barres

LONG = "Saint-Germain-le-Fouilloux-sur-Mayenne-lès-Laval"
REFUSE = {"domaine": "voirie", "courriel": "malo.riviere", "communes": ["53007"]}


class Exemple(Formulaire, forms.Form):
    titre = forms.CharField(
        label="Votre besoin en une phrase", help_text="Par exemple : une nacelle deux jours en mars."
    )
    precisions = forms.CharField(label="Précisions", widget=forms.Textarea, required=False)
    domaine = forms.ChoiceField(
        label="Domaine", choices=[("", "Choisir…"), ("voirie", "Voirie, propreté urbaine")]
    )
    avant = forms.DateField(label="Réponse attendue avant le", widget=Jour, required=False)
    quantite = forms.IntegerField(label="Quantité", required=False, min_value=1)
    courriel = forms.EmailField(label="Adresse électronique")
    niveau = forms.ChoiceField(
        label="Courriels de ce réseau",
        choices=[("immediat", "À chaque besoin"), ("jour", "Une fois par jour"), ("aucun", "Aucun")],
        widget=forms.RadioSelect,
        help_text="Vous pourrez changer à tout moment.",
    )
    communes = forms.MultipleChoiceField(
        label="Communes concernées",
        choices=[("53001", "Ahuillé"), ("53007", "Argentré"), ("53229", LONG)],
        widget=forms.CheckboxSelectMultiple,
        required=False,
    )
    photo = forms.FileField(label="Photo", required=False, help_text="JPEG ou PNG, 10 Mo au plus.")
    public = forms.BooleanField(label="Visible de tous, sans compte", required=False)

    def clean(self):
        raise forms.ValidationError("La date et la quantité ne vont pas ensemble.")


class Message(forms.Form):
    pieces = forms.FileField(label="Photos ou fichiers", required=False)
    message = forms.CharField(
        label="Votre message", widget=forms.Textarea(attrs={"placeholder": "Répondre à tous…"})
    )


class Mot(Formulaire, forms.Form):
    mot = forms.CharField(label="Un mot", required=False)


def _entete():
    reseaux = [
        "Services techniques",
        "Aménagement",
        "Pôle Est",
        LONG,
        "Eau",
    ]
    communes = [{"pk": 1, "nom": "Louverné"}, {"pk": 2, "nom": LONG}]
    return {
        "membre": {"pk": 1},
        "nom": "Camille Marchand",
        "initiales": "CM",
        "reseaux": [{"nom": nom, "nom_court": nom, "url": "#"} for nom in reseaux],
        "collectivites": communes,
        "au_nom_de": communes[0],
        "non_lues": 3,
        "a_faire": 2,
    }


class ComposantsView(TemplateView):
    template_name = "socle/developpement/composants.html"

    def get_context_data(self, **kwargs):
        visiteur = "visiteur" in self.request.GET
        refuse = "refuse" in self.request.GET
        return super().get_context_data(
            entete={} if visiteur else _entete(),
            identite={
                "nom": "Mutualisons",
                "sous_titre": "Laval Agglomération",
                "couleur": self.request.GET.get("couleur"),
            },
            refuse=refuse,
            formulaire=Exemple(REFUSE) if refuse else Exemple(),
            composeur=Message(),
            plie=Mot(),
            long=LONG,
            barres=Barres(
                "Besoins par domaine",
                ["en cours", "rapprochés", "avec une suite", "sans suite"],
                [("Voirie, propreté urbaine", [6, 2, 3, 1]), (LONG, [1, 0, 0, 0]), ("Eau", [0, 0, 0, 0])],
            ),
            **kwargs,
        )
