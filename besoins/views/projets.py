from functools import partial

from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.functional import cached_property
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from plateforme.socle.texte import entier, entiers
from reseau.views.acces import membre_requis, obtenir, parole_requise, tenter
from reseau.views.contributions import ContributionDetailView
from reseau.views.listes import ContributionExportView, ContributionListView
from reseau.views.publication import ContributionCreateView, ContributionUpdateView

from ..forms.economies import ReelForm
from ..forms.projets import (
    ChampsDuTypeForm,
    ProjetClotureForm,
    ProjetFiltreForm,
    ProjetForm,
)
from ..models import Besoin, Projet, Retombee, RetourExperience
from ..models.positions import avec_positions
from ..outils import catalogue
from .besoins import ClotureView
from .notes import projets_tenus_par
from .participation import Echelle
from .positions import AvecPositionsMixin

MODELES_MAX = 50


class ProjetFiltreMixin:
    type = "projet"
    filtre_class = ProjetFiltreForm


class ProjetListView(ProjetFiltreMixin, ContributionListView):
    template_name = "besoins/projets/liste.html"

    def completes(self, contributions):
        return avec_positions(super().completes(contributions), self.request.au_nom_de)


class ProjetExportView(ProjetFiltreMixin, ContributionExportView):
    nom = gettext_lazy("projets")

    def completes(self, contributions):
        return avec_positions(contributions, None)

    def entetes(self):
        propres = [_("type de mutualisation"), _("sens"), _("phase"), _("état")]
        return [*super().entetes(), *propres, *[niveau.label for niveau in Projet.niveaux]]

    def ligne(self, projet):
        nombres = {p["niveau"]: p["nombre"] for p in projet.resume_des_positions}
        return [
            *super().ligne(projet),
            projet.get_type_mutualisation_display(),
            projet.get_sens_display(),
            projet.get_phase_display(),
            projet.etat,
            *[nombres.get(niveau, 0) for niveau in Projet.niveaux],
        ]


class ProjetDetailView(AvecPositionsMixin, ContributionDetailView):
    model = Projet
    template_name = "besoins/projets/detail.html"

    def get_queryset(self):
        siens = (
            "fournisseur",
            "base_legale",
            "pole",
            "responsable",
            "elu_referent",
            "phase_par",
            "modele_par",
        )
        return super().get_queryset().select_related(*siens)

    def get_context_data(self, **kwargs):
        besoins = list(self.object.besoins_lus_par(self.request.user))
        prend_part = self.object.prend_part(self.request.user)
        contexte = super().get_context_data(
            besoins=besoins,
            prend_part=prend_part,
            engagees=self.object.collectivites_engagees_de(self.request.user),
            **kwargs,
        )
        if self.object.attend_un_retour_de(self.request.membre):
            siens = RetourExperience.objects.filter(auteur=self.request.membre, issue_de=self.object.pk)
            contexte |= {"a_raconter": True, "retour_commence": siens.filter(publie_le=None).first()}
        if parle_pour := self.request.au_nom_de:
            position = contexte["ma_position"] = self.object.position_de(parle_pour)
            qui = {"membre": self.request.membre, "collectivite": parle_pour}
            contexte["echelle"] = Echelle(self.object, position, **qui)
        contexte["empreinte_de_la_page"] = lambda: [
            self.object.empreinte,
            *(besoin.empreinte for besoin in besoins),
        ]
        return contexte


