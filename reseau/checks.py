"""What the settings of a host site lack, said in one line each by `manage.py check`."""

from pathlib import Path

from django.apps import apps
from django.conf import settings
from django.contrib.auth.middleware import AuthenticationMiddleware
from django.core.checks import Error, Warning, register
from django.core.files.storage import FileSystemStorage, storages
from django.template import Engine, TemplateDoesNotExist, TemplateSyntaxError
from django.template.loader import get_template
from django.urls import NoReverseMatch, resolve, reverse
from django.utils.module_loading import import_string
from django_htmx.middleware import HtmxMiddleware
from django_tasks import task_backends
from django_tasks.backends.immediate import ImmediateBackend

from plateforme.socle.jetons import LONGUEUR

from .middleware import MembreMiddleware
from .models import Contribution
from .views.acces import PorteMiddleware

APPLICATIONS = ["plateforme.socle", "django_htmx"]
PROCESSEURS = ["django.template.context_processors.request", "reseau.contexte.entete"]
GUIDE = "See docs/integration.md."


def enregistrer():
    for controle in (applications, intermediaires, gabarits, fichiers, adresses, reponses):
        register(controle)
    register(en_production, deploy=True)


def applications(app_configs, **kwargs):
    return [
        Error(f"{nom} is not in INSTALLED_APPS.", GUIDE, id="reseau.E001")
        for nom in APPLICATIONS
        if not apps.is_installed(nom)
    ]


def intermediaires(app_configs, **kwargs):
    rangs = {classe: _rang(classe) for classe in (HtmxMiddleware, MembreMiddleware, PorteMiddleware)}
    erreurs = [
        Error(f"{classe.__module__}.{classe.__name__} is not in MIDDLEWARE.", GUIDE, id="reseau.E002")
        for classe, rang in rangs.items()
        if rang is None
    ]
    connexion, membre = _rang(AuthenticationMiddleware), rangs[MembreMiddleware]
    if membre is not None and (connexion is None or connexion > membre):
        erreurs.append(
            Error("MembreMiddleware comes before AuthenticationMiddleware.", GUIDE, id="reseau.E003")
        )
    return erreurs


def _rang(classe):
    """Where this middleware, or a subclass of it, stands in MIDDLEWARE."""
    for rang, chemin in enumerate(settings.MIDDLEWARE):
        trouvee = import_string(chemin)
        if isinstance(trouvee, type) and issubclass(trouvee, classe):
            return rang
    return None


def gabarits(app_configs, **kwargs):
    presents = Engine.get_default().context_processors
    erreurs = [
        Error(f"{nom} is not in the context_processors of TEMPLATES.", GUIDE, id="reseau.E004")
        for nom in PROCESSEURS
        if nom not in presents
    ]
    try:
        get_template("reseau/contributions/ligne.html#meta")
    except (TemplateDoesNotExist, TemplateSyntaxError) as erreur:
        message = f"TEMPLATES has no partials, neither tag nor loader ({erreur})."
        erreurs.append(Error(message, GUIDE, id="reseau.E005"))
    try:
        get_template("base.html")
    except TemplateDoesNotExist:
        erreurs.append(Error("The site has no base.html.", GUIDE, id="reseau.E006"))
    return erreurs


def fichiers(app_configs, **kwargs):
    if "fichiers" not in settings.STORAGES:
        return [Error('STORAGES has no alias "fichiers".', GUIDE, id="reseau.E007")]
    stockage = storages["fichiers"]
    if isinstance(stockage, FileSystemStorage) and settings.MEDIA_ROOT:
        media, dossier = Path(settings.MEDIA_ROOT).resolve(), Path(stockage.location).resolve()
        if dossier.is_relative_to(media):
            message = "Members' files are under MEDIA_ROOT, where anybody may read them."
            return [Error(message, GUIDE, id="reseau.E008")]
    return []


def adresses(app_configs, **kwargs):
    """The URLs of each type's app are there, and no catch-all stands before them."""
    erreurs = {}
    for modele in Contribution.types().values():
        espace = modele._meta.app_label
        nom = f"{espace}:{modele._meta.model_name}"
        try:
            if resolve(reverse(nom, args=[1])).view_name != nom:
                message = f"Other URLs answer before those of {espace}: Wagtail's come last."
                erreurs[espace] = Error(message, GUIDE, id="reseau.E010")
        except NoReverseMatch:
            erreurs[espace] = Error(f"{espace}.urls is not included.", GUIDE, id="reseau.E009")
    return list(erreurs.values())


def reponses(app_configs, **kwargs):
    """What stands before the @, with a token, holds in the 64 octets of a mail address."""
    adresse = getattr(settings, "ADRESSE_DE_REPONSE", "")
    local, arobase, domaine = adresse.partition("@")
    if not adresse or (arobase and domaine and 0 < len(local) <= 63 - LONGUEUR and "+" not in local):
        return []
    message = (
        f"ADRESSE_DE_REPONSE is not an address of at most {63 - LONGUEUR} characters, no +, before the @."
    )
    return [Error(message, GUIDE, id="reseau.E011")]


def en_production(app_configs, **kwargs):
    manques = {
        "reseau.W001": (
            isinstance(task_backends["default"], ImmediateBackend),
            "TASKS is immediate: a slow mail server slows the pages.",
        ),
        "reseau.W002": (
            not getattr(settings, "CHANNEL_LAYERS", None),
            "CHANNEL_LAYERS is not set: no page is live.",
        ),
        "reseau.W003": (
            not settings.CSRF_TRUSTED_ORIGINS,
            "CSRF_TRUSTED_ORIGINS is empty: every socket is refused.",
        ),
    }
    return [Warning(message, GUIDE, id=clef) for clef, (manque, message) in manques.items() if manque]
