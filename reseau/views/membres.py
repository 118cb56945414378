from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import HttpResponse, JsonResponse
from django.shortcuts import redirect
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe
from django.views.generic import DetailView, ListView

from plateforme.socle.models import AdresseEnEchec
from plateforme.socle.pagination import CurseurMixin
from plateforme.socle.texte import sans_accents
from plateforme.socle.vcard import TYPE_VCARD, en_vcard
from plateforme.socle.views.formulaires import UpdateView

from ..forms.membres import AdministrationForm, AnnuaireForm, ProfilForm
from ..invitations import relancer
from ..models import Collectivite, Competence, Membre
from .acces import Introuvable, MembreRequisMixin, PorteMixin, membre_requis, obtenir
from .collectivites import modifiables

SUGGESTIONS_MAX = 8
PARTIS_MAX = 6


class AnnuaireView(MembreRequisMixin, CurseurMixin, ListView):
    """Who does what, and the phone number: what is looked for most."""

    template_name = "reseau/membres/annuaire.html"
    context_object_name = "membres"
    form_class = AnnuaireForm
    paginate_by = 30
    tri = ("nom", "prenom", "pk")

    def get_queryset(self):
        user = self.request.user
        self.filtre = self.form_class(self.request.GET, membres=self.membres(), user=user)
        return self.filtre.trouves().pour_liste(user).prefetch_related("competences")

    def membres(self):
        return Membre.objects.visibles_par(self.request.user).actifs()

    def get_context_data(self, **kwargs):
        return super().get_context_data(filtre=self.filtre, partis=self.partis(), **kwargs)

    def partis(self):
        """Whoever looks for one who left wants to know who took over."""
        return partis_nommes(self.filtre.requete, self.request.user)


class AdministrationView(AnnuaireView):
    """Every account, whatever its state, for the administrators."""

    template_name = "reseau/membres/administration.html"
    form_class = AdministrationForm

    def membres(self):
        if not self.request.membre.droits.est_administrateur:
            raise Introuvable
        return Membre.objects.modifiables_par(self.request.user)

    def partis(self):
        return Membre.objects.none()  # they are in the list

    def get_context_data(self, **kwargs):
        contexte = super().get_context_data(**kwargs)
        return contexte | {"courriels_qui_reviennent": courriels_qui_reviennent(contexte["membres"])}


class MembreDetailView(MembreRequisMixin, PorteMixin, DetailView):
    model = Membre
    template_name = "reseau/membres/detail.html"
    context_object_name = "membre"

    def get_queryset(self):
        membres = super().get_queryset().avec_fonctions().avec_coordonnees(self.request.user)
        return membres.select_related("remplace_par")

    def get_context_data(self, **kwargs):
        user, membre = self.request.user, self.object
        modifiable = Membre.objects.modifiables_par(user).filter(pk=membre.pk).exists()
        concernee = modifiable or membre.anime_par(self.request.membre)
        return super().get_context_data(
            passees=membre.fonctions.passees().pour_liste(),
            adhesions=membre.adhesions.visibles_par(user).actives().select_related("reseau"),
            modifiable=modifiable,
            courriel_revient=concernee and membre.courriel_revient,
            gerees=Collectivite.objects.modifiables_par(user).exists(),
            modifiables=modifiables(self.request, membre=membre),
            domaines=membre.domaines.all(),
            competences=membre.competences.all(),
            a_sa_place=self.a_sa_place(),
            **kwargs,
        )

    def a_sa_place(self):
        """Who took over from her, or answers while she is away, with her number; or None."""
        membre = self.object
        autre = membre.suppleant_present if membre.est_absent else None
        if not membre.fonctions_actuelles:
            autre = membre.remplace_par
        return autre and Membre.objects.avec_coordonnees(self.request.user).get(pk=autre.pk)


