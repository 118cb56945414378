from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from plateforme.socle.jours import en_jour
from reseau.models import Membre, Notification, Notifieur

from .echeances import Echeance, EcheanceQuerySet
from .projets import Projet


class TacheQuerySet(EcheanceQuerySet):
    def modifiables_par(self, user):
        """By who looks after the project, and by who noted it."""
        return super().modifiables_par(user) | self._dans_ce_que_lit(user, Q(par=Membre.de(user)))

    def faisables_par(self, user):
        """By its holder too."""
        return self.modifiables_par(user) | self._dans_ce_que_lit(user, Q(porteur=Membre.de(user)))

    def _dans_ce_que_lit(self, user, siennes):
        membre = Membre.de(user)
        if not membre or not membre.est_actif:
            return self.none()
        return self.filter(siennes, projet__in=Projet.objects.visibles_par(user).publiees())

    def a_faire_par(self, membre):
        """What she holds and has not done, of the projects that she may still read."""
        return self.visibles_par(membre.utilisateur).a_faire().filter(porteur=membre)

    def de(self, projet):
        """Those of a project, as a list, with whether each has no holder any more: see `sans_porteur`."""
        taches = list(self.notes().filter(projet=projet).select_related("porteur", "fait_par"))
        porteurs = Membre.objects.filter(pk__in={tache.porteur_id for tache in taches})
        lecteurs = set(projet.lecteurs_parmi(porteurs).values_list("pk", flat=True)) if taches else ()
        for tache in taches:
            tache.projet, tache.sans_porteur = projet, tache.porteur_id not in lecteurs
        return taches

    def pour_page(self, projet, user):
        """The same, with what she may do of each: `modifiables_par` and `faisables_par`, said of one task,
        on the page of a project that she reads."""
        membre, tenue = Membre.de(user), projet.modifiable_par(user)
        taches = self.de(projet)
        for tache in taches:
            active = membre is not None and membre.est_actif
            tache.corrigeable = tenue or active and tache.par_id == membre.pk
            tache.faisable = tache.corrigeable or active and tache.porteur_id == membre.pk
        return taches


class Tache(Echeance):
    """What somebody is to do for a project."""

    nom_d_historique = _("tâche")
    refus_si_retire = _("Cette tâche a été retirée.")
    champs_dits = ("libelle", "porteur", "pour_le")

    # Set by `TacheQuerySet.de`: its holder has left, or may not read the project any more.
    sans_porteur = False

    libelle = models.CharField(_("tâche"), max_length=200)
    porteur = models.ForeignKey(Membre, models.PROTECT, related_name="taches", verbose_name=_("porteur"))

    objects = TacheQuerySet.as_manager()

    class Meta(Echeance.Meta):
        verbose_name = _("tâche")
        verbose_name_plural = _("tâches")

    def __str__(self):
        return self.libelle

    @property
    def en_clair(self):
        return _("%(libelle)s (%(porteur)s, pour le %(jour)s).") % {
            "libelle": self.libelle,
            "porteur": self.porteur.nom_complet,
            "jour": en_jour(self.pour_le, "j F Y"),
        }

    def _controler(self, avant):
        if not self.projet.lecteurs_parmi(Membre.objects.filter(pk=self.porteur_id)).exists():
            raise ValidationError({"porteur": _("Cette personne ne peut pas lire le projet.")})
        self.projet._relire(*self.projet.CHAMPS_D_OUVERTURE)
        if avant is None and not self.projet.est_ouverte:
            raise ValidationError(_("Ce projet est clos\u202f: il ne prend plus de tâche."))

    def _ecrire(self, avant, *, par):
        super()._ecrire(avant, par=par)
        if avant is None or avant.porteur_id != self.porteur_id:
            mots = _("%(nom)s vous confie\u202f: «\u202f%(tache)s\u202f», pour le %(jour)s")
            self._dire(par, mots, [self.porteur_id])

    def _marquer(self, le, par, revision, consigne_par):
        super()._marquer(le, par, revision, consigne_par)
        if le:
            self._dire(
                par,
                _("%(nom)s a fait\u202f: «\u202f%(tache)s\u202f»"),
                [self.par_id, self.projet.responsable_id],
            )
        return self

    def _dire(self, par, mots, membres):
        precision = mots % {
            "nom": par.nom_complet,
            "tache": self.libelle[:80],
            "jour": en_jour(self.pour_le, "j F Y"),
        }
        notifieur = Notifieur(self.projet, Notification.Genre.POSITION, par, precision=precision)
        notifieur.prevenir(Membre.objects.filter(pk__in=membres))
