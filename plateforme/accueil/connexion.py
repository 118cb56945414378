from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.auth_backends import AuthenticationBackend


class ConnexionBackend(AuthenticationBackend):
    pass


class CompteAdapter(DefaultAccountAdapter):
    pass
