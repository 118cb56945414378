from wagtail import hooks

from .admin.courriels import CourrielViewSet
from .admin.recus import AdresseEnEchecViewSet, CourrielRecuViewSet
from .admin.synonymes import SynonymesViewSet


@hooks.register("register_admin_viewset")
def synonymes():
    return [SynonymesViewSet()]


@hooks.register("register_admin_viewset")
def courriels():
    return [CourrielViewSet(), CourrielRecuViewSet("socle_recu"), AdresseEnEchecViewSet()]
