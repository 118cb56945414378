"""What one may do with any contribution, whatever its type."""

from contextlib import suppress
from functools import cached_property

from django.contrib import messages
from django.db import DatabaseError, transaction
from django.db.models import Exists, F, OuterRef
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView, ListView

from plateforme.socle.fichiers import servir
from plateforme.socle.texte import citer, entier
from plateforme.socle.views.formulaires import FormView

from ..contexte import NON_LUES_MAX, entete_de
from ..forms.contributions import DeplacementForm, RenvoiForm, RetraitForm, VerrouForm
from ..forms.fils import MessageForm
from ..models import (
    Contribution,
    Discussion,
    Lecture,
    Modification,
    Notification,
    PieceJointe,
    Signalement,
    Sourdine,
    Suivi,
)
from .acces import MembreRequisMixin, PorteMixin, membre_requis, obtenir, partiel_ou_redirection, tenter
from .proches import proches_du_brouillon
from .publication import publier

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
        lecture = Lecture.objects.filter(contribution=OuterRef("pk"), membre=self.request.membre)
        sourdines = Sourdine.objects.filter(membre=self.request.membre)
        signalements = Signalement.objects.filter(
            contribution=OuterRef("pk"), message=None, par=self.request.membre
        )
        return contributions.annotate(
            est_suivie=Exists(suivi),
            est_lue=Exists(lecture),
            a_des_sourdines=Exists(sourdines),
            est_signalee=Exists(signalements),
        )

    def get_context_data(self, **kwargs):
        moderable = self.object.moderable_par(self.request.user)
        autres_reseaux = moderable and {*self.request.membre.droits.reseaux} - {self.object.reseau_id}
        # A closed thread keeps its form, out of sight, for the day when it opens again (see fil.html).
        peut_repondre = bool(self.request.au_nom_de) and self.object.est_publiee
        contexte = super().get_context_data(
            empreinte_de_la_page=lambda: self.object.empreinte,
            fenetre=Fenetre(self.object, **self.bornes()),
            formulaire_message=MessageForm(initial=self.citation()) if peut_repondre else None,
            modifiable=self.object.modifiable_par(self.request.user),
            moderable=moderable,
            deplacable=autres_reseaux and self.object.se_deplace,
            retablissable=self.object.retablissable_par(self.request.user),
            liens=self.liens(),
            sourdine=self.sourdine(),
            proches=proches_du_brouillon(self.request, self.object) if self.object.est_brouillon else [],
            **kwargs,
        )
        self.marquer_vue()
        return contexte

    def liens(self):
        """What it comes from and what came of it, of what she may read."""
        if not self.object.reperes.get("liens"):
            return []
        return self.object.liens().visibles_par(self.request.user)

    def citation(self):
        """What answers a message begins with a part of it: `?citer=`, its rank."""
        rang = self.rangs("citer").get("citer")
        message = (
            rang and self.object.messages.filter(rang=rang, retire_le=None).select_related("auteur").first()
        )
        return {"texte": citer(message.texte, message.auteur.nom_complet)} if message else None

    def sourdine(self):
        """Most members have muted nothing: no query for them."""
        membre = self.request.membre
        return sourdine_sur(self.object, membre) if membre and self.object.a_des_sourdines else None

    def bornes(self):
        return self.rangs("avant", "message")

    def rangs(self, *noms):
        """What the address asks of the thread; a number that means nothing is left out."""
        demandes = {nom: entier(self.request.GET.get(nom, "")) for nom in noms}
        return {nom: n for nom, n in demandes.items() if n is not None}

    def marquer_vue(self):
        """Seeing the page is having read its notification; nothing is written if the header counts none, nor
        if no récapitulatif could tell what she has just seen."""
        non_lues = entete_de(self.request).contributions_non_lues
        comptee = self.object.pk in non_lues
        a_noter = self.request.membre and not self.object.est_lue and Lecture.peut_servir(self.object)
        if not comptee and not a_noter and len(non_lues) < NON_LUES_MAX:
            return
        # Reading goes on where nothing can be written for now: the notification will wait.
        with suppress(DatabaseError), transaction.atomic():
            if a_noter:
                Lecture.noter(self.request.membre, self.object)
            if comptee or len(non_lues) >= NON_LUES_MAX:
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
    objet = obtenir(Contribution.objects.visibles_par(request.user), pk=pk)
    suivre = request.POST.get("suivre") == "oui"
    (objet.suivre if suivre else objet.ne_plus_suivre)(request.membre)
    return ou_j_en_suis(request, objet)


@require_POST
@membre_requis
def sourdine(request, pk):
    objet = obtenir(Contribution.objects.visibles_par(request.user), pk=pk)
    Sourdine.basculer(request.membre, request.POST.get("sourdine") == "oui", contribution=objet)
    return ou_j_en_suis(request, objet)


