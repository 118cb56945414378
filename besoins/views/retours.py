from dateutil.relativedelta import relativedelta
from django.contrib.auth.models import AnonymousUser
from django.contrib.syndication.views import Feed
from django.urls import reverse, reverse_lazy
from django.utils import timezone
from django.utils.feedgenerator import Atom1Feed
from django.utils.functional import SimpleLazyObject, cached_property
from django.utils.html import escape
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from reseau.views.acces import membre_requis, obtenir, partiel_ou_redirection
from reseau.views.contributions import ContributionDetailView
from reseau.views.listes import ContributionExportView, ContributionListView
from reseau.views.publication import ContributionCreateView, ContributionUpdateView

from ..forms.retours import NousAussiForm, RetourFiltreForm, RetourForm
from ..models import NousAussi, Projet, RetourExperience
from ..models.retours import avec_qui_l_a_fait
from .paroles import ParoleView

FLUX_MAX = 50


class RetourFiltreMixin:
    type = "retourexperience"
    filtre_class = RetourFiltreForm


class RetourListView(RetourFiltreMixin, ContributionListView):
    template_name = "besoins/retours/liste.html"

    def completes(self, contributions):
        return avec_qui_l_a_fait(super().completes(contributions))


class RetourExportView(RetourFiltreMixin, ContributionExportView):
    nom = gettext_lazy("retours d’expérience")

    def completes(self, contributions):
        return avec_qui_l_a_fait(contributions)

    def entetes(self):
        return [
            *super().entetes(),
            _("contexte"),
            _("coût, en euros"),
            _("ce que ce coût comprend"),
            _("durée, en mois"),
            _("année"),
            _("gains"),
            _("écueils"),
            _("conditions de réussite"),
            _("à refaire"),
            _("collectivité d’ailleurs"),
            _("source"),
            _("adresse de la source"),
            _("l’ont fait aussi"),
            _("jugé utile par"),
        ]

    def ligne(self, retour):
        return [
            *super().ligne(retour),
            retour.contexte,
            retour.cout,
            retour.cout_couvre,
            retour.duree,
            retour.periode,
            retour.gains,
            retour.ecueils,
            retour.conditions_de_succes,
            retour.get_a_refaire_display(),
            retour.collectivite_externe,
            retour.source,
            retour.source_url,
            ", ".join(
                commune.nom
                for commune in retour.l_ont_fait
                if retour.vient_d_ailleurs or commune.pk != retour.collectivite_id
            ),
            retour.nombre_utile,
        ]


class RetourDetailView(ContributionDetailView):
    model = RetourExperience
    template_name = "besoins/retours/detail.html"

    def get_queryset(self):
        return super().get_queryset().select_related("issue_de", "interlocuteur")

    def get_context_data(self, **kwargs):
        retour, membre = self.object, self.request.membre
        contexte = super().get_context_data(**kwargs)
        if retour.est_brouillon:
            return contexte
        appels = SimpleLazyObject(lambda: retour.appels_lus_par(self.request.user))
        contexte |= {"appels": appels, "membre": membre, **utile_de(retour, membre)}
        parle_pour = self.request.au_nom_de
        if parle_pour and retour.accepte_les_messages and not retour.refus_de_nous_aussi(parle_pour):
            dit = retour.nous_aussi.filter(collectivite=parle_pour).select_related("par").first()
            contexte |= {"nous_aussi": dit, "formulaire_nous_aussi": NousAussiForm(instance=dit)}
        return contexte


def utile_de(retour, membre):
    """To how many it was useful, and to me: what utile.html shows."""
    pks = list(retour.utiles.values_list("membre", flat=True))
    return {"utiles": len(pks), "utile_pour_moi": bool(membre) and membre.pk in pks}


class RetourFormulaireMixin:
    model = RetourExperience
    form_class = RetourForm
    template_name = "besoins/retours/publier.html"


