"""Every component in several states, on one page: what a designer, or a test, opens first."""

from datetime import date, timedelta

from django import forms
from django.templatetags.static import static
from django.utils import timezone
from django.utils.safestring import mark_safe
from django.views.generic import TemplateView

from plateforme.socle.formulaires import Formulaire, Jour

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
        ("Services techniques", True),
        ("Aménagement", False),
        ("Pôle Est", False),
        (LONG, False),
        ("Eau", False),
    ]
    communes = [{"pk": 1, "nom": "Louverné"}, {"pk": 2, "nom": LONG}]
    return {
        "membre": {"pk": 1},
        "nom": "Camille Marchand",
        "initiales": "CM",
        "reseaux": [{"nom": nom, "nom_court": nom, "url": "#", "actif": actif} for nom, actif in reseaux],
        "collectivites": communes,
        "au_nom_de": communes[0],
        "non_lues": 3,
        "a_faire": 2,
    }


def _lignes():
    return [
        {
            "mot": "Besoin",
            "icone": "lightbulb",
            "teinte": "ocre",
            "titre": "Balayeuse de voirie pour les bourgs, deux jours par mois",
            "url": "#",
            "extrait": "La nôtre est en panne et le devis de réparation dépasse 9 000 €. Nous cherchons à "
            "plusieurs : achat, location ou passage de la commune voisine.",
            "meta": ["Bonchamp-lès-Laval", "Voirie, propreté", "il y a 12 min"],
            "echeance": "avant vendredi",
            "positions": [
                {"classe": "e", "n": 2, "mot": "engagées"},
                {"classe": "i", "n": 5, "mot": "intéressées"},
            ],
            "action": {"mot": "Nous aussi", "url": "#"},
            "neuve": True,
        },
        {
            "mot": "Discussion",
            "icone": "message-square",
            "teinte": "ardoise",
            "titre": "Désherbage des cimetières : qu’avez-vous essayé après le zéro phyto ?",
            "url": "#",
            "meta": ["Argentré", "Espaces verts", "11 réponses"],
        },
        {
            "mot": "Retour d’expérience",
            "icone": "book-open",
            "teinte": "mousse",
            "titre": "Mise en commun intercommunale d’une balayeuse-désherbeuse-arroseuse " + LONG,
            "url": "#",
            "extrait": "−41 % de consommation mesurée sur 12 mois, aucune plainte écrite.",
            "meta": [LONG, "Éclairage public"],
            "etat": "Clos",
        },
    ]


def _messages():
    maintenant = timezone.now()
    return [
        {
            "pk": 1,
            "initiales": "IG",
            "nom": "Inès Garnier",
            "qualite": "Changé",
            "le": maintenant - timedelta(minutes=12),
            "corps": mark_safe(
                "<p>Nous avons une compacte de 2 m³, libre le mardi et le jeudi.</p><p>On peut passer.</p>"
            ),
            "pieces": [
                {
                    "nom": "rue-du-ruisseau.jpg",
                    "taille": "1,2 Mo",
                    "url": "#",
                    "vignette": static("socle/sceau.svg"),
                },
                {"nom": "devis.pdf", "taille": "184 Ko", "url": "#"},
            ],
        },
        {
            "pk": 2,
            "initiales": "PL",
            "nom": "Paul Lemoine",
            "qualite": "Laval Agglomération",
            "le": maintenant - timedelta(hours=5),
            "corps": mark_safe("<p>Je propose d’en faire un projet et de comparer les trois solutions.</p>"),
            "retenu": True,
        },
        {
            "pk": 3,
            "initiales": "MR",
            "nom": "Malo Rivière",
            "qualite": LONG,
            "le": maintenant - timedelta(days=40),
            "retire": "Message retiré par son auteur.",
        },
    ]


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
            lignes=_lignes(),
            messages_du_fil=_messages(),
            refuse=refuse,
            formulaire=Exemple(REFUSE) if refuse else Exemple(),
            composeur=Message(),
            plie=Mot(),
            changements=[
                {"champ": "titre", "avant": "Balayeuse", "apres": "Balayeuse de voirie pour les bourgs"},
                {"champ": "état", "apres": "clos"},
            ],
            aujourd_hui=date.today(),
            long=LONG,
            options=[
                {"valeur": "curieuse", "mot": "Curieuse", "aide": "tenez-nous au courant"},
                {"valeur": "interessee", "mot": "Intéressée", "aide": "nous en avons besoin"},
                {"valeur": "engagee", "mot": "Engagée", "aide": "décision prise"},
                {"valeur": "hors", "mot": "Hors", "aide": "pas concernés"},
            ],
            communes=[
                {"nom": "Changé", "lettre": "E", "classe": "e", "mot": "engagée"},
                {"nom": LONG, "lettre": "I", "classe": "i", "mot": "intéressée", "url": "#"},
                {"nom": "L’Huisserie", "lettre": "C", "classe": "c", "mot": "curieuse"},
                {"nom": "Saint-Berthevin", "lettre": "–", "classe": "h", "mot": "hors"},
                {"nom": "Louverné", "lettre": "?", "classe": "", "mot": "sans réponse"},
            ],
            groupes=[
                {
                    "titre": "Ma commune",
                    "nom": "commune",
                    "ouvert": True,
                    "options": [
                        {"valeur": "non", "mot": "n’a pas répondu", "n": 6, "coche": True},
                        {"valeur": "oui", "mot": "a répondu", "n": 21},
                    ],
                },
                {
                    "titre": "Domaine",
                    "nom": "domaine",
                    "options": [{"valeur": "1", "mot": "Voirie", "n": 14}],
                },
            ],
            onglets=[
                {"mot": "Fil", "url": "#", "actif": True, "n": None},
                {"mot": "Besoins", "url": "#", "n": 27},
                {"mot": "Membres", "url": "#", "n": 64},
                {"mot": "Présentation du réseau", "url": "#", "n": None},
            ],
            colonnes=[
                {"mot": "Commune"},
                {"mot": "Référente ou référent"},
                {"mot": "Habitants", "nombre": True},
            ],
            rangees=[
                [{"mot": "Ahuillé", "url": "#"}, {"mot": "Jeanne Tessier"}, {"mot": "1 868", "nombre": True}],
                [
                    {"mot": LONG},
                    {"mot": "Nom de famille long-composé"},
                    {"mot": "904", "nombre": True},
                ],
            ],
            chiffres=[
                {"valeur": "34", "mot": "communes"},
                {"valeur": "27", "mot": "besoins ouverts"},
                {"valeur": "9 000", "unite": "€", "mot": "économisés en 2026, d’après six bilans"},
            ],
            faits=[
                ("Quantité", "2 jours par mois"),
                ("À partir de", "janvier 2027"),
                ("Domaines", "Voirie, propreté urbaine"),
                ("Secteur", LONG),
            ],
            chemin=[("Services techniques", "#"), ("Besoins", "#")],
            entrees=[
                {"mot": "Modifier", "url": "#", "icone": "pencil"},
                {"mot": "Retirer avec un motif", "nom": "action", "valeur": "retirer", "icone": "trash-2"},
            ],
            **kwargs,
        )
