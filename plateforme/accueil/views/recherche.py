from django.http import JsonResponse, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView
from wagtail.models import Page

from besoins.models.positions import avec_positions
from besoins.models.retours import avec_qui_l_a_fait
from plateforme.accueil.chiffres_cles import communes_membres
from plateforme.accueil.completion import completions
from plateforme.socle.extraits import Motif
from plateforme.socle.limites import consommer
from plateforme.socle.recherche import chercher
from plateforme.socle.texte import Termes, entier, requete, requete_normale, sans_accents
from reseau.forms.recherche import RechercheForm
from reseau.limites import RECHERCHES_PAR_MEMBRE
from reseau.models import Contribution, Membre, PageReseau, RechercheSansReponse, RechercheSuivie, Reseau
from reseau.models.contributions import en_specifiques
from reseau.views.membres import partis_nommes
from ressources_docs.resultats import resultats

PAR_PAGE = 20
PERSONNES_MAX = LIEUX_MAX = 6
PAGES_MAX = 4


class RechercheView(TemplateView):
    """One box. Contributions ranked together, with what to narrow them by; beside them, short blocks of
    people, communes, networks and pages."""

    template_name = "accueil/recherche/recherche.html"

    def get_context_data(self, **kwargs):
        form = RechercheForm(self.request.GET, user=self.request.user)
        nombre = 0 if form.est_vide else len(form.trouvees)
        page = min(entier(self.request.GET.get("page", ""), 3) or 1, max(1, -(-nombre // PAR_PAGE)))
        contexte = super().get_context_data(
            filtre=form,
            q=form.requete[:200],
            resultats=[] if form.est_vide else self.resultats(form, page),
            precedente=form.page(page - 1) if page > 1 else "",
            suivante=form.page(page + 1) if nombre > page * PAR_PAGE else "",
            question=self.question(form),
            **kwargs,
        )
        contexte["contributions"] = [resultat.contribution for resultat in contexte["resultats"]]
        # Whoever narrows, or turns the page, looks for contributions.
        a_cote = self.a_cote(form) if page == 1 and not form.nombre_actifs else {}
        sans_reponse = not nombre or form.est_partielle
        if sans_reponse and page == 1 and not any(a_cote.values()) and self.request.membre:
            self.noter(form)
        rien = not any([nombre, form.nombre_actifs, *a_cote.values()])
        return contexte | a_cote | {"rien": rien, "suivie": self.suivie(form)}

    def noter(self, form):
        """For who runs networks; a visitor finds what is public only, which tells nothing of the rest."""
        autres = {nom for nom, valeurs in form.choisis.items() if valeurs} - {"reseau"}
        if form.q and not autres and consommer((RECHERCHES_PAR_MEMBRE, self.request.membre.pk)):
            siens = Reseau.objects.filter(
                pk__in=self.request.membre.droits.reseaux, slug__in=form.choisis["reseau"]
            )
            reseau = siens.first()
            # Nobody is told of what was looked for in a network that is not hers.
            if reseau or not form.choisis["reseau"]:
                RechercheSansReponse.noter_pour(self.request.membre, form.q, reseau)

    def suivie(self, form):
        """Hers, if she is told already of what is new for this search."""
        if form.est_vide:
            return None
        siennes = RechercheSuivie.objects.visibles_par(self.request.user)
        return siennes.filter(cle=RechercheSuivie.cle_de(form.q_lue, form.choisis)).first()

    def question(self, form):
        """Where to ask, with what was typed and where it was looked for."""
        dite = QueryDict(mutable=True)
        dite["titre"] = form.requete.replace('"', "")[:200]
        for nom in ("domaine", "reseau"):
            dite.setlist(nom, form.choisis[nom])
        return f"{reverse('reseau:discussion_publier')}?{dite.urlencode()}"

    def resultats(self, form, page):
        lignes = form.trouvees[(page - 1) * PAR_PAGE : page * PAR_PAGE]
        manquants = {ligne["pk"]: ligne.get("manquants", ()) for ligne in lignes}
        # By the door again, like all that is shown.
        lues = Contribution.objects.visibles_par(self.request.user).publiees().only("type").in_bulk(manquants)
        contributions = en_specifiques([lues[pk] for pk in manquants if pk in lues])
        contributions = avec_qui_l_a_fait(avec_positions(contributions, self.request.au_nom_de))
        motif = Motif.de(*(lecture.q for lecture in form.lectures))
        lus = resultats(contributions, motif, self.request.user, form.q_lue)
        for resultat in lus:
            resultat.manquants = manquants[resultat.contribution.pk]
        return lus

    def a_cote(self, form):
        mots = mots_de(form.q)
        recherche = requete(form.q)
        return {
            "personnes": self.personnes(form.q) if mots else [],
            "partis": partis_nommes(form.q, self.request.user),
            "communes": communes_nommees(mots),
            "reseaux": reseaux_nommes(mots, self.request.user),
            "pages": pages_du_site(recherche) if recherche else [],
        }

    def personnes(self, q):
        membres = Membre.objects.visibles_par(self.request.user).actifs()
        mots, _ignores = membres.trier_les_mots(q)
        trouvees = membres.repondant_a(mots).pour_liste(self.request.user)
        return trouvees.prefetch_related("competences")[:PERSONNES_MAX]


@require_safe
@never_cache
def suggestions(request):
    """What to open, while one types."""
    debut = requete_normale(request.GET.get("q", ""))
    mots = mots_de(debut)
    lieux = [(_("réseau"), reseau) for reseau in reseaux_nommes(mots, request.user)]
    lieux += [(_("commune"), commune) for commune in communes_nommees(mots)]
    return JsonResponse({"suggestions": completions(debut, mots, request.user, lieux)})


def mots_de(q):
    termes = Termes.lire(q)
    return " ".join(map(sans_accents, [*termes.mots, *termes.expressions])).split()


def communes_nommees(mots):
    """Read in Python: no database folds accents, and an agglomération has a few dozen communes."""
    return _nommes(mots, communes_membres(), lambda commune: commune.nom)


def reseaux_nommes(mots, user):
    return _nommes(mots, Reseau.objects.visibles_par(user), lambda reseau: f"{reseau.nom} {reseau.nom_court}")


def _nommes(mots, objets, nom):
    if not mots:
        return []
    mots = [mot.replace("'", "’") for mot in mots]
    return [objet for objet in objets if all(mot in sans_accents(nom(objet)) for mot in mots)][:LIEUX_MAX]


def pages_du_site(recherche):
    """Those that anybody may open; the page of a network is known by the network's own rule."""
    publiques = Page.objects.live().public().not_type(PageReseau)
    return chercher(publiques, recherche, PAGES_MAX)
