"""How every view of a protected object reaches it: through its door, or not at all."""

from functools import wraps

from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django_htmx.http import HttpResponseClientRedirect

from plateforme.socle.retour import page_quittee


class Introuvable(Http404):
    """Absent or forbidden: the same 404 when signed in, the same way to sign-in when not."""


def obtenir(queryset, **criteres):
    """The object of this queryset, which comes from a door; else Introuvable."""
    try:
        return queryset.get(**criteres)
    except (queryset.model.DoesNotExist, OverflowError):  # SQLite holds no number beyond 64 bits
        raise Introuvable from None


def vers_la_connexion(request):
    """Sign in, then come back: to this page, or to the one that held the form."""
    dans_la_page = request.htmx or request.method != "GET"
    suite = redirect_to_login(page_quittee(request) if dans_la_page else request.get_full_path())
    # htmx would follow a redirection, and put the page of sign-in in place of the form.
    reponse = HttpResponseClientRedirect(suite.url) if request.htmx else suite
    patch_vary_headers(reponse, ["HX-Request"])
    return reponse


class PorteMiddleware:
    """Turns a visitor's Introuvable into the way to sign-in: a member who comes from a mail lands there."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        return self.get_response(request)

    def process_exception(self, request, exception):
        if isinstance(exception, Introuvable) and not request.user.is_authenticated:
            return vers_la_connexion(request)
        return None


def membre_requis(view):
    """Signed out: to sign-in. Signed in without any function: a page that says why and what to do."""

    @wraps(view)
    def gardee(request, *args, **kwargs):
        if not request.user.is_authenticated:
            return vers_la_connexion(request)
        if request.membre is None:
            raise PermissionDenied(_("Votre compte n’est rattaché à aucune collectivité."))
        return view(request, *args, **kwargs)

    return gardee


def parole_requise(view):
    """A member who speaks for a collectivité: whoever only answers communes reads and follows them.

    She speaks for the one that the form names, if it names one: see `collectivite_du_formulaire`.
    """

    @membre_requis
    @wraps(view)
    def gardee(request, *args, **kwargs):
        request.au_nom_de = collectivite_du_formulaire(request)
        if request.au_nom_de is None:
            raise PermissionDenied(_("Vous ne parlez au nom d’aucune collectivité : vous lisez et suivez."))
        return view(request, *args, **kwargs)

    return gardee


def collectivite_du_formulaire(request):
    """The one that was named where she typed (reseau/au_nom_de.html), whichever she has chosen since in
    another tab; from a form that names none, the one that she speaks for now."""
    nommee = request.POST.get("au_nom_de")
    if nommee is None:
        return request.au_nom_de
    siennes = {str(c.pk): c for c in request.membre.collectivites_parlees}
    if nommee not in siennes:
        raise PermissionDenied(_("Vous ne parlez plus au nom de cette collectivité."))
    return siennes[nommee]


class MembreRequisMixin:
    @classmethod
    def as_view(cls, **initkwargs):
        return membre_requis(super().as_view(**initkwargs))


class ParoleRequiseMixin:
    @classmethod
    def as_view(cls, **initkwargs):
        return parole_requise(super().as_view(**initkwargs))


class PorteMixin:
    """The object of a detail or form view, through `porte` ("visibles_par" or "modifiables_par")."""

    porte = "visibles_par"

    def get_queryset(self):
        return getattr(self.model.objects, self.porte)(self.request.user)

    def get_object(self, queryset=None):
        return obtenir(queryset if queryset is not None else self.get_queryset(), pk=self.kwargs["pk"])


def tenter(request, verbe, avis):
    """Do what is asked and say `avis`, or say why it is refused → whether it was done."""
    try:
        verbe(par=request.membre)
    except ValidationError as refus:
        messages.warning(request, " ".join(refus.messages))
        return False
    messages.success(request, avis)
    return True


def partiel_ou_redirection(request, gabarit, contexte, adresse):
    """The fragment that htmx swaps, or the way back to the page."""
    reponse = render(request, gabarit, contexte) if request.htmx else redirect(adresse)
    patch_vary_headers(reponse, ["HX-Request"])
    return reponse
