"""What one may do with any contribution, whatever its type."""

from contextlib import suppress
from functools import cached_property

from django.contrib import messages
from django.db import DatabaseError, transaction
from django.db.models import Exists, OuterRef
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView, ListView

from plateforme.socle.fichiers import servir
from plateforme.socle.views.formulaires import FormView

from ..contexte import NON_LUES_MAX, entete_de
from ..forms.contributions import RetraitForm
from ..forms.fils import MessageForm
from ..models import Contribution, Modification, Notification, PieceJointe, Suivi
from .acces import MembreRequisMixin, PorteMixin, membre_requis, obtenir, partiel_ou_redirection

MESSAGES_PAR_PAGE = 50
VERSIONS = {"vignette": "vignette", "ecran": "version_web"}


@require_safe
def contribution(request, pk):
    """One address for every type: notifications, mails and the journal know only the base row."""
    return redirect(obtenir(Contribution.objects.visibles_par(request.user), pk=pk))


class ContributionDetailView(PorteMixin, DetailView):
    """Base of the page of each type, with its thread."""

    context_object_name = "contribution"

    def get_queryset(self):
        contributions = super().get_queryset().pour_page()
        if self.request.membre is None:
            return contributions
        suivi = Suivi.objects.filter(contribution=OuterRef("pk"), membre=self.request.membre)
        return contributions.annotate(est_suivie=Exists(suivi))

    def get_context_data(self, **kwargs):
        # A closed thread keeps its form, out of sight, for the day when it opens again (see fil.html).
        peut_repondre = bool(self.request.au_nom_de) and self.object.est_publiee
        contexte = super().get_context_data(
            fenetre=Fenetre(self.object, **self.bornes()),
            formulaire_message=MessageForm() if peut_repondre else None,
            modifiable=self.object.modifiable_par(self.request.user),
            retablissable=self.object.retablissable_par(self.request.user),
            pieces=self.object.reperes.get("pieces", ()),
            **kwargs,
        )
        self.marquer_vue()
        return contexte

    def bornes(self):
        """What the address asks of the thread; a number that means nothing is left out."""
        demandes = {borne: self.request.GET.get(borne, "") for borne in ("avant", "message")}
        return {borne: int(n) for borne, n in demandes.items() if n.isascii() and n.isdigit() and len(n) < 10}

    def marquer_vue(self):
        """Seeing the page is having read its notification; nothing is written if the header counts none."""
        non_lues = entete_de(self.request).contributions_non_lues
        comptee = self.object.pk in non_lues
        if not comptee and len(non_lues) < NON_LUES_MAX:
            return
        # Reading goes on where nothing can be written for now: the notification will wait.
        with suppress(DatabaseError), transaction.atomic():
            Notification.lues(self.request.membre, [self.object.pk])
            if comptee:
                non_lues.remove(self.object.pk)


class Fenetre:
    """The messages of a thread that a page shows, read when drawn: the last ones, those before the rank
    `avant`, or those around the rank `message` when it is not among the last."""

    def __init__(self, contribution, avant=0, message=0):
        fil = None if contribution.est_brouillon else contribution.fil
        if fil and 0 < message <= fil.dernier_rang - MESSAGES_PAR_PAGE:
            avant = message + MESSAGES_PAR_PAGE // 2
        self.contribution, self.avant = contribution, avant

    @cached_property
    def _lignes(self):
        recents = self.contribution.messages.order_by("-rang").values("rang", "html")
        if self.avant:
            recents = recents.filter(rang__lt=self.avant)
        return list(recents[: MESSAGES_PAR_PAGE + 1])

    @property
    def html(self):
        """Oldest first."""
        return "".join(ligne["html"] for ligne in self._lignes[:MESSAGES_PAR_PAGE][::-1])

    @property
    def precedents(self):
        """The rank before which older messages stand, or None."""
        return self._lignes[MESSAGES_PAR_PAGE - 1]["rang"] if len(self._lignes) > MESSAGES_PAR_PAGE else None


