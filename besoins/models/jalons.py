from django.core.exceptions import ValidationError
from django.db import models, transaction
from django.db.models import F, Prefetch, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from plateforme.socle.jours import en_jour
from reseau import direct
from reseau.models import Membre, Notification, Notifieur

from .echeances import BORNES, Echeance, EcheanceQuerySet
from .projets import Projet


class JalonQuerySet(EcheanceQuerySet):
    def attendus_de(self, membre):
        """Those not done yet of the projects that she pilots."""
        return self.visibles_par(membre.utilisateur).a_faire().filter(projet__responsable=membre)

    def a_signaler(self):
        return self.en_retard().filter(retard_dit_le=None)

    def avec_dependances(self):
        """With those that each one follows in hand, as `suivis`; of those that stand."""
        suivis = Prefetch("depend_de", Jalon.objects.notes(), to_attr="suivis")
        return self.select_related("projet").prefetch_related(suivis)


class Jalon(Echeance):
    """A step of a project: a day, or a period that ends on it."""

    nom_d_historique = _("jalon")
    refus_si_retire = _("Ce jalon a été retiré.")
    champs_dits = ("libelle", "phase", "etape", "debut", "pour_le")

    # What it must follow once it is written; None: as it is now.
    a_suivre = None

    libelle = models.CharField(_("jalon"), max_length=200)
    phase = models.CharField(_("phase"), max_length=15, choices=Projet.Phase, blank=True)
    etape = models.CharField(
        _("étape"),
        max_length=60,
        blank=True,
        help_text=_("«\u202fPhase 1, 2026\u202f»\u202f: la colonne de l’échéancier\u202f; vide, son année."),
    )
    debut = models.DateField(
        _("début"), null=True, blank=True, validators=BORNES, help_text=_("Vide\u202f: un seul jour.")
    )
    depend_de = models.ManyToManyField(
        "self", symmetrical=False, blank=True, related_name="dont_dependent", verbose_name=_("vient après")
    )
    retard_dit_le = models.DateTimeField(null=True, editable=False)

    objects = JalonQuerySet.as_manager()

    class Meta(Echeance.Meta):
        verbose_name = _("jalon")
        verbose_name_plural = _("jalons")
        constraints = [
            *Echeance.Meta.constraints,
            models.CheckConstraint(
                condition=Q(debut=None) | Q(debut__lte=F("pour_le")),
                name="besoins_jalon_fin_apres_debut",
                violation_error_message=_("La fin vient après le début."),
            ),
        ]

    def __str__(self):
        return self.libelle

    @property
    def commence_le(self):
        return self.debut or self.pour_le

    @property
    def colonne(self):
        return self.etape or str(self.pour_le.year)

    @property
    def en_clair(self):
        morceaux = [self.get_phase_display(), self.etape, self.periode]
        if suivis := self.dependances():
            noms = ", ".join(sorted(jalon.libelle for jalon in suivis))
            morceaux.append(_("après\u202f: %s") % noms)
        return f"{self.libelle} ({', '.join(str(m) for m in morceaux if m)})."

    @property
    def periode(self):
        """«\u202f3 mars 2026\u202f», «\u202fdu 1er février 2016 au 30 juin 2016\u202f»"""
        fin = en_jour(self.pour_le, "j F Y")
        if not self.debut or self.debut == self.pour_le:
            return fin
        return _("du %(debut)s au %(fin)s") % {"debut": en_jour(self.debut, "j F Y"), "fin": fin}

    def reporte(self, projet, decalage, *, par):
        """The same, not done, in another project and so much later."""
        return projet.jalons.create(
            libelle=self.libelle,
            phase=self.phase,
            etape=self.etape,
            debut=self.debut and self.debut + decalage,
            pour_le=self.pour_le + decalage,
            par=par,
        )

    def dependances(self):
        if self.a_suivre is not None:
            return self.a_suivre
        return list(self.depend_de.notes()) if self.pk else []

    def commence_avant(self):
        """Those that it follows, `suivis`, and that end after it begins: a plan that does not hold."""
        if self.fait_le:
            return []
        return [j for j in self.suivis if not j.fait_le and j.pour_le > self.commence_le]

    @transaction.atomic
    def signaler_le_retard(self):
        """Tell the pilote that it has passed its day; once, whoever else tries at the same time."""
        revision = self.projet._avancer()
        if not Jalon.objects.a_signaler().filter(pk=self.pk).update(retard_dit_le=timezone.now()):
            return self
        precision = _("Jalon en retard\u202f: «\u202f%(jalon)s\u202f», prévu le %(jour)s") % {
            "jalon": self.libelle[:80],
            "jour": en_jour(self.pour_le, "j F Y"),
        }
        pilote = self.projet.responsable
        notifieur = Notifieur(self.projet, Notification.Genre.POSITION, pilote, precision=precision)
        notifieur.prevenir(Membre.objects.filter(pk=pilote.pk), acteur_compris=True)
        direct.fil_change(self.projet, revision)
        return self

    def _controler(self, avant):
        """The counter of the project is held: nobody else changes its dependencies meanwhile."""
        suivis = {jalon.pk for jalon in self.dependances()}
        ailleurs = Jalon.objects.filter(pk__in=suivis).exclude(projet=self.projet_id).exists()
        if ailleurs:
            raise ValidationError({"depend_de": _("Un jalon ne suit que ceux de son projet.")})
        if self.pk and self.pk in _atteints(suivis, self._suites()):
            refus = _("Il viendrait après lui-même\u202f: l’un de ceux que vous cochez en dépend déjà.")
            raise ValidationError({"depend_de": refus})

    def _suites(self):
        """{jalon: those that it follows} of the project, ids, those that were withdrawn too."""
        suites = {}
        liens = Jalon.depend_de.through.objects.filter(from_jalon__projet=self.projet_id)
        for de, vers in liens.exclude(from_jalon=self.pk).values_list("from_jalon", "to_jalon"):
            suites.setdefault(de, set()).add(vers)
        return suites

    def _ecrire(self, avant, *, par):
        super()._ecrire(avant, par=par)
        if avant and avant.pour_le != self.pour_le:
            self.retard_dit_le = None
            self.save(update_fields=["retard_dit_le"])
        if self.a_suivre is not None:
            self.depend_de.set(self.a_suivre)


def _atteints(departs, suites):
    """All that one reaches from these, by following the links."""
    vus, a_voir = set(), list(departs)
    while a_voir:
        pk = a_voir.pop()
        if pk not in vus:
            vus.add(pk)
            a_voir += suites.get(pk, ())
    return vus
