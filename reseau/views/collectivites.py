from datetime import timedelta
from itertools import groupby

from django.db.models import Prefetch
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.generic import DetailView, ListView

from ..models import Collectivite, Contribution, Fonction, Membre
from ..models.contributions import par_type
from .acces import obtenir

CONTRIBUTIONS_MONTREES = 5
PARTIS_PENDANT = timedelta(days=365)


class CollectiviteListView(ListView):
    """The communes, and for members whom to ring in each."""

    template_name = "reseau/membres/collectivites.html"
    context_object_name = "collectivites"

    def get_queryset(self):
        return Collectivite.objects.actuelles().avec_population()

    def get_context_data(self, **kwargs):
        if self.request.membre:
            self.nommer_les_referents()
        return super().get_context_data(**kwargs)

    def nommer_les_referents(self):
        """`collectivite.referents`, in two queries for all."""
        fonctions = Fonction.objects.visibles_par(self.request.user).en_cours()
        fonctions = fonctions.filter(role=Fonction.Role.REFERENT, membre__utilisateur__is_active=True)
        referents = {}
        personnes = Membre.objects.avec_coordonnees(self.request.user)
        for fonction in fonctions.prefetch_related(Prefetch("membre", personnes)):
            referents.setdefault(fonction.collectivite_id, []).append(fonction.membre)
        for collectivite in self.object_list:
            collectivite.referents = referents.get(collectivite.pk, [])


class CollectiviteDetailView(DetailView):
    """A commune: who does what, for members; its population, its pôles and what it published, for all."""

    template_name = "reseau/membres/collectivite.html"
    context_object_name = "collectivite"

    def get_object(self, queryset=None):
        return obtenir(Collectivite.objects.avec_population(), slug=self.kwargs["slug"])

    def get_context_data(self, **kwargs):
        membre, collectivite = self.request.membre, self.object
        return super().get_context_data(
            en_sourdine=bool(membre) and membre.sourdines.filter(collectivite=collectivite).exists(),
            equipes=self.equipes() if membre else [],
            partis=self.partis() if membre else [],
            gere=bool(membre) and membre.gere(collectivite),
            modifiables=modifiables(self.request, collectivite=collectivite),
            epci=collectivite.appartenances.en_cours().select_related("epci").first(),
            communes=Collectivite.objects.membres_de(collectivite),
            poles=collectivite.appartenances_aux_poles.en_cours().select_related("pole"),
            en_cours=par_type(self.contributions().ouvertes(), CONTRIBUTIONS_MONTREES),
            **kwargs,
        )

    def equipes(self):
        """[(what they are there, their functions)]: first those who speak for it, last who answers it."""
        equipes = groupby(self.fonctions(), key=lambda fonction: EQUIPES[fonction.role])
        return [(nom, list(fonctions)) for nom, fonctions in equipes]

    def fonctions(self):
        """The current functions there, of people whose account is open."""
        fonctions = (
            Fonction.objects.visibles_par(self.request.user)
            .en_cours()
            .filter(collectivite=self.object, membre__in=Membre.objects.actifs())
        )
        ordre = {role: rang for rang, role in enumerate(EQUIPES)}
        personnes = Membre.objects.select_related("utilisateur", "suppleant__utilisateur")
        personnes = Prefetch("membre", personnes.avec_coordonnees(self.request.user))
        lignes = fonctions.select_related("collectivite").prefetch_related(personnes)
        return sorted(lignes, key=lambda f: (ordre[f.role], f.membre.nom, f.membre.prenom))

    def partis(self):
        """Who left it for a year at most, and who took over."""
        depuis = timezone.localdate() - PARTIS_PENDANT
        ici = Fonction.objects.passees().order_by().filter(collectivite=self.object, fin__gt=depuis)
        partis = Membre.objects.visibles_par(self.request.user).partis()
        return partis.filter(pk__in=ici.values("membre")).pour_liste(self.request.user)

    def contributions(self):
        visibles = Contribution.objects.visibles_par(self.request.user).publiees()
        return visibles.filter(collectivite=self.object)


EQUIPES = {
    Fonction.Role.REFERENT: _("Référent·e de la commune"),
    Fonction.Role.AGENT: _("Services"),
    Fonction.Role.ELU: _("Élu·e·s"),
    Fonction.Role.ADMINISTRATEUR: _("Administration du site"),
    Fonction.Role.INTERLOCUTEUR: _("Qui lui répond à l’intercommunalité"),
}


def modifiables(request, **criteres):
    """The functions (ids) that the one who looks may change, among these."""
    if not request.membre:
        return set()
    permises = Fonction.objects.modifiables_par(request.user).en_cours().filter(**criteres)
    return set(permises.values_list("pk", flat=True))
