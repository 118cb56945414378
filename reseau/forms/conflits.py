"""Two who edit the same contribution: the second sees both versions, keeps what she typed, and chooses."""

from dataclasses import dataclass, field
from datetime import datetime

from django import forms

from plateforme.socle.formulaires import Relue
from plateforme.socle.jours import en_jour
from plateforme.socle.texte import nettoyer

ENREGISTREE, MIENNE = "enregistree", "mienne"
# What is no field of the contribution, or says nothing once typed.
SANS_VERSION = {"lue", "jeton", "pieces", "pieces_a_retirer"}


@dataclass
class Difference:
    nom: str
    libelle: str
    enregistree: str
    mienne: str

    @property
    def choix(self):
        """The name of what says which of the two she keeps."""
        return f"version-{self.nom}"


@dataclass
class Conflit:
    """What somebody saved while she was writing (`modification`, the last one), and how hers differs."""

    modification: object
    a_choisir: list = field(default_factory=list)
    # Those that she had not touched: the saved version took their place in the form.
    reprises: list = field(default_factory=list)


class DeuxVersions(Relue):
    """Mixin of the form that edits a contribution; its verb refuses with the code « conflit »."""

    conflit = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        choisis = [nom for nom in self.fields if self.data.get(f"version-{nom}") == ENREGISTREE]
        if choisis and self.instance.pk:
            self.data = self.data.copy()
            for nom in choisis:
                self.data.setlist(nom, self.valeurs_de_depart(nom))

    def valeurs_de_depart(self, nom):
        """What the browser would send back of the field as it is on the page, untouched."""
        champ = self.fields[nom]
        return _en_liste(
            champ.widget.format_value(champ.prepare_value(self.get_initial_for_field(champ, nom)))
        )

    def refuser(self, refus):
        lue = self.data.get("lue", "")
        super().refuser(refus)
        erreurs = refus.error_dict.values() if hasattr(refus, "error_dict") else [refus.error_list]
        if "conflit" in {erreur.code for liste in erreurs for erreur in liste}:
            self.conflit = self._comparer(self.relire(), _depuis(self.instance, lue))

    def relire(self):
        """The same form on what is saved now."""
        raise NotImplementedError

    def _comparer(self, saved, modifications):
        avant = {}
        for modification in modifications:
            for changement in modification.changements:
                avant.setdefault(changement["champ"], changement["avant"])
        conflit = Conflit(modifications[-1] if modifications else None)
        for nom, champ in saved.fields.items():
            envoye = champ.widget.value_from_datadict(self.data, self.files, nom)
            a_part = nom in SANS_VERSION or champ.widget.is_hidden
            if a_part or not champ.has_changed(saved.get_initial_for_field(champ, nom), envoye):
                continue
            enregistrees = saved.valeurs_de_depart(nom)
            mienne = _en_clair(champ, _en_liste(envoye))
            difference = Difference(nom, champ.label, _en_clair(champ, enregistrees), mienne)
            if nom in self._meta.fields and avant.get(self._nom_d_historique(nom)) == mienne:
                self.data.setlist(nom, enregistrees)
                conflit.reprises.append(difference)
            else:
                conflit.a_choisir.append(difference)
        return conflit

    def _nom_d_historique(self, nom):
        """`etat_suivi` calls each by the name that its column has."""
        return str(self.instance._meta.get_field(nom).verbose_name)


def _depuis(contribution, lue):
    """What was changed in it after the version that she had read, the oldest first."""
    modifications = contribution.modifications.order_by("pk")
    try:
        return list(modifications.filter(le__gt=datetime.fromisoformat(lue)))
    except (ValueError, TypeError, OverflowError):
        return list(modifications)  # the first version has no date


def _en_liste(valeur):
    if isinstance(valeur, list | tuple):
        return [str(v) for v in valeur]
    return [] if valeur is None else [str(valeur)]


def _en_clair(champ, valeurs):
    """What the field says, as a person reads it."""
    if isinstance(champ, forms.BooleanField) or not hasattr(champ, "choices"):
        texte = nettoyer("\n".join(valeurs))
        jour = champ.to_python(texte) if isinstance(champ, forms.DateField) else None
        return en_jour(jour, "j F Y") if jour else texte
    libelles = {str(valeur): str(libelle) for valeur, libelle in champ.choices}
    return ", ".join(sorted(libelles.get(valeur, valeur) for valeur in valeurs))
