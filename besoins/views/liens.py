from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from reseau.views.liens import LienRefuse, LienView

from ..models import GESTES_DE_BILAN, Besoin, Position, Utilite


class InteresseeView(LienView):
    """« Ma commune est intéressée », from the mail of a need."""

    nom = "besoins:lien_interessee"
    niveau = Position.Niveau.INTERESSEE
    modele = Besoin
    geste = gettext_lazy("Ma commune est intéressée")
    precision = gettext_lazy("Cela n’engage à rien, et se change jusqu’à l’échéance.")
    fait = gettext_lazy("C’est noté.")

    def preparer(self):
        if self.au_nom_de is None:
            raise LienRefuse(_("Vous ne parlez au nom d’aucune collectivité\u202f: vous lisez et suivez."))
        if not self.contribution.accepte_les_positions:
            raise LienRefuse(self.contribution.phrase_sans_position)
        self.positions = self.contribution.positions_de(self.membre)
        if not self.positions:
            raise LienRefuse(_("Ce besoin est celui de votre commune\u202f: les autres y répondent."))
        self.choix = self.a_faire_parler()
        # Named when it is the only one; else each is named where she chooses, or where it is said to be so.
        [self.au_nom_de, *autres] = self.choix or self.positions
        if autres:
            self.au_nom_de = None

    def a_faire_parler(self):
        return self.contribution.a_interesser(self.positions)

    def deja(self):
        return "" if self.choix else " ".join(self.ce_que_dit(commune) for commune in self.positions)

    def ce_que_dit(self, commune):
        return _("%(commune)s est déjà «\u202f%(position)s\u202f».") % {
            "commune": commune.nom,
            "position": self.positions[commune].get_niveau_display(),
        }

    def choisie(self):
        """The one whose button she pressed; hers to choose only when she has several."""
        seule = str(self.au_nom_de.pk) if len(self.positions) == 1 else ""
        demandee = self.request.POST.get("collectivite", seule)
        for commune in self.positions:
            if str(commune.pk) == demandee:
                return commune
        raise ValidationError(_("Choisissez une commune pour laquelle vous répondez."))

    def agir(self):
        self.au_nom_de = commune = self.choisie()
        if commune not in self.choix:
            return self.ce_que_dit(commune)
        self.choix = [autre for autre in self.choix if autre != commune]
        dite = self.positions[commune]
        _position, compte = Position.dire(
            self.contribution,
            collectivite=commune,
            par=self.membre,
            niveau=self.niveau,
            quantite=dite.quantite if dite else None,
            commentaire=dite.commentaire if dite else "",
        )
        if not compte:
            return _("Votre avis est noté. La position confirmée reste celle de la commune.")
        return ""


class PeutAiderView(InteresseeView):
    """« Ma commune peut aider », from the same mail; with which words, its page then asks."""

    nom = "besoins:lien_peut_aider"
    niveau = Position.Niveau.AIDE
    geste = gettext_lazy("Ma commune peut aider")
    precision = gettext_lazy(
        "Prêter, faire, conseiller\u202f: cela n’engage à rien. Un mot s’ajoute sur la page du besoin."
    )


class PasConcerneeView(InteresseeView):
    """« Pas concernée », from the same mail: it is then reminded of nothing."""

    nom = "besoins:lien_pas_concernee"
    niveau = Position.Niveau.HORS
    geste = gettext_lazy("Ma commune n’est pas concernée")
    precision = gettext_lazy("Elle ne sera plus relancée, et peut changer d’avis jusqu’à l’échéance.")

    def a_faire_parler(self):
        return [commune for commune, position in self.positions.items() if position is None]


class UtiliteLienView(LienView):
    """Whether it has helped, in one click; a few words may follow, here or on the page."""

    modele = Besoin
    reponse = Utilite.Reponse.OUI
    precision = gettext_lazy("Quelques mots, si vous voulez, s’ajoutent sur la page du besoin.")
    fait = gettext_lazy("Merci, c’est noté.")

    @property
    def nom(self):
        return GESTES_DE_BILAN[self.reponse][0]

    @property
    def geste(self):
        return GESTES_DE_BILAN[self.reponse][1]

    def preparer(self):
        self.bilan = self.contribution.bilan
        if self.bilan is None or not self.contribution.peut_dire_si_cela_a_aide(self.membre):
            raise LienRefuse(_("Cette question ne vous est plus posée."))

    def deja(self):
        return _("Vous avez déjà répondu.") if self.bilan.reponse else ""

    def agir(self):
        self.bilan.repondre(par=self.membre, reponse=self.reponse, mot="")
