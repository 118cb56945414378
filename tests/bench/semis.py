"""Prepare and fill a database: python -m tests.bench.semis 20000 → what the load needs to know, as JSON.

A platform of some years: 34 communes, 300 members, 4 networks, needs and discussions with their messages,
positions and notifications. Run again, it adds what is missing.
"""

import json
import sys
from datetime import timedelta
from random import Random

import django

COMMUNES, MEMBRES, SUIVEURS, MESSAGES_DU_FIL, MESSAGES_DU_LONG, PROJETS = 34, 300, 20, 20, 2000, 30
SUJETS = ["Balayeuse de voirie", "Sel de déneigement", "Nacelle", "Contrôle des aires de jeux", "Broyeur"]
CORPS = "La nôtre est en panne depuis lundi et l’atelier annonce trois semaines. " * 4


def semer(nombre):
    from reseau.models import Collectivite, Contribution

    hasard = Random(53)
    if not Collectivite.objects.exists():
        peupler(hasard)
    manque = nombre - Contribution.objects.count()
    if manque > 0:
        publier(hasard, manque)
    projeter(hasard)
    return fils_de_mesure()


def peupler(hasard):
    from plateforme.accueil.models import Utilisateur
    from reseau.models import Adhesion, Collectivite, Domaine, Fonction, Membre, Reseau

    Domaine.objects.get_or_create(code="voirie", defaults={"libelle": "Voirie"})
    communes = Collectivite.objects.bulk_create(
        Collectivite(
            nom=f"Commune-{n}", slug=f"commune-{n}", nature="commune", code_insee=f"{90_000 + n}", siren=None
        )
        for n in range(COMMUNES)
    )
    reseaux = Reseau.objects.bulk_create(
        Reseau(nom=f"Réseau n° {n}", nom_court=f"Réseau {n}", slug=f"reseau-{n}", ordre=n) for n in range(4)
    )
    comptes = Utilisateur.objects.bulk_create(
        Utilisateur(email=f"membre{n}@communes.example") for n in range(MEMBRES)
    )
    membres = Membre.objects.bulk_create(
        Membre(utilisateur=compte, prenom="Prénom", nom=f"Nom{n}", nom_cherche=f"prenom nom{n}")
        for n, compte in enumerate(comptes)
    )
    Fonction.objects.bulk_create(
        Fonction(membre=membre, collectivite=communes[n % COMMUNES], role="agent")
        for n, membre in enumerate(membres)
    )
    Adhesion.objects.bulk_create(
        Adhesion(membre=membre, reseau=reseau) for membre in membres for reseau in hasard.sample(reseaux, 2)
    )


def publier(hasard, nombre, texte=None):
    """`texte`: what gives a title and a text; what the demo would say, if none."""
    from django.utils import timezone

    from reseau.models import Collectivite, Contribution, Domaine, Fil, Membre, Reseau
    from reseau.models.contributions import DomaineDeContribution

    membres, communes = list(Membre.objects.all()), list(Collectivite.objects.all())
    reseaux, domaines = list(Reseau.objects.all()), list(Domaine.objects.all())
    maintenant, dernier = timezone.now(), Contribution.objects.count()
    lot = []
    for n in range(dernier, dernier + nombre):
        auteur, domaine = hasard.choice(membres), hasard.choice(domaines)
        titre, corps = texte() if texte else (f"{hasard.choice(SUJETS)} n° {n}", CORPS)
        lot.append(
            Contribution(
                type="discussion" if n % 5 < 2 else "besoin",
                titre=titre,
                corps=corps,
                corps_html=f"<p>{corps}</p>",
                auteur=auteur,
                responsable=auteur,
                collectivite=hasard.choice(communes),
                reseau=hasard.choice(reseaux),
                visibilite=hasard.choice(["publique", "publique", "membres", "reseau"]),
                publie_le=maintenant - timedelta(minutes=31 * n),
                annee=maintenant.year,
                reperes={"domaines": [[domaine.code, domaine.libelle]], "etiquettes": [], "pieces": []},
            )
        )
    lot = Contribution.objects.bulk_create(lot, batch_size=500)
    Fil.objects.bulk_create((Fil(contribution_id=c.pk) for c in lot), batch_size=2000)
    par_code = {domaine.code: domaine for domaine in domaines}
    DomaineDeContribution.objects.bulk_create(
        (DomaineDeContribution(contribution=c, domaine=par_code[c.reperes["domaines"][0][0]]) for c in lot),
        batch_size=2000,
    )
    specialiser(lot)
    repondre(hasard, [c for c in lot if c.type == "besoin"], membres, communes)


