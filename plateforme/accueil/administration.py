"""Who may enter /admin/: one group, whose members are those who hold the function of administrator today."""

from django.contrib.auth.models import Group, Permission
from django.db.models import Q
from django.urls import reverse
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, Page

GROUPE = "Administration de la plateforme"
# Nothing on users nor groups: by Wagtail's own documentation, whoever may write those can become superuser.
PERMISSIONS = {
    "wagtailadmin": ["access_admin"],
    "wagtailredirects": ["add_redirect", "change_redirect", "delete_redirect"],
    "accueil": ["change_parametres"],
    "besoins": ["change_baselegale", "view_baselegale"],
    "ressources_docs": ["add_thematique", "change_thematique", "view_thematique"],
    "reseau": [
        f"{verbe}_{modele}"
        for modele in ("collectivite", "appartenance", "pole", "appartenancepole", "domaine", "reseau")
        for verbe in ("add", "change", "view")
    ]
    + ["view_contribution", "change_contribution", "view_membre", "view_entree"],
    "socle": ["view_courriel", "change_courriel", "view_courrielrecu"]
    + ["view_adresseenechec", "change_adresseenechec"],
}
PAGES = ["add_page", "bulk_delete_page", "change_page", "lock_page", "publish_page", "unlock_page"]
IMAGES = ["add_image", "change_image", "choose_image", "delete_image"]


def installer_le_groupe():
    """The group with exactly these permissions, whatever it had."""
    groupe, _neuf = Group.objects.get_or_create(name=GROUPE)
    voulues = Q()
    for application, codes in PERMISSIONS.items():
        voulues |= Q(content_type__app_label=application, codename__in=codes)
    groupe.permissions.set(Permission.objects.filter(voulues))
    _accorder(GroupPagePermission, groupe, "page", Page.get_first_root_node(), "wagtailcore", PAGES)
    images = Collection.get_first_root_node() or Collection.add_root(name="Images")
    _accorder(GroupCollectionPermission, groupe, "collection", images, "wagtailimages", IMAGES)
    return groupe


def _accorder(modele, groupe, champ, racine, application, codes):
    accordees = modele.objects.filter(group=groupe)
    permissions = Permission.objects.filter(content_type__app_label=application, codename__in=codes)
    accordees.exclude(permission__in=permissions).delete()
    for permission in permissions.exclude(pk__in=accordees.values("permission")):
        modele.objects.create(group=groupe, permission=permission, **{champ: racine})


class AdministrationMiddleware:
    """At each request to /admin/, the group holds who is an administrator now, and nobody else."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        if request.user.is_authenticated and request.path.startswith(reverse("wagtailadmin_home")):
            accorder_l_acces(request.user, request.membre)
        return self.get_response(request)


def accorder_l_acces(utilisateur, membre):
    administre = bool(membre and membre.droits.est_administrateur)
    est_du_groupe = utilisateur.groups.filter(name=GROUPE).exists()
    if administre and not est_du_groupe:
        utilisateur.groups.add(Group.objects.get(name=GROUPE))
    elif est_du_groupe and not administre:
        utilisateur.groups.remove(Group.objects.get(name=GROUPE))
