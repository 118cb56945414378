from django import forms
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _

from plateforme.accueil.models import Parametres
from plateforme.socle.courriel import envoyer
from plateforme.socle.formulaires import AdresseField, Formulaire


class ContactForm(Formulaire, forms.Form):
    class Sujet(models.TextChoices):
        QUESTION = "question", _("Une question ou une suggestion")
        ACCESSIBILITE = "accessibilite", _("Accessibilité : un contenu que je ne peux pas lire ou utiliser")
        DONNEES = "donnees", _("Mes données personnelles")
        DOCUMENT = "document", _("Un document administratif")
        SIGNALEMENT = "signalement", _("Signaler un contenu")

    sujet = forms.ChoiceField(label=_("De quoi s’agit-il ?"), choices=Sujet, widget=forms.RadioSelect)
    nom = forms.CharField(
        label=_("Votre nom"), max_length=120, widget=forms.TextInput(attrs={"autocomplete": "name"})
    )
    courriel = AdresseField(
        label=_("Votre adresse électronique"),
        help_text=_("Pour vous répondre ; elle ne sert à rien d’autre."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    message = forms.CharField(
        label=_("Votre message"),
        max_length=5000,
        widget=forms.Textarea(attrs={"rows": 8}),
        help_text=_("Pour une difficulté d’accès, indiquez l’adresse de la page."),
    )

    @transaction.atomic
    def envoyer(self):
        """One mail to those who run the site, answered straight to the sender; one acknowledgement to her.

        The acknowledgement repeats nothing of the message: anybody may write any address in the form.
        """
        parametres = Parametres.load()
        sujet = self.Sujet(self.cleaned_data["sujet"])
        contexte = {
            **self.cleaned_data,
            "sujet_choisi": sujet.label,
            "est_accessibilite": sujet == self.Sujet.ACCESSIBILITE,
            "nom_du_site": parametres.nom,
        }
        expediteur = self.cleaned_data["courriel"]
        envoyer(
            "accueil/courriels/contact",
            contexte,
            parametres.destinataire,
            en_tetes={"Reply-To": expediteur},
        )
        envoyer("accueil/courriels/accuse-de-reception", contexte, expediteur)
