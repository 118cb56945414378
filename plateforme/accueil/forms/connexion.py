from allauth.account.adapter import get_adapter
from allauth.account.forms import BaseConfirmCodeForm, ConfirmEmailVerificationCodeForm, LoginForm
from allauth.account.internal.flows.login_by_code import LoginCodeVerificationProcess
from allauth.account.stages import LoginByCodeStage, LoginStageController
from allauth.core.internal.cryptokit import normalize_user_code
from django import forms
from django.utils.translation import gettext_lazy as _

from plateforme.accueil import limites
from plateforme.socle.formulaires import Habillage

SAISIE_D_UN_CODE = {
    "inputmode": "numeric",
    "autocomplete": "one-time-code",
    "autocapitalize": "off",
    "spellcheck": "false",
    "maxlength": "16",
}


def preparer(champ, libelle, aide="", **attrs):
    """A field of allauth with our words, and without its placeholder: it vanishes when one types."""
    champ.label, champ.help_text = libelle, aide
    champ.widget.attrs.pop("placeholder", None)
    champ.widget.attrs.update(attrs)


class ConnexionForm(Habillage, LoginForm):
    """An address alone asks for a code; with a password, it signs in."""

    # This browser has asked for one already: it only wants the page where it is typed.
    code_attendu = False

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        preparer(
            self.fields["login"],
            _("Adresse électronique"),
            autocomplete="username",
            autocapitalize="off",
            autofocus=not self.is_bound,
            spellcheck="false",
        )
        preparer(self.fields["password"], _("Mot de passe"))
        self.fields["password"].required = False

    def clean_login(self):
        return super().clean_login().lower()

    def _clean_without_password(self, email, phone):
        self.code_attendu = self._attend_un_code(email)
        if self.code_attendu:
            return self.cleaned_data
        if not limites.envoi_de_code(self.request, email):
            raise get_adapter().validation_error("rate_limited")
        return super()._clean_without_password(email, phone)

    def _attend_un_code(self, adresse):
        """As true of an address without account: its code page is pending too."""
        etape = LoginStageController.enter(self.request, LoginByCodeStage.key)
        envoi = etape and LoginCodeVerificationProcess.resume(etape)
        return bool(envoi) and envoi.state["email"] == adresse


class CodeForm(Habillage, BaseConfirmCodeForm):
    """The six digits of a mail. `essai` takes one attempt, before anything is compared."""

    def __init__(self, *args, essai=None, **kwargs):
        self.essai = essai
        super().__init__(*args, **kwargs)
        preparer(self.fields["code"], _("Code à 6 chiffres"), autofocus=True, **SAISIE_D_UN_CODE)

    def clean_code(self):
        chiffres = normalize_user_code(self.cleaned_data["code"])
        if len(chiffres) != 6 or not chiffres.isdecimal():
            raise forms.ValidationError(_("Le code compte 6 chiffres."), code="forme")
        if not self.essai():
            raise get_adapter().validation_error("too_many_login_attempts")
        return super().clean_code()


class CodeDAdresseForm(CodeForm, ConfirmEmailVerificationCodeForm):
    """The same six digits, sent to the address that is to become the member's."""