def specialiser(lot):
    """The child rows: bulk_create refuses a model that inherits from another table."""
    from django.db import connection

    from besoins.models import Besoin
    from reseau.models import Discussion

    for modele in (Besoin, Discussion):
        propres = [champ for champ in modele._meta.local_concrete_fields if not champ.primary_key]
        valeurs = [champ.get_db_prep_save(champ.get_default(), connection) for champ in propres]
        colonnes = ", ".join(["contribution_ptr_id", *(champ.column for champ in propres)])
        lignes = [(c.pk, *valeurs) for c in lot if c.type == modele._meta.model_name]
        with connection.cursor() as curseur:
            marques = ", ".join(["%s"] * (len(propres) + 1))
            curseur.executemany(
                f"INSERT INTO {modele._meta.db_table} ({colonnes}) VALUES ({marques})", lignes
            )


def repondre(hasard, besoins, membres, communes):
    """One need out of three was answered, by positions and by messages; notifications came of it."""
    from besoins.models import Besoin, Position
    from reseau.models import Message, Notification

    positions, messages, notifications = [], [], []
    for besoin in besoins[::3]:
        for commune in hasard.sample(communes, 3):
            niveau = hasard.choice(Besoin.niveaux)
            positions.append(
                Position(contribution_id=besoin.pk, collectivite=commune, niveau=niveau, par=besoin.auteur)
            )
        for rang in (1, 2):
            auteur = hasard.choice(membres)
            message = Message(contribution_id=besoin.pk, rang=rang, revision=rang, auteur=auteur)
            message.collectivite, message.texte, message.html = hasard.choice(communes), "Oui.", "<p>Oui.</p>"
            messages.append(message)
        notifications.append(
            Notification(membre=besoin.auteur, contribution=besoin, genre="reponse", acteur=auteur)
        )
    for lot in (positions, messages, notifications):
        type(lot[0]).objects.bulk_create(lot, batch_size=2000)


