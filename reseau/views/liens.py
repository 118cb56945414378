"""The page of a link signed in a mail: without session, it says who and what, and does it when confirmed."""

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.generic import View

from plateforme.socle import jetons

from ..middleware import membre_actif
from ..models import Contribution, Membre, Notification


class LienRefuse(Exception):
    def __init__(self, motif, status=403):
        super().__init__(motif)
        self.motif, self.status = motif, status


@method_decorator(never_cache, "dispatch")
class LienView(View):
    """`nom`: the name of its URL, which its token is signed for. A mail program that opens every link opens
    this one too: only POST does anything."""

    nom = ""
    modele = Contribution
    geste = ""
    precision = ""  # what confirming does not mean
    fait = ""  # what is said once it is done
    contribution = None  # as soon as one knows that she may read it
    choix = ()  # the collectivités in whose name it may be done, one button each
    gabarit = "reseau/liens/lien.html"

    def dispatch(self, request, *args, **kwargs):
        try:
            self.membre, self.contribution = self.ouvrir(kwargs["jeton"])
            self.au_nom_de = self.membre.collectivite_choisie
            self.preparer()
            return super().dispatch(request, *args, **kwargs)
        except LienRefuse as refus:
            return self.afficher(refus=refus.motif, status=refus.status)

    def get(self, request, jeton):
        return self.afficher(deja=self.deja())

    def post(self, request, jeton):
        deja = self.deja()
        if deja:
            return self.afficher(deja=deja)
        try:
            return self.afficher(fait=self.agir() or self.fait)
        except ValidationError as refus:
            raise LienRefuse(" ".join(refus.messages)) from refus

    def ouvrir(self, jeton):
        try:
            pk, self.numero = jetons.lire(self.nom, jeton)
        except jetons.JetonPerime as perime:
            raise LienRefuse(_("Ce lien a plus d’un mois\u202f: il ne sert plus.")) from perime
        except ValueError as faux:
            raise LienRefuse(_("Ce lien n’est pas complet. Recopiez-le en entier."), 404) from faux
        membre = Membre.objects.select_related("utilisateur").filter(pk=pk).first()
        if membre is None or membre_actif(membre.utilisateur) is None:
            raise LienRefuse(_("Ce compte n’est plus rattaché à une collectivité."))
        user = self.request.user
        if user.is_authenticated and user.pk != membre.utilisateur_id:
            raise LienRefuse(_("Ce lien est celui d’une autre personne que vous."))
        visibles = self.modele.objects.visibles_par(membre.utilisateur).publiees()
        trouvee = visibles.pour_liste().filter(self.designee(self.numero)).first()
        if trouvee is None:
            raise LienRefuse(_("Ce contenu a été retiré, ou ne vous est plus ouvert."))
        return membre, trouvee

    @staticmethod
    def designee(numero):
        """The condition of the contribution that the token names."""
        return Q(pk=numero)

    def preparer(self):
        """Read what it is about, in whose name: `au_nom_de`, or `choix`. LienRefuse if it does nothing."""

    def deja(self):
        """What is already so, as a sentence; "" if there is something left to do."""
        return ""

    def agir(self):
        """Do it; what to say of it, if it is not `fait`. ValidationError if it may not be done any more."""
        raise NotImplementedError

    def afficher(self, *, status=200, **contexte):
        gabarit = LienView.gabarit if contexte.get("refus") else self.gabarit
        contexte["contribution"] = self.contribution
        if not contexte.get("refus"):
            contexte |= {
                "membre": self.membre,
                "au_nom_de": self.au_nom_de,
                "choix": self.choix,
                "geste": self.geste,
                "precision": self.precision,
            }
        return render(self.request, gabarit, contexte, status=status)


class LuView(LienView):
    nom = "reseau:lien_lu"
    geste = gettext_lazy("Marquer comme lu")
    fait = gettext_lazy("C’est marqué comme lu.")

    def deja(self):
        non_lues = Notification.objects.non_lues().filter(membre=self.membre)
        return "" if non_lues.filter(contribution=self.contribution.pk).exists() else _("C’est déjà lu.")

    def agir(self):
        Notification.lues(self.membre, [self.contribution.pk])
