from django.db.models import Prefetch
from django.views.generic import DetailView, ListView

from ..models import Collectivite, Contribution, Fonction, Membre
from .acces import obtenir

CONTRIBUTIONS_MONTREES = 10


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
            fonctions=self.fonctions() if membre else [],
            gere=bool(membre) and membre.gere(collectivite),
            modifiables=modifiables(self.request, collectivite=collectivite),
            epci=collectivite.appartenances.en_cours().select_related("epci").first(),
            communes=Collectivite.objects.membres_de(collectivite),
            poles=collectivite.appartenances_aux_poles.en_cours().select_related("pole"),
            contributions=self.contributions(),
            **kwargs,
        )

    def fonctions(self):
        """The current functions there, of people whose account is open."""
        fonctions = (
            Fonction.objects.visibles_par(self.request.user)
            .en_cours()
            .filter(collectivite=self.object, membre__in=Membre.objects.actifs())
        )
        ordre = {role: rang for rang, role in enumerate(ORDRE_DES_ROLES)}
        personnes = Membre.objects.select_related("utilisateur", "suppleant__utilisateur")
        personnes = Prefetch("membre", personnes.avec_coordonnees(self.request.user))
        lignes = fonctions.select_related("collectivite").prefetch_related(personnes)
        return sorted(lignes, key=lambda f: (ordre[f.role], f.membre.nom, f.membre.prenom))

    def contributions(self):
        visibles = Contribution.objects.visibles_par(self.request.user).publiees()
        recentes = visibles.filter(collectivite=self.object).recentes_d_abord()
        return recentes[:CONTRIBUTIONS_MONTREES].specifiques()


ORDRE_DES_ROLES = [
    Fonction.Role.REFERENT,
    Fonction.Role.AGENT,
    Fonction.Role.ELU,
    Fonction.Role.INTERLOCUTEUR,
    Fonction.Role.ADMINISTRATEUR,
]


def modifiables(request, **criteres):
    """The functions (ids) that the one who looks may change, among these."""
    if not request.membre:
        return set()
    permises = Fonction.objects.modifiables_par(request.user).en_cours().filter(**criteres)
    return set(permises.values_list("pk", flat=True))
