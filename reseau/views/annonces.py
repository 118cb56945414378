from contextlib import suppress

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.db import DatabaseError, transaction
from django.shortcuts import redirect
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView

from plateforme.socle.courriel import composer
from plateforme.socle.exports import en_tableur
from plateforme.socle.jours import en_jour
from plateforme.socle.texte import en_html
from plateforme.socle.views.courriels import en_cadre
from plateforme.socle.views.formulaires import FormView

from ..forms.annonces import AnnonceForm, DepartForm
from ..heures import en_heure
from ..models import Annonce
from .acces import Introuvable, MembreRequisMixin, PorteMixin, membre_requis, obtenir
from .contributions import ContributionDetailView
from .publication import ContributionCreateView, ContributionUpdateView

COLONNES = ("adressees", "ecrits", "remis", "refuses", "ouvertes", "relances")


class AnnonceDetailView(ContributionDetailView):
    """A draft is its preview; once it has left, who looks after it reads its figures here."""

    model = Annonce
    template_name = "reseau/annonces/detail.html"

    def get(self, request, *args, **kwargs):
        self.object = self.get_object()
        if self.object.est_brouillon:
            return redirect("reseau:annonce_apercu", self.object.pk)
        return self.render_to_response(self.get_context_data(object=self.object))

    def get_context_data(self, **kwargs):
        contexte = super().get_context_data(**kwargs)
        if contexte["modifiable"]:
            contexte |= chiffres(self.object)
        return contexte

    def marquer_vue(self):
        super().marquer_vue()
        if self.request.membre:
            with suppress(DatabaseError), transaction.atomic():
                self.object.envois.ouvrir(self.request.membre)


def chiffres(annonce):
    """Its figures in all and by commune, with whom one may still write to again."""
    # Read all the same where nothing can be written for now.
    with suppress(DatabaseError), transaction.atomic():
        annonce.envois.relever()
    communes = list(annonce.envois.par_commune())
    totaux = {colonne: sum(commune[colonne] for commune in communes) for colonne in COLONNES}
    totaux["sur_la_plateforme"] = totaux["adressees"] - totaux["ecrits"]
    return {
        "communes": communes,
        "totaux": totaux,
        "en_cours": annonce.envois.a_ecrire().exists(),
        "a_relancer": 0 if annonce.relancee_le else annonce.a_relancer().count(),
    }


class PourAnimateurMixin:
    """For who runs a network: the others have nothing to announce."""

    def dispatch(self, request, *args, **kwargs):
        if not Annonce.publiable_par(request.membre):
            raise PermissionDenied(_("Seules les personnes qui animent un réseau lui font des annonces."))
        return super().dispatch(request, *args, **kwargs)


class AnnonceCreateView(PourAnimateurMixin, ContributionCreateView):
    model = Annonce
    form_class = AnnonceForm
    template_name = "reseau/annonces/publier.html"

    def publie_aussitot(self):
        return False

    def suite(self, form, annonce, clef):
        avis = _("Rien n’est encore parti\u202f: relisez, puis envoyez.")
        messages.info(self.request, avis, extra_tags=clef)
        return redirect("reseau:annonce_apercu", annonce.pk)


class AnnonceUpdateView(ContributionUpdateView):
    model = Annonce
    form_class = AnnonceForm
    template_name = "reseau/annonces/publier.html"


class BrouillonMixin(MembreRequisMixin, PorteMixin):
    """An announcement of mine that has not left; one that has leads to its page."""

    model = Annonce
    porte = "modifiables_par"

    def get_queryset(self):
        return super().get_queryset().pour_page()

    def dispatch(self, request, *args, **kwargs):
        self.object = self.get_object()
        if not self.object.est_brouillon:
            return redirect(self.object)
        return super().dispatch(request, *args, **kwargs)


