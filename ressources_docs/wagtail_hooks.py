from wagtail import hooks

from .admin import ThematiqueViewSet, choix_de_ressource


@hooks.register("register_admin_viewset")
def ecrans():
    return [ThematiqueViewSet(), choix_de_ressource]
