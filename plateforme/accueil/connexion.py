"""How this site bends allauth: who may sign in, with what, and how often."""

import re
import time

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend
from allauth.account.authentication import get_authentication_records
from allauth.core.exceptions import ReauthenticationRequired
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.stages import AuthenticateStage
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import get_user_model
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from plateforme.accueil import limites
from plateforme.socle.formulaires import joignable
from plateforme.socle.retour import est_une_page

SECONDE_ETAPE = [Authenticator.Type.TOTP]


class ConnexionBackend(AuthenticationBackend):
    def get_user(self, user_id):
        """Every request reads the account, and nearly every one the member: one statement for both."""
        utilisateur = get_user_model().objects.select_related("membre").filter(pk=user_id).first()
        return utilisateur if utilisateur and self.user_can_authenticate(utilisateur) else None


class SecondeEtape(AuthenticateStage):
    """A passkey is one more way in; only the authenticator app makes a second step compulsory.

    allauth asks for a second factor as soon as a passkey exists: the member who added one on her phone could
    no longer sign in with a code at the town hall.
    """

    def _should_handle(self, request):
        return is_mfa_enabled(self.login.user, SECONDE_ETAPE) and super()._should_handle(request)


def authentifie_recemment(request):
    """By whatever means, the sign-in itself included."""
    preuves = get_authentication_records(request, request.user)
    return bool(preuves) and time.time() - preuves[-1]["at"] < settings.ACCOUNT_REAUTHENTICATION_TIMEOUT


class CompteAdapter(DefaultAccountAdapter):
    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "account_inactive": _("Ce compte est désactivé."),
        "duplicate_email": _("C’est déjà l’adresse de votre compte."),
        "email_password_mismatch": _("L’adresse ou le mot de passe ne convient pas."),
        "email_taken": _("Un autre compte utilise déjà cette adresse."),
        "incorrect_code": _("Ce n’est pas le bon code."),
        "incorrect_password": _("Ce n’est pas votre mot de passe."),
        "too_many_login_attempts": _("Trop d’essais. Réessayez plus tard."),
        "rate_limited": _("Un code vient de partir. Attendez trente secondes avant d’en demander un autre."),
    }

    def is_open_for_signup(self, request):
        return False

    def clean_email(self, email):
        joignable(email)
        return super().clean_email(email)

    def is_safe_url(self, url):
        return est_une_page(url)

    def get_login_stages(self):
        allauth, notre = AuthenticateStage, SecondeEtape
        remplace = {f"{allauth.__module__}.{allauth.__name__}": f"{notre.__module__}.{notre.__name__}"}
        return [remplace.get(etape, etape) for etape in super().get_login_stages()]

    def pre_authenticate(self, request, **credentials):
        if not limites.essai_de_mot_de_passe(request, credentials.get("email", "")):
            raise self.validation_error("too_many_login_attempts")

    def authenticate(self, request, **credentials):
        """A deactivated account answers like an unknown one, its right password included."""
        utilisateur = super().authenticate(request, **credentials)
        return utilisateur if utilisateur and utilisateur.is_active else None

    def is_reauthentication_required(self, *, app, **kwargs):
        """allauth lets members without password nor second factor through: here everybody has the code.

        The rule is ours and whole, hence the exception where allauth expects a boolean to go on from.
        """
        if not authentifie_recemment(self.request):
            raise ReauthenticationRequired
        return False

    def get_reauthentication_methods(self, user):
        """Never easier than signing in: the code by mail does, unless the account has a second step."""
        methodes = super().get_reauthentication_methods(user)
        if not user.is_authenticated:
            return methodes
        if is_mfa_enabled(user, SECONDE_ETAPE):
            return [methode for methode in methodes if methode["id"].startswith("mfa_")]
        methodes = [methode for methode in methodes if methode["id"] != "mfa_reauthenticate"]
        code = {
            "id": "code",
            "description": gettext("Recevoir un code par courriel"),
            "url": reverse("account_reauthenticate_code"),
        }
        return [*methodes, code]

    def get_password_change_redirect_url(self, request):
        return reverse("mfa_index")

    def get_email_verification_redirect_url(self, email_address):
        return reverse("mfa_index")

    def send_mail(self, template_prefix, email, context):
        site = {
            "nom_du_site": settings.WAGTAIL_SITE_NAME,
            "adresse_du_site": settings.ADRESSE_DU_SITE,
            "minutes": settings.ACCOUNT_LOGIN_BY_CODE_TIMEOUT // 60,
        }
        super().send_mail(template_prefix, email, site | context)

    def render_mail(self, template_prefix, email, context, headers=None):
        """Written once, as text; the HTML part only gives it the site's frame, and the code some size."""
        message = super().render_mail(template_prefix, email, context, headers)
        *paragraphes, signature = re.split(r"\n{2,}", message.body)
        contenu = context | {"sujet": message.subject, "paragraphes": paragraphes}
        message.attach_alternative(render_to_string("account/email/base.html", contenu), "text/html")
        return message


class SecuriteAdapter(DefaultMFAAdapter):
    error_messages = {
        **DefaultMFAAdapter.error_messages,
        "incorrect_code": _("Ce n’est pas le bon code."),
        "unverified_email": _("Vérifiez d’abord l’adresse de votre compte."),
    }

    def _get_site_name(self):
        return settings.WAGTAIL_SITE_NAME

    def generate_authenticator_name(self, user, type):
        rang = Authenticator.objects.filter(user=user, type=type).count() + 1
        return gettext("Clé d’accès %(rang)d") % {"rang": rang}