def ou_j_en_suis(request, objet):
    contexte = suivi_de(objet, request.membre)
    return partiel_ou_redirection(
        request, "reseau/contributions/suivi.html", contexte, objet.get_absolute_url()
    )


def suivi_de(objet, membre):
    """Whether she follows it, whether she has muted it: what suivi.html shows."""
    objet.est_suivie = objet.suivis.filter(membre=membre).exists()
    return {"contribution": objet, "sourdine": sourdine_sur(objet, membre)}


def sourdine_sur(contribution, membre):
    """What keeps her from being told of it: her own muting of it first, then a wider one, or None."""
    siennes = Sourdine.objects.visant(contribution).filter(membre=membre)
    siennes = siennes.select_related("domaine", "collectivite", "reseau")
    return siennes.order_by(F("contribution").asc(nulls_last=True)).first()


class RetraitView(MembreRequisMixin, PorteMixin, FormView):
    """Withdraw, and say why: nothing that was published is erased. (A draft is deleted.)"""

    model = Contribution
    porte = "modifiables_par"
    form_class = RetraitForm
    template_name = "reseau/contributions/retrait.html"

    def get_queryset(self):
        return super().get_queryset().publiees()

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.get_object().specifique, **kwargs)

    def form_valid(self, form):
        objet = self.get_object()
        objet.specifique.retirer(par=self.request.membre, motif=form.cleaned_data["motif"])
        avis = _("Le retrait de « %s » est fait. Vous pouvez y revenir.") % objet.titre
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


class VerrouView(MembreRequisMixin, PorteMixin, FormView):
    """The animateur stops a discussion that goes wrong, and says why."""

    model = Contribution
    porte = "moderables_par"
    form_class = VerrouForm
    template_name = "reseau/contributions/verrou.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.get_object(), **kwargs)

    def form_valid(self, form):
        objet = self.get_object()
        objet.specifique.verrouiller(par=self.request.membre, motif=form.cleaned_data["motif"])
        messages.success(self.request, _("C’est verrouillé."), extra_tags=self.request.path)
        return redirect(objet)


@require_POST
@membre_requis
def deverrouillage(request, pk):
    objet = obtenir(Contribution.objects.moderables_par(request.user), pk=pk)
    objet.specifique.deverrouiller(par=request.membre)
    messages.success(request, _("Le verrou est levé."))
    return redirect(objet)


class DeplacementView(MembreRequisMixin, PorteMixin, FormView):
    """The animateur puts a contribution where it belongs: another network where she may publish."""

    model = Contribution
    porte = "moderables_par"
    form_class = DeplacementForm
    template_name = "reseau/contributions/deplacement.html"

    def get_queryset(self):
        return super().get_queryset().select_related("reseau")

    def dispatch(self, request, *args, **kwargs):
        self.object = self.get_object()
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"contribution": self.object, "membre": self.request.membre}

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.object, en_faq=self.en_faq(), **kwargs)

    def en_faq(self):
        return Discussion.objects.en_faq().filter(pk=self.object.pk).exists()

    def form_valid(self, form):
        etait_en_faq = self.en_faq()
        if not form.deplacer(self.object.specifique, par=self.request.membre):
            return self.form_invalid(form)
        avis = _("C’est déplacé. Ceux qui la suivent et peuvent encore la lire sont prévenus.")
        if etait_en_faq:
            avis = f"{avis} {_('Elle n’est plus parmi les questions fréquentes.')}"
        messages.success(self.request, avis, extra_tags=self.request.path)
        return redirect(self.object)


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
    return publier(request, objet.specifique)


@require_POST
@membre_requis
def acceptation(request, pk):
    objet = obtenir(Contribution.objects.a_relire_par(request.user), pk=pk)
    tenter(request, objet.specifique.accepter, _("« %s » est publiée.") % objet.titre)
    return redirect("reseau:signalements")


class RenvoiView(MembreRequisMixin, PorteMixin, FormView):
    """A first publication goes back to its author, with the reason."""

    model = Contribution
    porte = "a_relire_par"
    form_class = RenvoiForm
    template_name = "reseau/contributions/renvoi.html"

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.get_object(), **kwargs)

    def form_valid(self, form):
        objet = self.get_object()
        objet.specifique.renvoyer(par=self.request.membre, motif=form.cleaned_data["motif"])
        avis = _("La réponse est partie par courriel.")
        messages.success(self.request, avis, extra_tags=self.request.path)
        return redirect("reseau:signalements")


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
        brouillons = mes_brouillons(self.request).annotate(partira_le=F("annonce__a_envoyer_le"))
        return brouillons.order_by("-cree_le")[:100]


@require_safe
def piece(request, pk, nom):
    """A file, through the visibility of its contribution. `nom` is for the reader, not for us."""
    fichier = obtenir(PieceJointe.objects.visibles_par(request.user), pk=pk)
    version = VERSIONS.get(request.GET.get("v"), "fichier")
    return servir(request, fichier, telechargement=version == "fichier", version=version)
