from plateforme.socle.formulaires import Formulaire
from plateforme.socle.texte import nettoyer


class FormulairePropre(Formulaire):
    """Mixin: what is typed is cleaned before it is stored, and a field of invisible characters is empty."""

    def clean(self):
        donnees = super().clean()
        donnees = self.cleaned_data if donnees is None else donnees
        for nom, valeur in donnees.items():
            if isinstance(valeur, str):
                donnees[nom] = nettoyer(valeur)
        for nom in [nom for nom, valeur in donnees.items() if valeur == "" and self.fields[nom].required]:
            self.add_error(nom, self.fields[nom].error_messages["required"])
        return donnees