class ApercuView(BrouillonMixin, FormView):
    """The mail as it will be, how many will get it; then send it, now or at its hour."""

    form_class = DepartForm
    template_name = "reseau/annonces/apercu.html"

    def get_initial(self):
        prevue = self.object.a_envoyer_le
        if not prevue:
            return {"quand": DepartForm.MAINTENANT}
        return {
            "quand": DepartForm.PLUS_TARD,
            "jour": localtime(prevue).date(),
            "heure": localtime(prevue).time(),
        }

    def get_context_data(self, **kwargs):
        sujet, texte, _html = composer("reseau/courriels/annonce", {"contribution": self.object})
        avec, sans = self.object.nombre_d_adressees()
        return super().get_context_data(
            contribution=self.object,
            sujet=sujet,
            texte=en_html(texte),
            avec_courriel=avec,
            sans_courriel=sans,
            **kwargs,
        )

    def form_valid(self, form):
        try:
            annonce = self.object.programmer(form.depart, par=self.request.membre)
        except ValidationError as refus:
            form.add_error("jour" if form.cleaned_data.get("depart") else None, refus)
            return self.form_invalid(form)
        if form.cleaned_data["quand"] == DepartForm.MAINTENANT:
            avis = _("C’est parti. Les courriels s’écrivent\u202f: les chiffres viennent dans la minute.")
        else:
            depart = localtime(annonce.a_envoyer_le)
            mots = {"jour": en_jour(depart, "l j F"), "heure": en_heure(depart)}
            avis = _("C’est programmé pour %(jour)s à %(heure)s. Jusque-là, tout se corrige.") % mots
        messages.success(self.request, avis)
        return redirect(annonce)


class CourrielView(MembreRequisMixin, PorteMixin, DetailView):
    """The HTML of the mail alone, for the frame of the preview: also of one that has left since, as a page of
    the site is not shown in a frame."""

    model = Annonce
    porte = "modifiables_par"

    def get_queryset(self):
        return super().get_queryset().pour_page()

    def get(self, request, *args, **kwargs):
        self.object = self.get_object()
        _sujet, _texte, html = composer("reseau/courriels/annonce", {"contribution": self.object})
        return en_cadre(html)


@require_POST
@membre_requis
def annulation(request, pk):
    annonce = obtenir(Annonce.objects.modifiables_par(request.user), pk=pk)
    if annonce.est_programmee:
        if annonce.annuler():
            messages.success(request, _("L’envoi est annulé\u202f: l’annonce est redevenue un brouillon."))
        else:
            messages.warning(request, _("Trop tard\u202f: l’annonce vient de partir."))
    return redirect(annonce)


class PartieMixin(MembreRequisMixin, PorteMixin):
    """One that has left, for who looks after it."""

    model = Annonce
    porte = "modifiables_par"

    def get_queryset(self):
        return super().get_queryset().filter(partie_le__isnull=False).pour_page()


class RelanceView(PartieMixin, DetailView):
    """Say how many will be written to again; then, by POST, do it once."""

    template_name = "reseau/annonces/relance.html"
    context_object_name = "contribution"

    def get_context_data(self, **kwargs):
        return super().get_context_data(combien=self.object.a_relancer().count(), **kwargs)

    def get(self, request, *args, **kwargs):
        annonce = self.get_object()
        if annonce.relancee_le:
            return redirect(annonce)
        return super().get(request, *args, **kwargs)

    def post(self, request, pk):
        annonce = self.get_object()
        combien = annonce.relancer(par=request.membre)
        if combien:
            avis = ngettext("%d personne est relancée.", "%d personnes sont relancées.", combien)
            messages.success(request, avis % combien)
        return redirect(annonce)


@require_safe
@membre_requis
def export(request, pk):
    """The figures by commune: counts, not who."""
    annonce = obtenir(Annonce.objects.modifiables_par(request.user), pk=pk)
    if annonce.est_brouillon:
        raise Introuvable
    entetes = [
        _("collectivité"),
        _("personnes"),
        _("courriels écrits"),
        _("acceptés par notre serveur"),
        _("refusés"),
        _("ont ouvert la page"),
        _("relancées"),
    ]
    lignes = [
        [commune["collectivite__nom"] or _("autres"), *[commune[colonne] for colonne in COLONNES]]
        for commune in chiffres(annonce)["communes"]
    ]
    return en_tableur(request, _("annonce"), entetes, lignes)
