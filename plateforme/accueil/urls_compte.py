"""The account's addresses, under the names that allauth looks up; what we do not offer has none."""

from allauth.account import views as account
from allauth.mfa.base import views as mfa
from allauth.mfa.recovery_codes import views as secours
from allauth.mfa.totp import views as totp
from allauth.mfa.webauthn import views as webauthn
from allauth.usersessions import views as sessions
from django.urls import include, path
from django.views.decorators.cache import never_cache
from django.views.generic import RedirectView

from .views import connexion, securite

vers_la_connexion = RedirectView.as_view(pattern_name="account_login", query_string=True)

compte = [
    path("connexion/", connexion.ConnexionView.as_view(), name="account_login"),
    path("connexion/demande/", vers_la_connexion, name="account_request_login_code"),
    path("connexion/code/", connexion.CodeDeConnexionView.as_view(), name="account_confirm_login_code"),
    path("connexion/validation/", mfa.authenticate, name="mfa_authenticate"),
    path("connexion/cle/", webauthn.login_webauthn, name="mfa_login_webauthn"),
    path("deconnexion/", securite.DeconnexionView.as_view(), name="account_logout"),
    path("desactive/", account.account_inactive, name="account_inactive"),
    path("inscription/", RedirectView.as_view(pattern_name="reseau:rejoindre"), name="account_signup"),
    path("adresse/", securite.AdresseView.as_view(), name="account_email"),
    path("adresse/code/", connexion.CodeDAdresseView.as_view(), name="account_email_verification_sent"),
    path("securite/mot-de-passe/", securite.MotDePasseView.as_view(), name="account_change_password"),
    path("confirmation/", account.reauthenticate, name="account_reauthenticate"),
    path("confirmation/code/", securite.ConfirmationView.as_view(), name="account_reauthenticate_code"),
    path("confirmation/application/", mfa.reauthenticate, name="mfa_reauthenticate"),
    path("confirmation/cle/", webauthn.reauthenticate_webauthn, name="mfa_reauthenticate_webauthn"),
    path("securite/", mfa.index, name="mfa_index"),
    path("securite/application/", never_cache(totp.activate_totp), name="mfa_activate_totp"),
    path("securite/application/retrait/", totp.deactivate_totp, name="mfa_deactivate_totp"),
    path(
        "securite/codes-de-secours/", never_cache(secours.view_recovery_codes), name="mfa_view_recovery_codes"
    ),
    path(
        "securite/codes-de-secours/nouveaux/",
        secours.generate_recovery_codes,
        name="mfa_generate_recovery_codes",
    ),
    path(
        "securite/codes-de-secours/fichier/",
        secours.download_recovery_codes,
        name="mfa_download_recovery_codes",
    ),
    path("securite/cles/", webauthn.list_webauthn, name="mfa_list_webauthn"),
    path("securite/cles/nouvelle/", securite.CleView.as_view(), name="mfa_add_webauthn"),
    path("securite/cles/<int:pk>/nom/", webauthn.edit_webauthn, name="mfa_edit_webauthn"),
    path("securite/cles/<int:pk>/retrait/", webauthn.remove_webauthn, name="mfa_remove_webauthn"),
    path("appareils/", sessions.list_usersessions, name="usersessions_list"),
    path("appareils/<int:pk>/deconnexion/", securite.deconnexion_d_un_appareil, name="usersessions_end"),
]

urlpatterns = [
    path("compte/", include(compte)),
    # Before Wagtail's own.
    path("admin/login/", connexion.administration, name="connexion_administration"),
]
