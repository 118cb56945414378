from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST
from django.views.generic import ListView, TemplateView, View

from plateforme.socle.exports import en_tableur
from plateforme.socle.retour import page_quittee
from plateforme.socle.texte import entier
from plateforme.socle.views.formulaires import FormView

from ..forms.membres import NiveauForm
from ..forms.reseaux import DepartForm, EntreeForm, RoleForm
from ..invitations import faire_entrer
from ..models import Adhesion, Demande, Entree, Membre, Reseau
from ..tableaux import ENTETES_DES_MEMBRES, ligne_de_membre
from .acces import Introuvable, MembreRequisMixin, membre_requis, obtenir, tenter
from .membres import courriels_qui_reviennent
from .reseaux import ReseauMixin

CHOIX_MAX = 30


class DansUnReseau(MembreRequisMixin, ReseauMixin):
    """And `self.adhesion` of the one who looks."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.adhesion = self.reseau.adhesion_de(request.membre)

    def get_context_data(self, **kwargs):
        return super().get_context_data(adhesion=self.adhesion, **kwargs)


class AdhesionView(DansUnReseau, FormView):
    """Join, ask to, or change how often the network writes: the one question is about mail."""

    template_name = "reseau/reseaux/adhesion.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        ferme_a_elle = self.reseau.est_ferme or self.reseau.acces == Reseau.Acces.INVITATION
        if ferme_a_elle and not self.adhesion:
            raise Introuvable

    def get_form_class(self):
        return NiveauForm if self.adhesion else EntreeForm

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        if self.adhesion:
            return kwargs | {"instance": self.adhesion}
        return kwargs | {"reseau": self.reseau}

    def form_valid(self, form):
        niveau = form.cleaned_data["niveau_courriel"]
        if self.adhesion:
            Adhesion.objects.get(pk=self.adhesion.pk).changer(niveau_courriel=niveau)
            messages.success(self.request, _("C’est noté."))
        elif self.reseau.est_ouvert_a_tous:
            self.reseau.accueillir(self.request.membre, par=self.request.membre, niveau_courriel=niveau)
            messages.success(self.request, _("Vous êtes membre du réseau."))
        else:
            self.demander(niveau, form.cleaned_data["mot"])
            messages.success(self.request, _("Votre demande est partie ; la réponse viendra par courriel."))
        return redirect(self.reseau)

    def demander(self, niveau, mot):
        membre, parle_pour = self.request.membre, self.request.au_nom_de
        Demande.pour(
            membre,
            reseau=self.reseau,
            collectivite_id=parle_pour.pk if parle_pour else membre.droits.fonctions[0].objet,
            mot=mot,
            niveau_courriel=niveau,
        ).deposer()


class DepartView(DansUnReseau, TemplateView):
    template_name = "reseau/reseaux/depart.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not self.adhesion:
            raise Introuvable

    def post(self, request, *args, **kwargs):
        if tenter(request, self.adhesion.clore, _("Vous avez quitté le réseau « %s ».") % self.reseau.nom):
            return redirect("reseau:reseaux")
        return redirect("reseau:reseau_membres", self.reseau.slug)


class AdhesionListView(DansUnReseau, ListView):
    """Who is in the network, for every member; its animateurs say there who does what."""

    template_name = "reseau/reseaux/membres.html"
    context_object_name = "adhesions"

    def get_queryset(self):
        visibles = Adhesion.objects.visibles_par(self.request.user).actives()
        return visibles.filter(reseau=self.reseau).pour_liste(self.request.user)

    def get_context_data(self, **kwargs):
        membre = self.request.membre
        anime = membre.anime(self.reseau) or membre.droits.est_administrateur
        contexte = super().get_context_data(anime=anime, **kwargs)
        # Of no concern to the others.
        membres = [adhesion.membre for adhesion in contexte["adhesions"]] if anime else []
        return contexte | {"courriels_qui_reviennent": courriels_qui_reviennent(membres)}


class ChoixDeMembresView(MembreRequisMixin, ReseauMixin, ListView):
    """Who is already a member is chosen, by her name, and not typed again: for who runs the network."""

    porte = "modifiables_par"
    template_name = "reseau/reseaux/choisir.html"
    context_object_name = "membres"

    def reseaux(self):
        return super().reseaux().ouverts()

    def get_queryset(self):
        """Those that the words find; without words, those whom she works with."""
        user, q = self.request.user, self.request.GET.get("q", "")
        membres = self.membres().exclude(pk__in=self.reseau.adhesions.en_cours().values("membre"))
        mots, self.mots_ignores = membres.trier_les_mots(q)
        trouves = membres.repondant_a(mots) if mots else membres.filter(self.request.membre.proches())
        return trouves.pour_liste(user).order_by("nom", "prenom", "pk")[:CHOIX_MAX]

    def membres(self):
        return Membre.objects.visibles_par(self.request.user).actifs()

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            q=self.request.GET.get("q", "")[:200],
            mots_ignores=self.mots_ignores,
            au_plus=CHOIX_MAX,
            **kwargs,
        )

    def post(self, request, slug):
        membre = obtenir(self.membres(), pk=entier(request.POST.get("membre", "")))
        entree = faire_entrer(membre, self.reseau, par=request.membre)
        avis = _("%s y était déjà.")
        if entree:
            avis = _("%s en est maintenant\u202f: un courriel l’en prévient.")
        messages.success(request, avis % membre.nom_complet)
        return redirect(request.get_full_path())


class AdhesionExportView(DansUnReseau, View):
    """Who is in the network, as a table, for its animateur. It leaves the site: the journal says so."""

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        if not request.membre.anime(self.reseau):
            raise Introuvable

    def get(self, request, slug):
        visibles = Adhesion.objects.visibles_par(request.user).actives()
        adhesions = visibles.filter(reseau=self.reseau).pour_liste(request.user)
        adhesions = adhesions.prefetch_related("membre__domaines", "membre__competences")
        combien = ngettext("%(n)s personne", "%(n)s personnes", len(adhesions)) % {"n": len(adhesions)}
        Entree.noter(Entree.Geste.EXPORT, par=request.membre, reseau=self.reseau, detail=combien)
        nom = _("membres %(reseau)s") % {"reseau": self.reseau.nom_court}
        return en_tableur(request, nom, ENTETES_DES_MEMBRES, map(ligne_de_membre, adhesions))


def adhesion_animee(request, slug, pk):
    """The adhésion of a member (pk) in a network that the one who asks may run."""
    animees = Adhesion.objects.modifiables_par(request.user).en_cours().select_related("membre", "reseau")
    return obtenir(animees, reseau__slug=slug, membre=pk)


@require_POST
@membre_requis
def role(request, slug, pk):
    adhesion = adhesion_animee(request, slug, pk)
    form = RoleForm(request.POST)
    try:
        if form.is_valid():
            adhesion.changer(role=form.cleaned_data["role"], par=request.membre)
    except ValidationError as refus:
        messages.error(request, " ".join(refus.messages))
    return redirect("reseau:reseau_membres", slug)


@require_POST
@membre_requis
def bienvenue(request, slug, pk):
    adhesion = adhesion_animee(request, slug, pk)
    avis = _("%s reçoit un mot de bienvenue.") % adhesion.membre
    tenter(request, adhesion.souhaiter_la_bienvenue, avis)
    return redirect(page_quittee(request))


class ExclusionView(MembreRequisMixin, FormView):
    """An animateur removes a member and says why."""

    form_class = DepartForm
    template_name = "reseau/reseaux/exclusion.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.adhesion = adhesion_animee(request, kwargs["slug"], kwargs["pk"])

    def get_context_data(self, **kwargs):
        return super().get_context_data(adhesion=self.adhesion, **kwargs)

    def form_valid(self, form):
        try:
            self.adhesion.clore(par=self.request.membre, motif=form.cleaned_data["motif"])
        except ValidationError as refus:
            form.add_error(None, refus)
            return self.form_invalid(form)
        nom = self.adhesion.membre.nom_complet
        avis = _("%s n’est plus membre du réseau.") % nom
        messages.success(self.request, avis, extra_tags=self.request.path)
        return redirect("reseau:reseau_membres", self.kwargs["slug"])
