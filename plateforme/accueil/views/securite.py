from allauth.account import app_settings
from allauth.account.adapter import get_adapter
from allauth.account.internal.flows import password_change
from allauth.account.internal.flows.code_verification import AbstractCodeVerificationProcess
from allauth.account.internal.flows.login import record_authentication
from allauth.account.views import BaseReauthenticateView, EmailView, LogoutView
from allauth.mfa import signals
from allauth.mfa.models import Authenticator
from allauth.mfa.webauthn.internal import auth as webauthn
from allauth.mfa.webauthn.views import AddWebAuthnView
from allauth.usersessions.internal.flows.sessions import end_sessions
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpResponseRedirect
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse, reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.http import urlencode
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from plateforme.accueil import limites
from plateforme.accueil.connexion import authentifie_recemment
from plateforme.accueil.forms.connexion import CodeForm
from plateforme.accueil.forms.securite import MotDePasseForm
from plateforme.socle.views.formulaires import FormView

from .connexion import CodeMixin


class AdresseView(EmailView):
    """One address, that a code changes: not allauth's list of addresses to add, verify, prefer and remove."""

    post = FormView.post


@method_decorator([login_required, never_cache, sensitive_post_parameters("password1")], name="dispatch")
class MotDePasseView(FormView):
    """The first password or the next: who has just proved who she is need not remember the old one."""

    form_class = MotDePasseForm
    template_name = "account/password_change.html"
    success_url = reverse_lazy("mfa_index")

    def dispatch(self, request, *args, **kwargs):
        if not authentifie_recemment(request):
            # Not allauth's exception: it would keep the posted password in the session until she comes back.
            methode = get_adapter().get_reauthentication_methods(request.user)[0]
            return redirect(f"{methode['url']}?{urlencode({'next': request.path})}")
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"user": self.request.user}

    def form_valid(self, form):
        premier = not self.request.user.has_usable_password()
        form.save()
        finir = password_change.finalize_password_set if premier else password_change.finalize_password_change
        finir(self.request, self.request.user)
        return super().form_valid(form)


class ConfirmationParCode(AbstractCodeVerificationProcess):
    """A fresh code for a member already signed in, before she touches what protects her account."""

    CLE = "confirmation_par_code"

    def __init__(self, request, state):
        self.request = request
        super().__init__(
            user=request.user,
            state=state,
            max_attempts=app_settings.LOGIN_BY_CODE_MAX_ATTEMPTS,
            timeout=app_settings.LOGIN_BY_CODE_TIMEOUT,
        )

    @classmethod
    def commencer(cls, request):
        processus = cls(request, cls.initial_state(request.user, request.user.email))
        processus.send()
        processus.persist()

    @classmethod
    def reprendre(cls, request):
        etat = request.session.get(cls.CLE)
        return cls(request, etat).abort_if_invalid() if etat else None

    def send(self):
        self.state["code"] = get_adapter().generate_login_code()
        get_adapter().send_mail(
            "account/email/reauthentication_code", self.state["email"], {"code": self.state["code"]}
        )

    def persist(self):
        self.request.session[self.CLE] = self.state

    def abort(self):
        self.request.session.pop(self.CLE, None)


@method_decorator([login_required, never_cache], name="dispatch")
class ConfirmationView(CodeMixin, BaseReauthenticateView):
    form_class = CodeForm
    template_name = "account/reauthenticate_code.html"
    _action = "verify"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self._process = ConfirmationParCode.reprendre(request) if request.user.is_authenticated else None

    def post(self, request, *args, **kwargs):
        if request.POST.get("action") != "envoyer" and self._process:
            return super().post(request, *args, **kwargs)
        if limites.envoi_de_code(request, request.user.email):
            ConfirmationParCode.commencer(request)
        else:
            messages.error(request, get_adapter().error_messages["rate_limited"])
        return redirect(self.passthrough_next_url(request.path))

    def get_form_kwargs(self):
        return super().get_form_kwargs() if self._process else FormView.get_form_kwargs(self)

    def get_context_data(self, **kwargs):
        if self._process:
            return super().get_context_data(**kwargs) | {"envoye": True}
        return BaseReauthenticateView.get_context_data(self, **kwargs)

    def retour(self):
        return self.request.path

    def form_valid(self, form):
        self._process.abort()
        record_authentication(
            self.request,
            self.request.user,
            method="code",
            email=self.request.user.email,
            reauthenticated=True,
        )
        return super().form_valid(form)


class CleView(AddWebAuthnView):
    def get_context_data(self, **kwargs):
        # Not allauth's: it would register a key without a place in the device's list of passkeys.
        contexte = FormView.get_context_data(self, **kwargs)
        return contexte | {
            "js_data": {"creation_options": webauthn.begin_registration(self.request.user, True)}
        }

    def form_valid(self, form):
        """Without allauth's recovery codes: they stand in for the authenticator app, not for a key."""
        donnees = form.cleaned_data
        cle = webauthn.WebAuthn.add(self.request.user, donnees["name"], donnees["credential"]).instance
        signals.authenticator_added.send(
            sender=Authenticator, request=self.request, user=self.request.user, authenticator=cle
        )
        adapter = get_adapter()
        adapter.add_message(self.request, messages.SUCCESS, "mfa/messages/webauthn_added.txt")
        adapter.send_notification_mail("mfa/email/webauthn_added", self.request.user)
        return HttpResponseRedirect(reverse("mfa_index"))


class DeconnexionView(LogoutView):
    """On the town hall's computer, « Back » must not show the next person what this one read."""

    def post(self, request, *args, **kwargs):
        reponse = super().post(request, *args, **kwargs)
        reponse["Clear-Site-Data"] = '"cache"'
        return reponse


@login_required
@require_POST
def deconnexion_d_un_appareil(request, pk):
    session = get_object_or_404(UserSession, pk=pk, user=request.user)
    end_sessions(request, [session])
    messages.success(request, _("Cet appareil est déconnecté."))
    return redirect("usersessions_list")
