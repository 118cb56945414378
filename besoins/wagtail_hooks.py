from wagtail import hooks

from .admin import BaseLegaleViewSet


@hooks.register("register_admin_viewset")
def ecrans():
    return [BaseLegaleViewSet()]
