from allauth.account.adapter import get_adapter
from allauth.account.forms import AddEmailForm, ReauthenticateForm, SetPasswordForm
from allauth.core import context
from allauth.core.internal.cryptokit import normalize_user_code
from allauth.mfa.base.forms import AuthenticateForm
from allauth.mfa.base.forms import ReauthenticateForm as ReauthenticateMfaForm
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.forms import ActivateTOTPForm
from allauth.mfa.webauthn.forms import (
    AddWebAuthnForm,
    EditWebAuthnForm,
    LoginWebAuthnForm,
    ReauthenticateWebAuthnForm,
)
from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from plateforme.accueil import limites
from plateforme.socle.formulaires import Habillage

from .connexion import SAISIE_D_UN_CODE, preparer


class AdresseForm(Habillage, AddEmailForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        preparer(self.fields["email"], _("Nouvelle adresse"), autocapitalize="off", spellcheck="false")

    def clean_email(self):
        adresse = super().clean_email()
        if not limites.envoi_de_code(context.request, adresse):
            raise get_adapter().validation_error("rate_limited")
        return adresse


class MotDePasseForm(Habillage, SetPasswordForm):
    """Typed once: whoever mistypes it signs in with a code and chooses another."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["password2"]
        preparer(
            self.fields["password1"],
            _("Nouveau mot de passe"),
            _("12 caractères au moins. Une phrase de plusieurs mots se retient mieux qu’un mot compliqué."),
        )


class ConfirmationForm(Habillage, ReauthenticateForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        preparer(self.fields["password"], _("Mot de passe"), autofocus=True)


class ValidationMixin:
    """The code of an authenticator app, or a recovery code: counted first, and good only once."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        preparer(self.fields["code"], _("Code"), autofocus=True, **SAISIE_D_UN_CODE)

    def clean_code(self):
        if not limites.consommer((limites.VALIDATIONS_PAR_COMPTE, self.user.pk)):
            raise get_adapter().validation_error("too_many_login_attempts")
        code = super().clean_code()
        if self.authenticator.type == Authenticator.Type.TOTP and not limites.consommer(
            # As allauth compares it: « 914 505 » is the same code again.
            (limites.APPLICATION_UNE_FOIS, f"{self.user.pk} {normalize_user_code(code)}")
        ):
            raise get_adapter().validation_error("incorrect_code")
        return code


class ValidationForm(Habillage, ValidationMixin, AuthenticateForm):
    pass


class RevalidationForm(Habillage, ValidationMixin, ReauthenticateMfaForm):
    pass


class ApplicationForm(Habillage, ActivateTOTPForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        preparer(self.fields["code"], _("Code affiché par l’application"), **SAISIE_D_UN_CODE)


class ReponseDeCleField(forms.JSONField):
    """What a passkey answered: some hundreds of characters. The parser fails on what no browser sends."""

    CARACTERES_MAX = 16_384

    def to_python(self, value):
        refus = ValidationError(_("La réponse de la clé est illisible."), code="invalid")
        if isinstance(value, str) and len(value) > self.CARACTERES_MAX:
            raise refus
        try:
            return super().to_python(value)
        except (RecursionError, ValueError):
            raise refus from None


class ReponseDeCleMixin:
    """allauth reads the answer of a passkey in `clean_credential`, or in `clean`."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["credential"] = ReponseDeCleField(widget=forms.HiddenInput)

    def clean_credential(self):
        lire = getattr(super(), "clean_credential", lambda: self.cleaned_data["credential"])
        return self._lire(lire)

    def clean(self):
        return self._lire(super().clean)

    @staticmethod
    def _lire(lire):
        try:
            return lire()
        except ValidationError:
            raise
        except Exception as erreur:
            # fido2 fed with garbage raises nearly anything.
            raise ValidationError(_("La réponse de la clé est illisible.")) from erreur


class CleDeConnexionForm(ReponseDeCleMixin, LoginWebAuthnForm):
    pass


class CleDeConfirmationForm(ReponseDeCleMixin, ReauthenticateWebAuthnForm):
    pass


class CleForm(Habillage, ReponseDeCleMixin, AddWebAuthnForm):
    """Always a passkey, one that signs in by itself: a key that only completes a password helps nobody."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["passwordless"]
        preparer(
            self.fields["name"],
            _("Nom de la clé"),
            _("Pour la reconnaître plus tard, par exemple « téléphone » ou « ordinateur de la mairie »."),
            maxlength="100",
        )


class NomDeCleForm(Habillage, EditWebAuthnForm):
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        preparer(self.fields["name"], _("Nom de la clé"), maxlength="100")