class CarteView(MembreDetailView):
    """The same person for the address book of a phone: what one may read of her, and no more."""

    def get(self, request, pk):
        membre = self.get_object()
        fonctions = membre.fonctions_propres
        carte = en_vcard(
            prenom=membre.prenom,
            nom=membre.nom,
            organisations=[fonction.collectivite.nom for fonction in fonctions],
            titre=", ".join(dict.fromkeys(fonction.libelle for fonction in fonctions)),
            telephone=membre.telephone_lisible,
            courriel=membre.courriel_lisible,
            adresse=request.build_absolute_uri(membre.get_absolute_url()),
        )
        reponse = HttpResponse(carte, content_type=TYPE_VCARD)
        fichier = f"{slugify(membre.nom_complet) or 'contact'}.vcf"
        reponse["Content-Disposition"] = f'attachment; filename="{fichier}"'
        reponse["Cache-Control"] = "private, no-store"
        return reponse


class MembreUpdateView(MembreRequisMixin, PorteMixin, UpdateView):
    """A name or a number, corrected by the person who answers for her commune."""

    model = Membre
    porte = "modifiables_par"
    form_class = ProfilForm
    template_name = "reseau/membres/modifier.html"
    context_object_name = "membre"

    def form_valid(self, form):
        form.instance.corriger(par=self.request.membre)
        messages.success(self.request, _("C’est corrigé."))
        return redirect(form.instance)


@require_POST
@membre_requis
def adresse(request, pk):
    """Her mail came back; it will not any more: her own word, or that of who answers for her."""
    siens = Membre.objects.modifiables_par(request.user) | Membre.objects.filter(pk=request.membre.pk)
    membre = obtenir(siens.select_related("utilisateur"), pk=pk)
    membre.reecrire(par=request.membre)
    messages.success(request, _("La plateforme écrit de nouveau à %s.") % membre.courriel)
    return redirect("reseau:moi" if membre == request.membre else membre)


class DesactivationView(MembreRequisMixin, PorteMixin, DetailView):
    """The page says what it means; the button does it."""

    model = Membre
    porte = "modifiables_par"
    template_name = "reseau/membres/desactivation.html"
    context_object_name = "membre"

    def get_queryset(self):
        return membres_administres(self.request)

    def post(self, request, *args, **kwargs):
        membre = self.get_object()
        try:
            if membre.utilisateur.is_active:
                membre.desactiver(par=request.membre)
                messages.success(request, _("Le compte de %s est désactivé.") % membre.nom_complet)
        except ValidationError as refus:
            messages.error(request, " ".join(refus.messages))
        return redirect(membre)


@require_POST
@membre_requis
def reactivation(request, pk):
    membre = obtenir(membres_administres(request), pk=pk)
    if not membre.utilisateur.is_active:
        membre.reactiver(par=request.membre)
        messages.success(request, _("Le compte de %s est rouvert.") % membre.nom_complet)
    return redirect(membre)


@require_POST
@membre_requis
def relance(request, pk):
    """The invitation again, for somebody who has not come yet."""
    membre = obtenir(Membre.objects.modifiables_par(request.user).attendus(), pk=pk)
    if relancer(membre, par=request.membre):
        messages.success(request, _("L’invitation est repartie à %s.") % membre.courriel)
    else:
        messages.info(request, _("Une invitation est déjà repartie aujourd’hui."))
    return redirect(membre)


@require_safe
@membre_requis
def suggestions(request):
    """Skills that hold what is being typed, the most common first, among those of active members."""
    debut = sans_accents(request.GET.get("q", ""))[:50]
    if not debut:
        return JsonResponse({"suggestions": []})
    membres = Membre.objects.visibles_par(request.user).actifs()
    portees = Competence.objects.filter(cle__contains=debut).portees_par(membres)
    suggestions = [{"mot": competence.nom, "detail": ""} for competence in portees[:SUGGESTIONS_MAX]]
    return JsonResponse({"suggestions": suggestions})


def partis_nommes(texte, user):
    """Those who left and whom these words name."""
    partis = Membre.objects.visibles_par(user).partis().nommes(texte)
    return partis.pour_liste(user).order_by("nom", "prenom", "pk")[:PARTIS_MAX]


def courriels_qui_reviennent(membres):
    """Of these members, the ids of those from whose address mail comes back."""
    par_adresse = {membre.courriel.lower(): membre.pk for membre in membres}
    return {par_adresse[adresse] for adresse in AdresseEnEchec.objects.parmi(par_adresse)}


def membres_administres(request):
    if not request.membre.droits.est_administrateur:
        raise Introuvable
    return Membre.objects.modifiables_par(request.user).select_related("utilisateur")