def projeter(hasard):
    """The projects of the matrix; two communes out of three have said where they stand."""
    from django.utils import timezone

    from besoins.models import Position, Projet
    from reseau.models import Appartenance, Collectivite, Membre

    communes, auteur = list(Collectivite.objects.communes()), Membre.objects.first()
    if not Appartenance.objects.exists():
        epci = Collectivite.objects.create(nom="Agglomération", nature=Collectivite.Nature.EPCI)
        Appartenance.objects.bulk_create(Appartenance(commune=commune, epci=epci) for commune in communes)
    for n in range(Projet.objects.count(), PROJETS):
        projet = Projet.objects.create(
            titre=f"{hasard.choice(SUJETS)}, projet n° {n}",
            auteur=auteur,
            collectivite=communes[0],
            publie_le=timezone.now(),
            reperes={"domaines": [["voirie", "Voirie"]]},
        )
        Position.objects.bulk_create(
            Position(
                contribution=projet,
                collectivite=commune,
                niveau=hasard.choice(Projet.niveaux_en_un_clic),
                par=auteur,
            )
            for commune in hasard.sample(communes, len(communes) * 2 // 3)
        )


def fils_de_mesure():
    """The need that is read, with twenty messages, and the one that is written to; who does, her session."""
    from django.urls import reverse

    from reseau.models import Collectivite, Membre, Message

    lectrice, *suiveurs = Membre.objects.order_by("pk")[: SUIVEURS + 1]
    commune = Collectivite.objects.get(pk=lectrice.droits.collectivites[0])
    lu, ecrit = (besoin_suivi(titre, suiveurs) for titre in ("Le fil lu", "Le fil écrit"))
    for n in range(lu.messages.count(), MESSAGES_DU_FIL):
        auteur = suiveurs[n % SUIVEURS]
        Message.ecrire(lu, auteur=auteur, collectivite=commune, texte=f"{CORPS} Message {n}.")
    return {
        "fil": lu.get_absolute_url(),
        "long": fil_long(suiveurs, commune).get_absolute_url(),
        "lu": lu.pk,
        "ecrit": ecrit.pk,
        "messages": reverse("reseau:messages", args=[ecrit.pk]),
        "session": ouvrir_session(lectrice.utilisateur),
        "animatrice": ouvrir_session(animatrice().utilisateur),
    }


def animatrice():
    """Who runs every network: the last member."""
    from reseau.models import Adhesion, Membre, Reseau

    membre = Membre.objects.order_by("pk").last()
    membre.adhesions.filter(fin=None).update(role=Adhesion.Role.ANIMATEUR)
    siens = membre.adhesions.filter(fin=None).values("reseau")
    Adhesion.objects.bulk_create(
        Adhesion(membre=membre, reseau=reseau, role=Adhesion.Role.ANIMATEUR)
        for reseau in Reseau.objects.exclude(pk__in=siens)
    )
    return membre


def fil_long(auteurs, commune):
    """A thread of some years: its rows as `Message.ecrire` leaves them, without telling anybody."""
    from reseau.models import Fil, Message

    besoin, derniere = besoin_suivi("Le fil long", auteurs), MESSAGES_DU_LONG
    if besoin.messages.exists():
        return besoin
    messages = []
    for n in range(1, derniere + 1):
        message = Message(contribution=besoin, rang=n, revision=n, auteur=auteurs[n % SUIVEURS])
        message.collectivite, message.texte = commune, f"{CORPS} Message {n}."
        message.rendre()
        messages.append(message)
    Message.objects.bulk_create(messages, batch_size=500)
    Fil.objects.filter(contribution=besoin).update(derniere_revision=derniere, dernier_rang=derniere)
    return besoin


def besoin_suivi(titre, suiveurs):
    from besoins.models import Besoin

    if besoin := Besoin.objects.filter(titre=titre).first():
        return besoin
    auteur = suiveurs[0]
    besoin = Besoin.objects.create(
        titre=titre,
        corps=CORPS,
        auteur=auteur,
        collectivite_id=auteur.droits.collectivites[0],
        reseau_id=auteur.droits.reseaux[0],
        visibilite="publique",
    ).publier(par=auteur)
    for membre in suiveurs:
        besoin.suivre(membre)
    return besoin


def ouvrir_session(compte):
    from django.conf import settings
    from django.contrib.auth import BACKEND_SESSION_KEY, HASH_SESSION_KEY, SESSION_KEY
    from django.contrib.sessions.backends.db import SessionStore

    session = SessionStore()
    session[SESSION_KEY], session[BACKEND_SESSION_KEY] = str(compte.pk), settings.AUTHENTICATION_BACKENDS[0]
    session[HASH_SESSION_KEY] = compte.get_session_auth_hash()
    session.create()
    return session.session_key


def preparer(nombre):
    """Tables, static files, then the sowing; the statistics that a base of some years would have."""
    from django.db import connection

    from plateforme.accueil import preparation

    preparation.preparer(dire=lambda etape: None)
    mesure = semer(nombre)
    with connection.cursor() as curseur:
        curseur.execute("ANALYZE")
    return mesure


if __name__ == "__main__":
    django.setup()
    print(json.dumps(preparer(int(sys.argv[1]))))
