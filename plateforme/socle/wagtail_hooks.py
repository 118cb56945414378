from wagtail import hooks

from .admin.courriels import CourrielViewSet


@hooks.register("register_admin_viewset")
def courriels():
    return CourrielViewSet()
