"""A network as one file: what the person who asks may read of it, and a list of what is inside."""

import hashlib
import json
import tempfile
import zipfile

from django.conf import settings
from django.core.files.base import File
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plateforme.socle.exports import lignes_csv
from plateforme.socle.fichiers import nom_propre

from . import correspondance
from .models import Adhesion, Contribution, Message, PieceJointe, Reseau
from .models.contributions import ContributionQuerySet, en_specifiques
from .tableaux import ENTETES_DES_CONTRIBUTIONS, ENTETES_DES_MEMBRES, ligne_de_contribution, ligne_de_membre

MANIFESTE = "manifeste.json"
PAR_LOT = 500


class Archiveur:
    """Writes each part of the archive as it is read, and remembers its size and its SHA-256."""

    def __init__(self, archive, fichier):
        self.archive, self.reseau, self.user = archive, archive.reseau, archive.par.utilisateur
        self.fichier = fichier
        self.inventaire, self.absents, self.decompte = [], [], {}

    def faire(self):
        with zipfile.ZipFile(self.fichier, "w") as self.zip:
            self._table("contributions", self._entetes_des_contributions(), self._contributions())
            self._table("messages", self._entetes_des_messages(), self._messages())
            self._table("membres", ENTETES_DES_MEMBRES, self._membres())
            for modele in Contribution.types().values():
                for nom, lignes, colonnes in modele.tables_d_archive(self.visibles(), self.user):
                    self._table(nom, colonnes, self._valeurs(lignes, colonnes.values()))
            self._fichiers()
            self._ecrire(MANIFESTE, [json.dumps(self._manifeste(), ensure_ascii=False, indent=2).encode()])
        return self

    @property
    def detail(self):
        """« 12 contributions, 34 messages, 5 membres, 2 fichiers »"""
        n = self.decompte
        return ", ".join(
            [
                ngettext("%(n)s contribution", "%(n)s contributions", n["contributions"])
                % {"n": n["contributions"]},
                ngettext("%(n)s message", "%(n)s messages", n["messages"]) % {"n": n["messages"]},
                ngettext("%(n)s membre", "%(n)s membres", n["membres"]) % {"n": n["membres"]},
                ngettext("%(n)s fichier", "%(n)s fichiers", n["fichiers"]) % {"n": n["fichiers"]},
            ]
        )

    def visibles(self):
        """Asked again for each part: a network is not copied in one second."""
        return Contribution.objects.visibles_par(self.user).publiees().filter(reseau=self.reseau)

    def _entetes_des_contributions(self):
        return [_("numéro"), *ENTETES_DES_CONTRIBUTIONS, _("qui peut lire"), _("adresse")]

    def _contributions(self):
        numeros = list(self.visibles().order_by("publie_le", "pk").values_list("pk", flat=True))
        for debut in range(0, len(numeros), PAR_LOT):
            lot = self.visibles().filter(pk__in=numeros[debut : debut + PAR_LOT]).order_by("publie_le", "pk")
            for contribution in en_specifiques(lot.only("type"), ContributionQuerySet.pour_page):
                yield [
                    contribution.pk,
                    *ligne_de_contribution(contribution),
                    contribution.get_visibilite_display(),
                    f"{getattr(settings, 'WAGTAILADMIN_BASE_URL', '')}{contribution.get_absolute_url()}",
                ]

    def _entetes_des_messages(self):
        return [_("contribution"), _("rang"), _("auteur"), _("au nom de"), _("écrit le"), _("message")]

    def _messages(self):
        messages = Message.objects.filter(contribution__in=self.visibles(), retire_le=None)
        messages = messages.select_related("auteur", "collectivite").order_by("contribution", "rang")
        for message in messages.iterator(chunk_size=PAR_LOT):
            yield [
                message.contribution_id,
                message.rang,
                message.auteur.nom_complet,
                message.collectivite.nom,
                message.cree_le,
                message.texte,
            ]

    def _membres(self):
        adhesions = Adhesion.objects.visibles_par(self.user).actives().filter(reseau=self.reseau)
        adhesions = adhesions.pour_liste(self.user)
        return map(ligne_de_membre, adhesions.prefetch_related("membre__domaines", "membre__competences"))

    def _valeurs(self, lignes, champs):
        """Those of these columns, with the words of the interface for what is a choice."""
        mots = [
            dict(getattr(lignes.model._meta.get_field(champ.split("__")[0]), "flatchoices", ()))
            for champ in champs
        ]
        for valeurs in lignes.values_list(*champs).iterator(chunk_size=PAR_LOT):
            yield [libelles.get(valeur, valeur) for libelles, valeur in zip(mots, valeurs, strict=True)]

    def _fichiers(self):
        pieces = PieceJointe.objects.visibles_par(self.user).filter(contribution__in=self.visibles())
        self.decompte["fichiers"] = 0
        for piece in pieces.order_by("pk").iterator(chunk_size=PAR_LOT):
            self._fichier(f"fichiers/{piece.contribution_id}", piece)
        for modele in Contribution.types().values():
            for contribution, fichier in modele.fichiers_d_archive(self.visibles(), self.user):
                self._fichier(f"{modele._meta.model_name}/{contribution}", fichier)

    def _fichier(self, dossier, fichier):
        # The number first: two of one name, or a name that Windows keeps for itself, stay apart.
        nom = f"{dossier}/{fichier.pk}-{nom_propre(fichier.nom_origine).rstrip(' .')}"
        try:
            contenu = fichier.fichier.open("rb")
        except OSError:
            self.absents.append(nom)
            return
        with contenu:
            self._ecrire(nom, contenu.chunks(), compresser=False)
        self.decompte["fichiers"] += 1

    def _table(self, nom, entetes, lignes):
        self.decompte[nom] = 0
        self._ecrire(
            f"{nom}.csv", (ligne.encode() for ligne in lignes_csv(entetes, self._comptees(nom, lignes)))
        )

    def _comptees(self, nom, lignes):
        for ligne in lignes:
            self.decompte[nom] += 1
            yield ligne

    def _ecrire(self, nom, morceaux, compresser=True):
        entree = zipfile.ZipInfo(nom, timezone.localtime().timetuple()[:6])
        entree.compress_type = zipfile.ZIP_DEFLATED if compresser else zipfile.ZIP_STORED
        empreinte, taille = hashlib.sha256(), 0
        with self.zip.open(entree, "w") as sortie:
            for morceau in morceaux:
                sortie.write(morceau)
                empreinte.update(morceau)
                taille += len(morceau)
        self.inventaire.append({"nom": nom, "taille": taille, "sha256": empreinte.hexdigest()})

    def _manifeste(self):
        par = self.archive.par.nom_complet
        return {
            "reseau": {"nom": self.reseau.nom, "adresse": self.reseau.get_absolute_url()},
            "site": getattr(settings, "WAGTAILADMIN_BASE_URL", ""),
            "demandee_par": par,
            "demandee_le": timezone.localtime(self.archive.demandee_le).isoformat(timespec="seconds"),
            "preparee_le": timezone.localtime().isoformat(timespec="seconds"),
            "contenu": _("Ce que %(nom)s peut lire du réseau, sans ce qui a été retiré.") % {"nom": par},
            "decompte": self.decompte,
            "fichiers": self.inventaire,
            "introuvables": self.absents,
        }


def preparer(archive):
    """Make it and tell who asked; nothing when she no longer runs the network."""
    if not Reseau.objects.modifiables_par(archive.par.utilisateur).filter(pk=archive.reseau_id).exists():
        archive.abandonner()
        return
    with tempfile.TemporaryFile() as fichier:
        archiveur = Archiveur(archive, fichier).faire()
        taille = fichier.tell()
        fichier.seek(0)
        empreinte = hashlib.file_digest(fichier, "sha256").hexdigest()
        fichier.seek(0)
        if archive.livrer(File(fichier), taille=taille, empreinte=empreinte, detail=archiveur.detail):
            correspondance.archive_prete(archive, archiveur.detail)
