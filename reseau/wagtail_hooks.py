from wagtail import hooks

from .admin import ContributionViewSet, ReseauxViewSetGroup, TerritoireViewSetGroup


@hooks.register("register_admin_viewset")
def ecrans():
    return [TerritoireViewSetGroup(), ReseauxViewSetGroup(), ContributionViewSet()]
