"""Plain makers of what the tests need; every name is fictional."""

from datetime import timedelta
from itertools import count

from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from besoins.models import Besoin, Consultation, Projet, RetourExperience
from plateforme.accueil.models import Utilisateur
from plateforme.socle.fichiers import controler
from reseau.models import (
    Adhesion,
    Annonce,
    Collectivite,
    Discussion,
    Fonction,
    Membre,
    Message,
    Rencontre,
    Reseau,
)
from ressources_docs.models import Ressource

_numeros = count(1)


def faire_commune(nom, **champs):
    champs.setdefault("code_insee", f"{90_000 + next(_numeros)}")
    return Collectivite.objects.create(nom=nom, nature=Collectivite.Nature.COMMUNE, **champs)


def faire_membre(prenom, nom, *fonctions, reseaux=(), anime=(), **champs):
    """`fonctions`: collectivités, or pairs (collectivité, role)."""
    compte = Utilisateur.objects.create_user(f"{prenom}.{nom}@communes.example".lower().replace(" ", "-"))
    membre = Membre.objects.create(utilisateur=compte, prenom=prenom, nom=nom, **champs)
    for fonction in fonctions:
        collectivite, role = fonction if isinstance(fonction, tuple) else (fonction, Fonction.Role.AGENT)
        Fonction.objects.create(membre=membre, collectivite=collectivite, role=role)
    for reseau in reseaux:
        Adhesion.objects.create(membre=membre, reseau=reseau)
    for reseau in anime:
        Adhesion.objects.create(membre=membre, reseau=reseau, role=Adhesion.Role.ANIMATEUR)
    return membre


def faire_reseau(nom, **champs):
    champs.setdefault("slug", nom.lower().replace(" ", "-"))
    champs.setdefault("nom_court", nom[:30])
    return Reseau.objects.create(nom=nom, **champs)


def faire_contribution(modele, titre, auteur, *, publier=True, **champs):
    champs.setdefault("collectivite_id", auteur.droits.collectivites[0])
    contribution = modele.objects.create(titre=titre, auteur=auteur, **champs)
    return contribution.publier(par=auteur) if publier else contribution


def faire_besoin(titre, auteur, **champs):
    return faire_contribution(Besoin, titre, auteur, **champs)


def faire_discussion(titre, auteur, **champs):
    return faire_contribution(Discussion, titre, auteur, **champs)


def faire_annonce(titre, auteur, *, communes=(), publier=True, **champs):
    annonce = faire_contribution(Annonce, titre, auteur, publier=False, **champs)
    annonce.communes.set(communes)
    return annonce.publier(par=auteur) if publier else annonce


def faire_consultation(titre, auteur, *, interrogees=(), publier=True, **champs):
    consultation = faire_contribution(Consultation, titre, auteur, publier=False, **champs)
    consultation.interrogees.set(interrogees)
    return consultation.publier(par=auteur) if publier else consultation


def faire_projet(titre, auteur, *, beneficiaires=(), publier=True, **champs):
    projet = faire_contribution(Projet, titre, auteur, publier=False, **champs)
    projet.beneficiaires.set(beneficiaires)
    return projet.publier(par=auteur) if publier else projet


def faire_retour(titre, auteur, **champs):
    champs.setdefault("interlocuteur", auteur)
    return faire_contribution(RetourExperience, titre, auteur, **champs)


def faire_fiche(nom="convention.txt", contenu=b"Article 1"):
    """A file that passed the checks, as if it had been chosen in a form."""
    return controler(SimpleUploadedFile(nom, contenu))


def faire_ressource(titre, auteur, *, fiche=None, lien="", publier=True, **champs):
    """With a small text file, unless another file or a link is given; `fiche=False`: with none."""
    champs.setdefault("nature", "convention")
    ressource = faire_contribution(Ressource, titre, auteur, publier=False, **champs)
    if lien:
        ressource.remplacer(par=auteur, lien=lien)
    elif fiche is not False:
        ressource.remplacer(par=auteur, fiche=fiche or faire_fiche(contenu=titre.encode()))
    return ressource.publier(par=auteur) if publier else ressource


def faire_rencontre(
    titre, auteur, *, publier=True, dans=timedelta(days=10), capacite=None, lieu="Mairie", **champs
):
    """A meeting of two hours; `dans`: how long before it begins."""
    rencontre = faire_contribution(Rencontre, titre, auteur, publier=False, **champs)
    debut = (timezone.now() + dans).replace(second=0, microsecond=0)
    rencontre.programmer(debut=debut, fin=debut + timedelta(hours=2), lieu="Mairie", capacite=capacite)
    return rencontre.publier(par=auteur) if publier else rencontre


def faire_message(contribution, auteur, texte="Pareil chez nous.", **champs):
    collectivite = Collectivite.objects.get(pk=auteur.droits.collectivites[0])
    return Message.ecrire(contribution, auteur=auteur, collectivite=collectivite, texte=texte, **champs)