class RetourCreateView(RetourFormulaireMixin, ContributionCreateView):
    """« ?de= » a project: what it said prefills what was learnt from it."""

    def get_initial(self):
        initial = super().get_initial()
        projet = self.projet
        if projet is None:
            return initial | {"fait_en": timezone.localdate().year}
        initial["contexte"] = f"{initial.pop('corps', '')}\n\n{parties(projet)}".strip()
        initial["corps"] = projet.motif
        fin = timezone.localtime(projet.clos_le) if projet.clos_le else timezone.localtime()
        debut = timezone.localtime(projet.publie_le)
        ecoule = relativedelta(fin, debut)
        # Under a month there is nothing to say, nor to correct.
        mois = 12 * ecoule.years + ecoule.months
        return initial | {"depuis": debut.year, "fait_en": fin.year, "duree": mois or None}

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"projet": self.projet}

    @cached_property
    def projet(self):
        """The project that it tells of, whole; only one that she may read stands in `origine`."""
        if self.origine is None or self.origine.type != "projet":
            return None
        return Projet.objects.filter(pk=self.origine.pk).first()

    def get_context_data(self, **kwargs):
        return super().get_context_data(projet=self.origine if self.projet else None, **kwargs)


def parties(projet):
    """« Type : service commun. Participants : Argentré, Louverné. »: what the communes said, not what was
    hoped of them."""
    phrases = [_("Type de mutualisation\u202f: %s.") % projet.get_type_mutualisation_display()]
    noms = [collectivite.nom for collectivite in projet.participantes()]
    if noms:
        phrases.append(_("Participants\u202f: %s.") % ", ".join(noms))
    return " ".join(phrases)


class RetourUpdateView(RetourFormulaireMixin, ContributionUpdateView):
    pass


@require_POST
@membre_requis
def utile(request, pk):
    visibles = RetourExperience.objects.visibles_par(request.user).publiees()
    retour = obtenir(visibles, pk=pk)
    retour.juger_utile(request.POST.get("utile") == "oui", par=request.membre)
    contexte = {"contribution": retour, **utile_de(retour, request.membre)}
    adresse = f"{retour.get_absolute_url()}#utile"
    return partiel_ou_redirection(request, "besoins/retours/utile.html", contexte, adresse)


class NousAussiView(ParoleView):
    """My commune did it too; or takes it back."""

    modele = NousAussi
    dire = NousAussi.dire
    dossier = "nous_aussi"
    ancre = "nous-aussi"
    note_sans_effet = gettext_lazy("C’est noté. Ce qui est confirmé reste ce que dit la commune.")

    def dispatch(self, request, *args, **kwargs):
        visibles = RetourExperience.objects.visibles_par(request.user).publiees().pour_liste()
        self.contribution = obtenir(visibles, pk=kwargs["pk"])
        return super().dispatch(request, *args, **kwargs)

    def peut_dire(self):
        refus = self.contribution.refus_de_nous_aussi(self.request.au_nom_de)
        return self.contribution.accepte_les_messages and not refus

    def formulaire(self, *args, **kwargs):
        return NousAussiForm(*args, **kwargs)

    def contexte(self, actuel, formulaire):
        return {"nous_aussi": actuel, "formulaire_nous_aussi": formulaire}


class RetoursFlux(Feed):
    """The public ones, for whoever follows them from a feed reader: the same for every reader."""

    feed_type = Atom1Feed
    title = gettext_lazy("Retours d’expérience")
    subtitle = gettext_lazy("Ce que des communes ont fait, et ce qu’elles en ont appris.")
    link = reverse_lazy("besoins:retours")

    @property
    def language(self):
        return get_language()

    def feed_url(self):
        return reverse("besoins:retours_flux")

    def items(self):
        publics = RetourExperience.objects.visibles_par(AnonymousUser()).recentes_d_abord()
        return publics.select_related("collectivite")[:FLUX_MAX]

    def item_title(self, retour):
        return retour.titre

    def item_description(self, retour):
        return escape(retour.resume or retour.gains)

    def item_author_name(self, retour):
        return retour.collectivite_externe or retour.collectivite.nom

    def item_categories(self, retour):
        return [nom for _code, nom in retour.reperes.get("domaines", ())]

    def item_pubdate(self, retour):
        return retour.publie_le

    def item_updateddate(self, retour):
        return retour.modifie_le or retour.publie_le


flux = require_safe(RetoursFlux())
