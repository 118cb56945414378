from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reseau.views.liens import LienRefuse, LienView

from ..models import Besoin, Position


class InteresseeView(LienView):
    """« Ma commune est intéressée », from the mail of a need."""

    nom = "besoins:lien_interessee"
    modele = Besoin
    geste = gettext_lazy("Ma commune est intéressée")
    precision = gettext_lazy("Cela n’engage à rien, et se change jusqu’à l’échéance.")
    fait = gettext_lazy("C’est noté.")

    def deja(self):
        if self.au_nom_de is None:
            raise LienRefuse(_("Vous ne parlez au nom d’aucune collectivité\u202f: vous lisez et suivez."))
        if not self.contribution.accepte_les_positions:
            raise LienRefuse(_("Ce besoin ne prend plus de réponse."))
        position = self.position()
        if position and position.vaut_interet:
            return _("%(commune)s est déjà «\u202f%(position)s\u202f».") % {
                "commune": self.au_nom_de.nom,
                "position": position.get_niveau_display(),
            }
        return ""

    def position(self):
        return self.contribution.positions.filter(collectivite=self.au_nom_de.pk).first()

    def agir(self):
        dite = self.position()
        _position, compte = Position.dire(
            self.contribution,
            collectivite=self.au_nom_de,
            par=self.membre,
            niveau=Position.Niveau.INTERESSEE,
            quantite=dite.quantite if dite else None,
            commentaire=dite.commentaire if dite else "",
        )
        if not compte:
            return _("Votre avis est noté. La position du référent reste celle de la commune.")
        return ""
