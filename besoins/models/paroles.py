from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau.models import Collectivite, Membre


class Parole(models.Model):
    """What stands for a collectivité on a contribution: one current row, whoever speaks for her.

    Whatever is said is kept; it changes the row, except an agent's word once who decides for her has spoken.
    A subclass has `contribution` and `collectivite`, unique together, `par` and `dite_le`.
    """

    # From then on an agent's word no longer changes the row.
    confirmee = models.BooleanField(_("dite par le référent ou un élu"), default=False)

    class Meta:
        abstract = True

    @staticmethod
    def histoire():
        """Its ParoleDite."""
        raise NotImplementedError

    @classmethod
    def noter(cls, contribution, *, collectivite, par, confirmee=None, **dit):
        """→ (the row that stands, whether this word counts).

        `confirmee`: whether it is the collectivité's own word; by default, that of its référent or of
        one of its élus (`decide_pour`). The caller has taken the thread's counter, whose row lock makes
        concurrent words follow each other.
        """
        confirmee = par.decide_pour(collectivite) if confirmee is None else confirmee
        dit |= {"par": par, "dite_le": timezone.now()}
        parole = cls.objects.filter(contribution_id=contribution.pk, collectivite=collectivite).first()
        compte = parole is None or confirmee or not parole.confirmee
        cls.histoire().objects.create(
            contribution_id=contribution.pk,
            collectivite=collectivite,
            confirmee=confirmee,
            retenue=compte,
            **dit,
        )
        if compte:
            parole = parole or cls(contribution_id=contribution.pk, collectivite=collectivite)
            for champ, valeur in (dit | {"confirmee": confirmee}).items():
                setattr(parole, champ, valeur)
            parole.save()
            # What waited for an agreement was prepared without knowing this.
            attentes = contribution.preparations.sans_suite().filter(collectivite=collectivite)
            attentes.update(retire_le=timezone.now())
        return parole, compte


class ParoleDite(models.Model):
    """Everything that was said for a collectivité, kept as it was said, even where it changed nothing.

    A subclass has `contribution` and what its Parole says.
    """

    collectivite = models.ForeignKey(Collectivite, models.PROTECT, related_name="+")
    par = models.ForeignKey(Membre, models.PROTECT, related_name="+")
    confirmee = models.BooleanField()
    retenue = models.BooleanField()
    dite_le = models.DateTimeField()

    class Meta:
        abstract = True
        ordering = ["-dite_le", "-pk"]
