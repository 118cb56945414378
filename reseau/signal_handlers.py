"""Accounts and sessions live above us or elsewhere: what happens to them reaches us by signals only."""

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_out
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from plateforme.socle.taches import entretien

from . import direct
from .models import ImportDeMembres, Membre, Seance


def connecter():
    entretien.connect(oublier_les_listes)
    entretien.connect(rappeler_les_rencontres)
    post_save.connect(compte_change, sender=get_user_model())
    if apps.is_installed("django.contrib.sessions"):
        post_delete.connect(session_supprimee, sender="sessions.Session")
    # For a host that keeps its sessions elsewhere than in the database.
    user_logged_out.connect(deconnexion)


def compte_change(sender, instance, created, update_fields, **kwargs):
    """The password, the activity of the account: its sockets ask again as who they are now."""
    if created or (update_fields and not {"password", "is_active"} & set(update_fields)):
        return
    for membre in Membre.objects.filter(utilisateur=instance):
        direct.droits_changes(membre)


def session_supprimee(sender, instance, **kwargs):
    if instance.expire_date > timezone.now():
        direct.session_finie(instance.session_key)


def deconnexion(sender, request, **kwargs):
    if request.session.session_key:
        direct.session_finie(request.session.session_key)


def oublier_les_listes(sender, **kwargs):
    ImportDeMembres.objects.perimes().delete()


def rappeler_les_rencontres(sender, **kwargs):
    for seance in Seance.objects.a_rappeler().select_related("rencontre__responsable"):
        seance.rappeler()
