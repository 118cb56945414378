from contextlib import suppress

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.db import DatabaseError, transaction
from django.http import HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe
from django.views.generic import DetailView

from plateforme.socle.fichiers import servir
from plateforme.socle.limites import adresse_ip, consommer
from plateforme.socle.memoire import memoire_locale
from plateforme.socle.views.formulaires import FormView
from reseau.views.acces import MembreRequisMixin, PorteMixin, obtenir

from ..comparaison import comparer, reperer
from ..forms.versions import ComparaisonForm, RemplacementForm, RepriseForm
from ..limites import COMPARAISONS_PAR_LECTEUR, VERSIONS_PAR_MEMBRE
from ..models import Ressource, Telechargement, Version

COMPARAISON_SECONDES = 24 * 3600

RESERVE = gettext_lazy(
    "Ce document est public : un référent de la commune, ou qui anime le réseau, en change le fichier."
)


@require_safe
def fichier(request, pk):
    """The permanent address of a document: whatever file it is today, or where its link leads."""
    ressource = obtenir(Ressource.objects.visibles_par(request.user).filter(numero__gt=0), pk=pk)
    return remettre(request, ressource, ressource.version)


@require_safe
def version(request, pk, numero):
    """The file as it was: for who could read it then, or looks after it."""
    lisibles = Version.objects.visibles_par(request.user).sans_texte().select_related("ressource")
    trouvee = obtenir(lisibles, ressource=pk, numero=numero)
    return remettre(request, trouvee.ressource, trouvee)


def remettre(request, ressource, version):
    reponse = HttpResponseRedirect(version.lien) if version.lien else servir(request, version)
    if request.method == "GET" and reponse.status_code in (200, 206, 302) and commence_au_debut(request):
        # It is handed over even where nothing can be written for now.
        with suppress(DatabaseError), transaction.atomic():
            Telechargement.compter(ressource)
    return reponse


def commence_au_debut(request):
    """Whether it is a download, and not the rest of one."""
    plage = request.headers.get("Range", "")
    return not plage or plage.replace(" ", "").startswith("bytes=0-")


def reserve(ressource, user):
    """Who changes its file, where she may not; or ""."""
    return "" if ressource.remplacable_par(user) else RESERVE


class DuDocumentMixin(MembreRequisMixin, PorteMixin):
    """A form about a document, which who looks after it fills in."""

    model = Ressource
    porte = "modifiables_par"

    def dispatch(self, request, *args, **kwargs):
        self.object = self.get_object()
        if refus := reserve(self.object, request.user):
            raise PermissionDenied(refus)
        return super().dispatch(request, *args, **kwargs)

    def get_context_data(self, **kwargs):
        return super().get_context_data(contribution=self.object, **kwargs)


class RemplacementView(DuDocumentMixin, FormView):
    form_class = RemplacementForm
    template_name = "ressources_docs/versions/remplacer.html"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {
            "ressource": self.object,
            "membre": self.request.membre,
            "initial": {"a_jour_au": self.object.a_jour_au, "relire_le": self.object.relire_le},
        }

    def form_valid(self, form):
        if not consommer((VERSIONS_PAR_MEMBRE, self.request.membre.pk)):
            form.add_error(
                None, _("Vous avez déposé beaucoup de fichiers depuis une heure. Réessayez plus tard.")
            )
            return self.form_invalid(form)
        if not form.remplacer():
            return self.form_invalid(form)
        avis = _(
            "C’est remplacé. L’adresse du document n’a pas changé, et ceux qui le suivent sont prévenus."
        )
        messages.success(self.request, avis, extra_tags=self.request.path)
        return redirect(self.object)


class RepriseView(DuDocumentMixin, FormView):
    form_class = RepriseForm
    template_name = "ressources_docs/versions/reprise.html"

    def dispatch(self, request, *args, **kwargs):
        lisibles = Version.objects.visibles_par(request.user).filter(ressource=kwargs["pk"])
        self.version = obtenir(lisibles, numero=kwargs["numero"])
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"ressource": self.object}

    def get_context_data(self, **kwargs):
        return super().get_context_data(version=self.version, **kwargs)

    def form_valid(self, form):
        if not form.reprendre(self.version, par=self.request.membre):
            return self.form_invalid(form)
        messages.success(
            self.request, _("C’est fait : elle est de nouveau la dernière."), extra_tags=self.request.path
        )
        return redirect(self.object)


class ComparaisonView(PorteMixin, DetailView):
    """What two versions say differently, for whoever reads the two."""

    model = Ressource
    context_object_name = "contribution"
    template_name = "ressources_docs/versions/comparer.html"

    def get_context_data(self, **kwargs):
        versions = Version.objects.visibles_par(self.request.user).filter(ressource=self.object).sans_texte()
        form = ComparaisonForm(self.request.GET, versions=versions)
        contexte = super().get_context_data(form=form, **kwargs)
        if not form.choisies:
            return contexte
        de, a = form.choisies
        contexte |= {"de": de, "a": a}
        if not (de.texte and a.texte):
            return contexte | {"sans_texte": True}
        reperes = self.reperer(de, a)
        if reperes is None:
            return contexte | {"trop": True}
        lignes, coupe = comparer(de.texte, a.texte, reperes)
        return contexte | {"lignes": lignes, "coupe": coupe}

    def reperer(self, de, a):
        """Where they differ: a version never changes once it is read. None for who asks too often."""
        memoire, clef = memoire_locale(), f"ressources_docs:comparaison:{de.pk}:{a.pk}"
        reperes = memoire.get(clef)
        if reperes is None and consommer((COMPARAISONS_PAR_LECTEUR, adresse_ip(self.request))):
            reperes = reperer(de.texte, a.texte)
            memoire.set(clef, reperes, COMPARAISON_SECONDES)
        return reperes

    def render_to_response(self, context, **options):
        return super().render_to_response(context, status=429 if "trop" in context else 200, **options)
