import time
from datetime import datetime, timedelta
from functools import partial

from allauth.account.adapter import get_adapter
from allauth.account.internal.flows.manage_email import sync_user_email_address
from allauth.account.views import ConfirmEmailVerificationCodeView, ConfirmLoginCodeView, LoginView
from django.contrib import messages
from django.contrib.auth.views import redirect_to_login
from django.http import HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from plateforme.accueil import limites
from plateforme.socle.limites import au_moins
from plateforme.socle.retour import est_une_page


class DureeEgaleMixin:
    """The time of the answer must not tell either that an account exists."""

    def post(self, request, *args, **kwargs):
        with au_moins(limites.DUREE_EGALE):
            return super().post(request, *args, **kwargs)


class ConnexionView(DureeEgaleMixin, LoginView):
    def get_initial(self):
        """`?adresse=` of an invitation: one field less to fill."""
        return {"login": self.request.GET.get("adresse", "")}

    def form_valid(self, form):
        if form.code_attendu:
            return redirect(self.passthrough_next_url(reverse("account_confirm_login_code")))
        return super().form_valid(form)

    def _redirect_to_pending_stage(self, request, stage):
        """Who comes back finds the page of her code again, unless she wants to type an address (`?autre`)."""
        if request.method == "POST" or "autre" in request.GET:
            return None
        return redirect(self.passthrough_next_url(reverse(stage.urlname)))


class CodeMixin:
    """A page where a mailed code is typed: three attempts, a new code on demand, an end that is said."""

    def id_du_code(self):
        etat = self._process.state
        return f"{self.request.session.session_key} {etat['at']} {etat['resend_count']}"

    def code_attendu(self):
        """Nothing for an address without account: the page is the same, no code opens it."""
        return self._process.code if self._process.user else ""

    def get_form_kwargs(self):
        kwargs = super().get_form_kwargs()
        if self._action == "verify":
            kwargs["code"] = self.code_attendu()
            kwargs["essai"] = partial(
                limites.essai_de_code, self.request, self.id_du_code(), self._process.state["email"]
            )
        return kwargs

    def form_invalid(self, form):
        if form.has_error("code", "too_many_login_attempts"):
            self._process.abort()
            return self.recommencer()
        if form.has_error("code", "incorrect_code") and not self._process.record_invalid_attempt():
            return self.recommencer()
        return self.render_to_response(self.get_context_data(form=form))

    def recommencer(self):
        messages.error(
            self.request,
            _("Trop d’essais. Demandez un autre code, ou attendez une heure s’il est refusé aussi."),
        )
        return redirect(self.passthrough_next_url(self.retour()))

    def retour(self):
        return reverse("account_login")

    def _resend_form_valid(self, form):
        if not limites.envoi_de_code(self.request, self._process.state["email"]):
            messages.error(self.request, get_adapter().error_messages["rate_limited"])
            return redirect(self.passthrough_next_url(self.request.path))
        self._process.state["at"] = time.time()
        messages.success(self.request, _("Un nouveau code vient de partir. Le précédent ne sert plus."))
        return super()._resend_form_valid(form)

    def get_context_data(self, **kwargs):
        contexte = super().get_context_data(**kwargs)
        emission = datetime.fromtimestamp(self._process.state["at"], tz=timezone.get_current_timezone())
        return contexte | {
            "expire_le": emission + timedelta(seconds=self._process.timeout),
            "delai": limites.DELAI_ENTRE_ENVOIS.seconds,
        }


class CodeDeConnexionView(DureeEgaleMixin, CodeMixin, ConfirmLoginCodeView):
    def _verify_form_valid(self, form):
        # An account made by an invitation has no address in allauth's table yet: without this line it would
        # be asked for a second code, to verify the address that the first one has just proved.
        sync_user_email_address(self._process.user)
        return super()._verify_form_valid(form)


class CodeDAdresseView(CodeMixin, ConfirmEmailVerificationCodeView):
    def retour(self):
        return reverse("account_email" if self.request.user.is_authenticated else "account_login")


@never_cache
def administration(request):
    """Wagtail sends here whoever may not enter; its own page would send a signed-in member back for ever."""
    suite = request.GET.get("next", "")
    if not est_une_page(suite):
        suite = reverse("wagtailadmin_home")
    if not request.user.is_authenticated:
        return redirect_to_login(suite)
    if request.user.has_perm("wagtailadmin.access_admin"):
        return HttpResponseRedirect(suite)
    list(messages.get_messages(request))  # Wagtail's own refusal: this page says it better
    return render(request, "account/administration_refusee.html", status=403)
