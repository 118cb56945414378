from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.jours import en_jour
from reseau import direct
from reseau.models import Membre, PieceJointe

from ..outils import PREFIXE_DE_VISA, catalogue
from .notes import Ecrit, EcritQuerySet


class DemarcheQuerySet(EcritQuerySet):
    def pour_page(self):
        return self.select_related("etat_par", "piece")


class Demarche(Ecrit):
    """One thing that a project has to do before it is one: a vote, an opinion, a visa. Those that an outil
    foresees have its code; others are added."""

    nom_d_historique = _("démarche")
    champs_dits = ("libelle", "qui", "faite_le", "remarque", "lien", "piece", "sans_objet")

    code = models.CharField(_("code"), max_length=40, blank=True, editable=False)
    libelle = models.CharField(_("démarche"), max_length=200)
    qui = models.CharField(_("qui s’en charge"), max_length=200, blank=True)
    faite_le = models.DateField(_("faite le"), null=True, blank=True)
    remarque = models.TextField(_("remarque"), blank=True, max_length=1000)
    lien = models.URLField(_("lien"), blank=True, max_length=500)
    piece = models.ForeignKey(
        PieceJointe, models.SET_NULL, null=True, blank=True, related_name="+", verbose_name=_("fichier")
    )
    sans_objet = models.CharField(_("sans objet, parce que"), max_length=500, blank=True)
    # Who wrote that it is done or left out, and when; empty while it is to be done.
    etat_le = models.DateTimeField(_("état noté le"), null=True, editable=False)
    etat_par = models.ForeignKey(Membre, models.PROTECT, null=True, editable=False, related_name="+")

    objects = DemarcheQuerySet.as_manager()

    class Meta(Ecrit.Meta):
        verbose_name = _("démarche")
        verbose_name_plural = _("démarches")
        ordering = ["pk"]
        constraints = [
            *Ecrit.Meta.constraints,
            models.UniqueConstraint(
                fields=["projet", "code"],
                condition=~Q(code=""),
                name="besoins_demarche_une_par_code",
                violation_error_message=_("Cette démarche est déjà dans la liste."),
            ),
            models.CheckConstraint(
                condition=Q(faite_le=None) | Q(sans_objet=""),
                name="besoins_demarche_faite_ou_sans_objet",
                violation_error_message=_("Une démarche est faite, ou sans objet\u202f: pas les deux."),
            ),
            models.CheckConstraint(
                condition=Q(faite_le=None, sans_objet="") | Q(etat_le__isnull=False, etat_par__isnull=False),
                name="besoins_demarche_etat_signe",
                violation_error_message=_("Ce qui est fait ou sans objet porte un nom et une date."),
            ),
            models.CheckConstraint(
                condition=~Q(code__startswith=PREFIXE_DE_VISA) | Q(faite_le=None) | ~Q(qui=""),
                name="besoins_demarche_visa_nomme",
                violation_error_message=_("Dites qui a donné le visa."),
            ),
        ]

    def __str__(self):
        return self.libelle

    def get_absolute_url(self):
        return f"{self.projet.get_absolute_url()}#demarches"

    @property
    def est_un_visa(self):
        return self.code.startswith(PREFIXE_DE_VISA)

    @property
    def est_reglee(self):
        return self.faite_le is not None or self.sans_objet != ""

    @property
    def etat(self):
        if self.faite_le:
            mots = _("donné le %s") if self.est_un_visa else _("fait le %s")
            return mots % en_jour(self.faite_le, "j F Y")
        if self.sans_objet:
            return _("dispense motivée") if self.est_un_visa else _("sans objet")
        return _("à faire")

    @property
    def en_clair(self):
        dit = [self.libelle]
        if self.qui:
            dit.append(f"({self.qui})")
        dit.append(f"\u2013 {self.etat}")
        precisions = [self.sans_objet, self.remarque, self.lien, str(self.piece or "")]
        return "\n".join([" ".join(dit), *filter(None, precisions)])

    @classmethod
    @transaction.atomic
    def prevoir(cls, projet, outil, *, par):
        """Foresee in this project what this outil asks for, without what it has already → how many were
        added."""
        revision = None if projet.est_brouillon else projet._avancer()
        deja = set(projet.demarches.values_list("code", flat=True))
        nouvelles = [
            cls(projet=projet, code=etape.code, libelle=etape.libelle, qui=etape.qui, par=par)
            for etape in catalogue().etapes_de(outil)
            if etape.code not in deja
        ]
        cls.objects.bulk_create(nouvelles)
        if revision and nouvelles:
            projet._consigner(par, _("démarches"), "", "\n".join(d.libelle for d in nouvelles))
            direct.fil_change(projet, revision)
        return len(nouvelles)

    def _ecrire(self, avant, *, par):
        self._signer(avant, par)
        self.save(update_fields=[*self.champs_dits, "etat_le", "etat_par"] if avant else None)

    def _signer(self, avant, par):
        """Who said that it is done, or left out, stays who said it while nothing of that changes."""
        if not self.est_reglee:
            self.etat_le = self.etat_par = None
        elif avant is None or (avant.faite_le, avant.sans_objet) != (self.faite_le, self.sans_objet):
            self.etat_le, self.etat_par = timezone.now(), par