@require_POST
@membre_requis
def suivi(request, pk):
    objet = obtenir(Contribution.objects.visibles_par(request.user).pour_liste(), pk=pk)
    objet.est_suivie = request.POST.get("suivre") == "oui"
    (objet.suivre if objet.est_suivie else objet.ne_plus_suivre)(request.membre)
    return partiel_ou_redirection(
        request, "reseau/contributions/suivi.html", {"contribution": objet}, objet.get_absolute_url()
    )


class RetraitView(MembreRequisMixin, PorteMixin, FormView):
    """Withdraw, and say why: nothing that was published is erased."""

    model = Contribution
    porte = "modifiables_par"
    form_class = RetraitForm
    template_name = "reseau/contributions/retrait.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.get_object(), **kwargs)

    def form_valid(self, form):
        objet = self.get_object()
        objet.specifique.retirer(par=self.request.membre, motif=form.cleaned_data["motif"])
        avis = _("« %s » est retirée. Vous pouvez la rétablir.") % objet.titre
        messages.success(self.request, avis, extra_tags=self.request.path)
        return redirect(objet)


@require_POST
@membre_requis
def retablissement(request, pk):
    objet = obtenir(Contribution.objects.visibles_par(request.user), pk=pk)
    if objet.retablissable_par(request.user):
        objet.specifique.retablir(par=request.membre)
        messages.success(request, _("C’est rétabli."))
    return redirect(objet)


@require_POST
@membre_requis
def reouverture(request, pk):
    objet = obtenir(Contribution.objects.modifiables_par(request.user), pk=pk)
    if objet.clos_le:
        objet.specifique.rouvrir(par=request.membre)
        messages.success(request, _("C’est rouvert."))
    return redirect(objet)


@require_POST
@membre_requis
def publication(request, pk):
    """A draft of mine goes out; a second click changes nothing."""
    objet = obtenir(Contribution.objects.modifiables_par(request.user), pk=pk)
    if not objet.est_brouillon:
        return redirect(objet)
    droits, refus = request.membre.droits, ""
    if objet.collectivite_id not in droits.collectivites:
        refus = _("Vous ne parlez plus au nom de %s.") % objet.collectivite
    elif objet.reseau_id and objet.reseau_id not in droits.reseaux:
        refus = _("Vous n’êtes plus du réseau où ce brouillon devait paraître : choisissez-en un autre.")
    else:
        refus = objet.specifique.refus_de_publication(request.membre)
    if refus:
        messages.warning(request, refus)
        return redirect(objet.url_de_modification)
    return redirect(objet.specifique.publier(par=request.membre))


@require_POST
@membre_requis
@transaction.atomic
def brouillon_suppression(request, pk):
    """A draft of mine is forgotten; read with its lock, since what has just been published never is."""
    brouillon = obtenir(mes_brouillons(request).select_for_update(), pk=pk).specifique
    brouillon.supprimer()
    avis = _("Le brouillon est supprimé.")
    messages.success(request, avis, extra_tags=f"{brouillon.type}-{pk}")
    return redirect("reseau:brouillons")


class HistoriqueView(MembreRequisMixin, PorteMixin, DetailView):
    """Who changed what, when: for the members who may read the contribution."""

    model = Contribution
    template_name = "reseau/contributions/historique.html"
    context_object_name = "contribution"

    def get_context_data(self, **kwargs):
        lisibles = Modification.objects.lisibles_par(self.request.user, self.object)
        modifications = lisibles.select_related("par")[:100]
        return super().get_context_data(modifications=modifications, **kwargs)


def mes_brouillons(request):
    return Contribution.objects.visibles_par(request.user).filter(auteur=request.membre, publie_le=None)


class BrouillonListView(MembreRequisMixin, ListView):
    """My drafts: nobody else sees them."""

    template_name = "reseau/contributions/brouillons.html"
    context_object_name = "brouillons"

    def get_queryset(self):
        return mes_brouillons(self.request).order_by("-cree_le")[:100]


@require_safe
def piece(request, pk, nom):
    """A file, through the visibility of its contribution. `nom` is for the reader, not for us."""
    fichier = obtenir(PieceJointe.objects.visibles_par(request.user), pk=pk)
    version = VERSIONS.get(request.GET.get("v"), "fichier")
    return servir(request, fichier, telechargement=version == "fichier", version=version)
