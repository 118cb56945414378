"""Accounts and sessions live above us or elsewhere: what happens to them reaches us by signals only."""

from django.apps import apps
from django.contrib.auth import get_user_model
from django.contrib.auth.signals import user_logged_out
from django.db.models import Q
from django.db.models.signals import post_delete, post_save
from django.utils import timezone

from plateforme.socle.courriel import envoyer
from plateforme.socle.models.echecs import adresse_en_echec
from plateforme.socle.reception import courriel_arrive
from plateforme.socle.taches import ATTENTE, arguments_en_attente, entretien, rattraper

from . import direct
from .models import (
    Adhesion,
    Annonce,
    ArchiveDeReseau,
    Discussion,
    EnvoiDAnnonce,
    FichierLu,
    ImportDeMembres,
    Lecture,
    Membre,
    Recapitulatif,
    RechercheSansReponse,
    Seance,
)
from .reponses import recevoir
from .taches import ecrire_les_courriels_d_annonce, faire_partir_l_annonce, lire_le_fichier, recapitulatifs


def connecter():
    entretien.connect(oublier_les_listes)
    entretien.connect(oublier_les_lectures)
    entretien.connect(oublier_les_recherches)
    entretien.connect(lire_les_fichiers)
    entretien.connect(ecrire_les_recapitulatifs)
    entretien.connect(suivre_les_annonces)
    entretien.connect(oublier_les_archives)
    entretien.connect(relancer_les_questions)
    adresse_en_echec.connect(prevenir_d_un_echec)
    courriel_arrive.connect(prendre_un_courriel)
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


def oublier_les_lectures(sender, **kwargs):
    Lecture.objects.perimees().delete()


def lire_les_fichiers(sender, **kwargs):
    """Those that no task has read."""
    for modele in apps.get_models():
        if issubclass(modele, FichierLu):
            oublies = modele.objects.a_lire().filter(depose_le__lt=timezone.now() - ATTENTE)
            rattraper(lire_le_fichier, oublies)


def oublier_les_recherches(sender, **kwargs):
    RechercheSansReponse.objects.perimees().delete()


def ecrire_les_recapitulatifs(sender, **kwargs):
    Recapitulatif.objects.ouvrir()
    if Recapitulatif.objects.dus().exists() and () not in arguments_en_attente(recapitulatifs):
        recapitulatifs.enqueue()


def suivre_les_annonces(sender, **kwargs):
    """Those whose hour has come leave, those that a lost task left half written go on, figures are kept."""
    for annonces, tache in (
        (Annonce.objects.dues(), faire_partir_l_annonce),
        (Annonce.objects.en_cours_d_ecriture(), ecrire_les_courriels_d_annonce),
    ):
        for pk in annonces.order_by("pk").values_list("pk", flat=True):
            tache.enqueue(pk)
    EnvoiDAnnonce.objects.relever()


def prendre_un_courriel(sender, lu, **kwargs):
    return recevoir(lu)


def relancer_les_questions(sender, **kwargs):
    for question in Discussion.objects.a_relancer().select_related("reseau", "auteur"):
        question.relancer()


def oublier_les_archives(sender, **kwargs):
    for archive in ArchiveDeReseau.objects.perimees():
        archive.supprimer()


def rappeler_les_rencontres(sender, **kwargs):
    for seance in Seance.objects.a_rappeler().select_related("rencontre__responsable"):
        seance.rappeler()


def prevenir_d_un_echec(sender, adresse, diagnostic, **kwargs):
    """Tell, once, who runs the site and who runs her networks; the lists of members say it as long as it
    lasts. The address is shown to those to whom she shows it."""
    membre = Membre.objects.de_courriel(adresse)
    if membre is None:
        return
    ses_reseaux = Adhesion.objects.ouvrantes().filter(membre=membre)
    animation = Adhesion.objects.ouvrantes().filter(
        role=Adhesion.Role.ANIMATEUR, reseau__in=ses_reseaux.values("reseau")
    )
    animateurs = Membre.objects.actifs().filter(pk__in=animation.values("membre"))
    prevenus = Membre.objects.filter(
        Q(pk__in=animateurs.values("pk")) | Q(pk__in=Membre.objects.administrateurs().values("pk"))
    )
    for prevenu in prevenus.exclude(pk=membre.pk).joignables().select_related("utilisateur"):
        contexte = {"membre": membre}
        if membre.montre("courriel_pour", prevenu.utilisateur):
            contexte |= {"adresse": adresse, "diagnostic": diagnostic}
        envoyer("reseau/courriels/courriel_en_echec", contexte, prevenu.courriel)
