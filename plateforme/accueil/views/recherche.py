from django.views.generic import TemplateView

from besoins.models.positions import avec_positions
from besoins.models.retours import avec_qui_l_a_fait
from plateforme.accueil.chiffres_cles import communes_membres
from plateforme.socle.recherche import chercher
from plateforme.socle.texte import requete, requete_normale, sans_accents
from reseau.models import Contribution, Membre
from reseau.models.contributions import en_specifiques
from reseau.views.membres import partis_nommes

RESULTATS_MAX = 30
PERSONNES_MAX = COMMUNES_MAX = 6


class RechercheView(TemplateView):
    """One box. Contributions ranked together, then short blocks of people and communes."""

    template_name = "accueil/recherche/recherche.html"

    def get_context_data(self, **kwargs):
        q = self.request.GET.get("q", "")
        mots = sans_accents(requete_normale(q)).replace('"', " ").split()
        contributions = self.contributions(requete(q))
        return super().get_context_data(
            q=q[:200],
            cherche=bool(mots),
            contributions=contributions[:RESULTATS_MAX],
            il_en_reste=len(contributions) > RESULTATS_MAX,
            personnes=self.personnes(q) if mots else [],
            partis=partis_nommes(q, self.request.user),
            communes=communes_nommees(mots),
            **kwargs,
        )

    def contributions(self, recherche):
        if recherche is None:
            return []
        visibles = Contribution.objects.visibles_par(self.request.user).publiees()
        trouvees = en_specifiques(chercher(visibles, recherche, RESULTATS_MAX + 1))
        return avec_qui_l_a_fait(avec_positions(trouvees, self.request.au_nom_de))

    def personnes(self, q):
        membres = Membre.objects.visibles_par(self.request.user).actifs()
        mots, _ignores = membres.trier_les_mots(q)
        trouvees = membres.repondant_a(mots).pour_liste(self.request.user)
        return trouvees.prefetch_related("competences")[:PERSONNES_MAX]


def communes_nommees(mots):
    """Read in Python: no database folds accents, and an agglomération has a few dozen communes."""
    if not mots:
        return []
    mots = [mot.replace("'", "’") for mot in mots]
    nommees = [c for c in communes_membres() if all(mot in sans_accents(c.nom) for mot in mots)]
    return nommees[:COMMUNES_MAX]
