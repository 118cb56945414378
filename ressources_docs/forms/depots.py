import re
from dataclasses import dataclass
from pathlib import PurePosixPath
from uuid import uuid5

from django import forms
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext_lazy as _

from plateforme.socle.fichiers import FichiersField, controler, nom_propre, taille_lisible, taille_max
from plateforme.socle.limites import consommer
from reseau.models import Domaine, Etiquette, PieceJointe

from ..limites import DEPOTS_PAR_MEMBRE
from ..models import Ressource
from .doublons import deja_publie
from .ressources import RessourceForm

FICHIERS_MAX = 20
TOTAL_MAX = 100 * 1024**2  # what the web server lets through in one sending


@dataclass
class Depot:
    """One file that was sent, and what became of it: a document, one that was there already, or a refusal."""

    nom: str
    fiche: object = None
    refus: str = ""
    deja: object = None
    ressource: object = None
    annexe: bool = False

    @classmethod
    def de(cls, fichier):
        try:
            fiche = controler(fichier)
        except ValidationError as refus:
            return cls(nom_propre(fichier.name), refus=" ".join(refus.messages))
        return cls(fiche.nom_origine, fiche)

    @property
    def titre(self):
        """« convention_de_pret-2026.odt » → « Convention de pret 2026 »"""
        mots = re.sub(r"[_\s.-]+", " ", PurePosixPath(self.nom).stem).strip() or self.nom
        return f"{mots[0].upper()}{mots[1:]}"[:200]


class DepotsField(FichiersField):
    """Each file is checked by itself: one that is refused does not take the others with it."""

    def clean(self, data, initial=None):
        fichiers = data if isinstance(data, (list, tuple)) else [data] if data else []
        if not fichiers:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(fichiers) > self.max_fichiers:
            raise ValidationError(
                self.error_messages["max_fichiers"], code="max_fichiers", params={"max": self.max_fichiers}
            )
        return [Depot.de(fichier) for fichier in fichiers]


class DepotForm(RessourceForm):
    """Several files at once: each becomes a document, or they make one together."""

    SEPARES, ENSEMBLE = "separes", "ensemble"

    fichiers = DepotsField(label=_("Les fichiers"), max_fichiers=FICHIERS_MAX)
    ensemble = forms.ChoiceField(
        label=_("Ils forment"),
        choices=[
            (SEPARES, _("un document par fichier, qui prend son nom pour titre")),
            (ENSEMBLE, _("un seul document\u202f: le premier fichier, les autres en annexes")),
        ],
        initial=SEPARES,
        widget=forms.RadioSelect,
    )

    class Meta(RessourceForm.Meta):
        fields = [
            *("titre", "reseau", "collectivite", "nature", "thematique", "corps", "visibilite", "statut"),
            *("a_jour_au", "relire_le", "domaines", "etiquettes"),
        ]
        labels = {**RessourceForm.Meta.labels, "titre": _("Titre, s’ils n’en forment qu’un")}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for nom in ("fichier", "lien", "pieces", "corps"):
            del self.fields[nom]
        titre = self.fields["titre"]
        titre.required, titre.widget = False, forms.TextInput()
        self.fields["doublon"].label = _("Déposer aussi ceux qui sont déjà publiés")
        self.fields["fichiers"].widget.attrs["data-max"] = taille_max()
        self.fields["fichiers"].help_text = _(
            "Glissez-les ou choisissez-les\u202f: %(nombre)s à la fois, %(taille)s chacun, %(total)s en tout."
        ) % {
            "nombre": FICHIERS_MAX,
            "taille": taille_lisible(taille_max()),
            "total": taille_lisible(TOTAL_MAX),
        }

    def _sans_document(self, fiche, lien):
        return False

    def deposer_tout(self, *, publier):
        """What became of each file, in their order."""
        depots = self.cleaned_data["fichiers"]
        if self.cleaned_data["ensemble"] == self.ENSEMBLE:
            retenus = [depot for depot in depots if self._retenir(depot)]
            if retenus:
                self._deposer(retenus[0], retenus[1:], publier)
            return depots
        for depot in depots:
            # One after the other: the same content twice is a double too.
            if self._retenir(depot):
                self._deposer(depot, [], publier)
        return depots

    def _deposer(self, depot, annexes, publier):
        try:
            ressource = self._une_seule_fois(depot, annexes, publier)
        except ValidationError as refus:
            for refuse in (depot, *annexes):
                refuse.refus = " ".join(refus.messages)
            return
        depot.ressource = ressource
        for annexe in annexes:
            annexe.ressource, annexe.annexe = ressource, True

    def _retenir(self, depot):
        """Whether it is to be kept: it passed, is not there already, and she has not sent too many."""
        if depot.refus:
            return False
        if self._deja_envoye(depot) is None:
            if not self.cleaned_data.get("doublon"):
                depot.deja = deja_publie(depot.fiche.empreinte, self.membre)
            if not depot.deja and not consommer((DEPOTS_PAR_MEMBRE, self.membre.pk)):
                depot.refus = _(
                    "Vous avez déposé beaucoup de fichiers depuis une heure. Réessayez plus tard."
                )
        return not depot.deja and not depot.refus

    def _envoi_de(self, depot):
        """The same page sent again, or the same file twice in it, is kept once."""
        jeton = self.cleaned_data.get("jeton")
        return jeton and uuid5(jeton, f"{depot.nom} {depot.fiche.empreinte}")

    def _deja_envoye(self, depot):
        envoi = self._envoi_de(depot)
        return envoi and Ressource.objects.filter(auteur=self.membre, envoi=envoi).first()

    def _une_seule_fois(self, depot, annexes, publier):
        try:
            return self._deja_envoye(depot) or self._ecrire(depot, annexes, publier)
        except IntegrityError:  # the same sending was faster
            deja = self._deja_envoye(depot)
            if deja is None:
                raise
            return deja

    @transaction.atomic
    def _ecrire(self, depot, annexes, publier):
        d = self.cleaned_data
        titre = d.get("titre") if annexes or len(d["fichiers"]) == 1 else ""
        champs = ("reseau", "collectivite", "nature", "thematique", "visibilite", "statut")
        dates = ("a_jour_au", "relire_le")
        ressource = Ressource(titre=titre or depot.titre, **{nom: d.get(nom) for nom in (*champs, *dates)})
        ressource.auteur, ressource.envoi, ressource.en_lot = self.membre, self._envoi_de(depot), True
        ressource.save()
        choisis = [domaine for domaine in d.get("domaines") or () if domaine not in self.domaines_devines]
        ressource.domaines.set(choisis or Domaine.objects.devines(ressource.titre))
        Etiquette.tenir(d["etiquettes"])
        ressource.etiquettes.set(d["etiquettes"])
        PieceJointe.deposer([annexe.fiche for annexe in annexes], contribution=ressource)
        ressource.remplacer(par=self.membre, fiche=depot.fiche)
        if publier:
            return ressource.publier(par=self.membre)
        ressource.noter_reperes()
        return ressource
