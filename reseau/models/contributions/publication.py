from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from reseau import correspondance, direct
from reseau.taches import prevenir_des_recherches

from ..journal import Entree
from ..membres import Membre


class Publication:
    """From a draft to what others read; first by the animateurs, where the network wants it so."""

    @transaction.atomic
    def publier(self, *, par):
        """Publish, or wait for the animateur where the network wants to read the first ones."""
        self._relire("publie_le", "retenue_le")
        if not self.est_brouillon:
            return self
        return self._donner_a_relire() if self.est_a_lire_d_abord(self.reseau) else self._paraitre(par)

    def est_a_lire_d_abord(self, reseau):
        """Whether this network wants to read it first: nothing of its author has appeared there yet."""
        if reseau is None or not reseau.retient_les_nouveaux:
            return False
        # Without an animateur, nobody would ever answer; an animateur needs nobody's agreement.
        animateurs = set(reseau.animateurs().values_list("pk", flat=True))
        if not animateurs or self.auteur_id in animateurs:
            return False
        siennes = reseau.contributions.filter(auteur=self.auteur_id)
        return not siennes.filter(publie_le__isnull=False).exists()

    def _donner_a_relire(self):
        if not self.est_a_relire:
            self.retenue_le = timezone.now()
            self.noter_reperes("retenue_le")
            correspondance.publication_a_relire(self)
        return self

    def _paraitre(self, par):
        from reseau.mentions import nommes

        from ..fils import Fil
        from ..notifications import Notification, Notifieur

        self.publie_le, self.retenue_le = timezone.now(), None
        self.annee = timezone.localtime(self.publie_le).year
        self.noter_reperes("publie_le", "retenue_le", "annee")
        Fil.objects.get_or_create(contribution_id=self.pk)
        self.suivre(par)
        destinataires = self.destinataires()
        if self.issue_de:
            de_l_origine = Membre.objects.filter(pk__in=self.issue_de.suivis.values("membre"))
            Notifieur(self, Notification.Genre.SUITE, par).prevenir(de_l_origine)
            destinataires = destinataires.exclude(pk__in=de_l_origine.values("pk"))
            self._noter_les_liens()
        mentionnes = nommes(f"{self.titre}\n{self.corps}", self.reseau)
        if not self.previent_par_courriel and not mentionnes.query.is_empty():
            # Those to whom it writes a mail of its own have read there that they are named.
            mentionnes = mentionnes.exclude(pk__in=destinataires.values("pk"))
        if not mentionnes.query.is_empty():
            Notifieur(self, Notification.Genre.MENTION, par).prevenir(mentionnes)
            destinataires = destinataires.exclude(pk__in=mentionnes.values("pk"))
        nouveau = Notifieur(self, Notification.Genre.PUBLICATION, par)
        nouveau.prevenir(destinataires, courriel=self.previent_par_courriel)
        direct.nouveaute(self)
        prevenir_des_recherches.enqueue(self.pk)
        return self

    @transaction.atomic
    def accepter(self, *, par):
        """It goes out as if its author had published it now; ValidationError when she no longer may."""
        self._relire("publie_le", "retenue_le", "retire_le")
        if not self.est_a_relire or self.est_retiree:
            return self
        if self.refus_de_publication(self.auteur):
            raise ValidationError(_("Son auteur a changé de fonction ou de réseau : elle ne paraît plus."))
        self._paraitre(self.auteur)
        Entree.noter(Entree.Geste.PARUTION, par=par, contribution_id=self.pk, reseau=self.reseau)
        correspondance.publication_acceptee(self, par)
        return self

    @transaction.atomic
    def renvoyer(self, *, par, motif):
        """Back to its author, as a draft of hers."""
        self._relire("publie_le", "retenue_le")
        if not self.est_a_relire:
            return self
        self.retenue_le = None
        self.save(update_fields=["retenue_le"])
        Entree.noter(Entree.Geste.RENVOI, par=par, membre=self.auteur, reseau=self.reseau, detail=motif)
        correspondance.publication_renvoyee(self, par, motif)
        return self

    @transaction.atomic
    def supprimer(self):
        """Forget a draft, with its files."""
        for piece in self.pieces.all():
            piece.supprimer()
        self.delete()