class ProjetCreateView(ContributionCreateView):
    """« ?besoins=1&besoins=2 »: the needs that it will answer prefill it; « ?outil=pret-a-usage »: so does
    the tool that it uses, with its legal basis and what it has to do; and « ?copie=3 », a project whose
    words, parties and plan it takes."""

    model = Projet
    form_class = ProjetForm
    template_name = "besoins/projets/publier.html"

    @cached_property
    def besoins(self):
        """Of those that the address names, the ones that she may bring together, in that order."""
        numeros = entiers(self.request.GET.getlist("besoins"))
        if not numeros:
            return []
        visibles = Besoin.objects.visibles_par(self.request.user).rapprochables()
        trouves = visibles.select_related("collectivite").in_bulk(numeros)
        besoins = [trouves[n] for n in dict.fromkeys(numeros) if n in trouves]
        # She brings together others' needs with one of hers, or of a network that she runs.
        return besoins if any(b.modifiable_par(self.request.user) for b in besoins) else []

    @cached_property
    def outil(self):
        return catalogue().outils.get(self.request.GET.get("outil"))

    @cached_property
    def copie(self):
        numero = entier(self.request.GET.get("copie", ""))
        lus = Projet.objects.visibles_par(self.request.user).publiees().select_related("reseau")
        return lus.filter(pk=numero).first() if numero is not None else None

    @property
    def modeles(self):
        """Those that are proposed to who begins from nothing."""
        if self.besoins or self.outil or self.copie or self.origine:
            return []
        modeles = Projet.objects.visibles_par(self.request.user).modeles().select_related("collectivite")
        return modeles.order_by("titre")[:MODELES_MAX]

    def get_initial(self):
        initial = super().get_initial()
        if self.copie:
            initial |= self.form_class.mots_de(self.copie, titre=initial["titre"])
            if self.copie.reseau_id in self.request.membre.droits.reseaux:
                initial["reseau"] = self.copie.reseau_id
        if self.outil:
            initial["type_mutualisation"] = self.outil.type
            initial["base_legale"] = self.outil.bases[0]
            initial["base_legale_autre"] = self.outil.texte
        if not self.besoins:
            return initial
        premier = self.besoins[0]
        initial["titre"] = initial["titre"] or premier.titre
        initial["beneficiaires"] = list({b.collectivite_id: b.collectivite for b in self.besoins}.values())
        initial["domaines"] = list({d.pk: d for b in self.besoins for d in b.domaines.all()}.values())
        if premier.reseau_id in self.request.membre.droits.reseaux:
            initial["reseau"] = premier.reseau_id
        reserve = Besoin.Visibilite.RESEAU
        if any(besoin.visibilite == reserve for besoin in self.besoins):
            initial["visibilite"] = reserve
        return initial

    def get_form(self, form_class=None):
        form = super().get_form(form_class)
        form.besoins, form.outil, form.copie = self.besoins, self.outil, self.copie
        return form

    def get_context_data(self, **kwargs):
        debuts = {"outil": self.outil, "copie": self.copie, "modeles": self.modeles}
        return super().get_context_data(besoins=self.besoins, **debuts, **kwargs)


class ProjetUpdateView(ContributionUpdateView):
    model = Projet
    form_class = ProjetForm
    template_name = "besoins/projets/publier.html"


class ProjetClotureView(ClotureView):
    model = Projet
    form_class = ProjetClotureForm
    template_name = "besoins/projets/cloture.html"
    avis = gettext_lazy("Le projet est clos.")

    @cached_property
    def reels(self):
        """One form for each estimation that may now be told as it turned out."""
        projet = self.get_object()
        saisi = self.request.POST if self.request.method == "POST" else None
        estimees = Retombee.estimations(projet) if projet.est_ouverte else []
        return [ReelForm(saisi, estimee=estimee) for estimee in estimees]

    def get_context_data(self, **kwargs):
        return super().get_context_data(reels=self.reels, **kwargs)

    def form_valid(self, form):
        if not all(reel.is_valid() for reel in self.reels):
            return self.form_invalid(form)
        try:
            with transaction.atomic():
                for reel in self.reels:
                    reel.enregistrer(par=self.request.membre)
                return super().form_valid(form)
        except ValidationError as refus:
            form.add_error(None, refus.messages)
            return self.form_invalid(form)

    def suite(self, objet):
        """Led to its end, it leads to what was learnt from it, unless that is told already."""
        if self.request.au_nom_de and objet.issue in Projet.MENES and not objet.est_raconte:
            return f"{reverse('besoins:retour_publier')}?de={objet.pk}"
        return objet


@require_safe
@parole_requise
def champs_du_type(request):
    """The fields of the form, for the type that was just chosen."""
    form = ChampsDuTypeForm(request.GET.get("type_mutualisation"), entier(request.GET.get("fournisseur", "")))
    return render(request, "besoins/projets/champs_du_type.html", {"form": form})


@require_POST
@membre_requis
def phase(request, pk):
    projet = obtenir(projets_tenus_par(request), pk=pk)
    demandee = request.POST.get("phase")
    if demandee in Projet.Phase and demandee != projet.phase and projet.est_ouverte:
        avis = _("C’est noté\u202f: %s.") % Projet.Phase(demandee).label
        tenter(request, partial(projet.passer_en, demandee), avis)
    return redirect(projet)
