"""Several hands at once. Each race is run as the code is, then with its guard removed, when it must fail.

The guard is the row lock on PostgreSQL; on SQLite, where IMMEDIATE makes writers wait for each other, it is
the transaction. The database is a file, each hand has its own connection.
"""

import random
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Barrier, Event

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, OperationalError, connection
from django.test import Client
from django.utils import timezone

from besoins.models import (
    Avis,
    AvisDonne,
    Besoin,
    Consultation,
    Position,
    PositionDite,
    Projet,
    Rapprochement,
)
from plateforme.socle.formulaires import UneFois
from reseau import invitations
from reseau.models import (
    Adhesion,
    Collectivite,
    Contribution,
    Entree,
    Etiquette,
    Fil,
    Inscription,
    Membre,
    Message,
    Notification,
    Recapitulatif,
    Rencontre,
    Reseau,
    Seance,
)
from reseau.models.fonctions import FonctionQuerySet
from reseau.models.recapitulatifs import LectureQuerySet, RecapitulatifQuerySet
from reseau.models.reseaux import ReseauQuerySet
from reseau.recapitulatifs import ecrire_une_tournee
from reseau.taches import courriels_immediats
from tests.fabriques import (
    faire_besoin,
    faire_consultation,
    faire_membre,
    faire_message,
    faire_projet,
    faire_rencontre,
)

pytestmark = pytest.mark.django_db(transaction=True)

MAINS = 8
MESSAGES = 8


def ensemble(*gestes):
    """Each gesture in its thread, all at once → what each gave: a value, or the exception that it raised."""
    depart = Barrier(len(gestes))

    def seul(geste):
        depart.wait(timeout=30)
        try:
            return geste()
        except Exception as erreur:
            return erreur
        finally:
            connection.close()

    with ThreadPoolExecutor(len(gestes)) as mains:
        return list(mains.map(seul, gestes))


def lire_puis_ecrire(contribution, *, rang=0):
    """Fil.avancer without its lock: what it read may have changed when it writes."""
    fil = Fil.objects.get(pk=contribution.pk)
    time.sleep(random.uniform(0, 0.01))
    fil.derniere_revision += 1
    fil.dernier_rang += rang
    fil.save()
    return fil.derniere_revision, fil.dernier_rang


def lire(contribution, *, rang=0):
    """Fil.avancer without any lock at all."""
    fil = Fil.objects.get(pk=contribution.pk)
    return fil.derniere_revision + 1, fil.dernier_rang + rang


@pytest.fixture
def sans_garde(monkeypatch):
    """Take its guard away from a verb that counts on `Fil.avancer` in a transaction."""

    def retirer(modele, verbe, avancer):
        monkeypatch.setattr(Fil, "avancer", avancer)
        if connection.vendor == "sqlite":
            monkeypatch.setattr(modele, verbe, classmethod(getattr(modele, verbe).__func__.__wrapped__))

    return retirer


class Panne(Exception):
    """What goes wrong in the middle of one writing out of ten."""


@pytest.fixture
def pannes(monkeypatch):
    rendre, hasard = Message.rendre, random.Random(8)

    def capricieux(message):
        if hasard.random() < 0.1:
            raise Panne
        time.sleep(hasard.uniform(0, 0.003))
        rendre(message)

    monkeypatch.setattr(Message, "rendre", capricieux)


@pytest.fixture
def fil(bruno, rst):
    return faire_besoin("Une course", bruno, reseau=rst)


def ecrire(contribution, membre):
    """Write messages one after the other; returns how many failed for another reason than ours."""
    commune = Collectivite.objects.get(pk=membre.droits.collectivites[0])
    incidents = 0
    for n in range(MESSAGES):
        try:
            Message.ecrire(contribution, auteur=membre, collectivite=commune, texte=f"n° {n}")
        except Panne:
            pass
        except Exception:
            incidents += 1
    return incidents


def suivre(contribution, fin):
    """Catch up as an open page does → the revisions received, in the order of their arrival."""
    recues = [0]
    while True:
        derniere_fois = fin.is_set()
        recues += contribution.messages.depuis(recues[-1]).values_list("revision", flat=True)
        if derniere_fois:
            return recues[1:]
        time.sleep(0.005)


def course_aux_rangs(fil):
    """→ (incidents of the writers, ranks, revisions in the table, what each reader received)"""
    auteurs = [faire_membre("Autrice", f"N{n}", fil.collectivite, reseaux=[fil.reseau]) for n in range(MAINS)]
    fin, lecteurs = Event(), ThreadPoolExecutor(2)

    def lecture():
        try:
            return suivre(fil, fin)
        finally:
            connection.close()

    lectures = [lecteurs.submit(lecture) for _ in range(2)]
    try:
        incidents = sum(ensemble(*[lambda auteur=auteur: ecrire(fil, auteur) for auteur in auteurs]))
    finally:
        fin.set()
    recues = [attendue.result(30) for attendue in lectures]
    rangs = list(fil.messages.order_by("rang").values_list("rang", flat=True))
    revisions = list(fil.messages.order_by("revision").values_list("revision", flat=True))
    return incidents, rangs, revisions, recues


def sans_trou(nombres):
    return nombres == list(range(1, len(nombres) + 1))


def test_ranks_and_revisions_are_gapless_and_readers_lose_nothing(fil, pannes):
    incidents, rangs, revisions, lectures = course_aux_rangs(fil)
    assert incidents == 0
    assert MAINS * MESSAGES / 2 < len(rangs) < MAINS * MESSAGES  # some did fail, and were rolled back
    assert sans_trou(rangs)
    assert sans_trou(revisions)
    assert lectures == [revisions, revisions]


def test_without_the_guard_ranks_collide_or_leave_gaps(fil, pannes, sans_garde):
    sans_garde(Message, "ecrire", lire_puis_ecrire)
    incidents, rangs, revisions, lectures = course_aux_rangs(fil)
    assert incidents or not sans_trou(rangs) or lectures != [revisions, revisions]


@pytest.fixture
def paroles(fil, camille, remi, louverne, monkeypatch):
    """Four words of an agent and four of the référent of the same commune, at once, on a need."""

    def dire(membre, niveau):
        besoin, membre = Besoin.objects.get(pk=fil.pk), Membre.objects.get(pk=membre.pk)
        return Position.dire(besoin, collectivite=louverne, par=membre, niveau=niveau)

    def tous(attente):
        """`attente`: seconds between reading the position and writing the word."""
        creer = PositionDite.objects.create

        def lentement(**champs):
            time.sleep(attente)
            return creer(**champs)

        monkeypatch.setattr(PositionDite.objects, "create", lentement)
        gestes = [lambda: dire(camille, "hors"), lambda: dire(remi, "engagee")] * 4
        return [r for r in ensemble(*gestes) if isinstance(r, Exception)]

    return tous


def test_a_commune_has_one_position_and_its_referent_prevails_in_whatever_order(paroles, fil):
    assert paroles(0.005) == []
    position = Position.objects.get()
    assert (position.niveau, position.confirmee) == ("engagee", True)
    dites = PositionDite.objects.order_by("pk").values_list("confirmee", "retenue")
    assert len(dites) == 8
    parle = False
    for referent, retenue in dites:
        parle = parle or referent
        assert retenue == (referent or not parle)
    fil.fil.refresh_from_db()
    assert fil.fil.derniere_revision == 8


def test_without_the_guard_words_are_lost(paroles, sans_garde):
    sans_garde(Position, "dire", lire)
    assert any(isinstance(erreur, IntegrityError) for erreur in paroles(0.5))


@pytest.fixture
def avis(diane, rst, camille, remi, louverne, monkeypatch):
    """The same for the opinion of a commune on a project: what is shared is guarded by each caller."""
    consultation = faire_consultation("Une liaison", diane, reseau=rst, jusqu_au=timezone.localdate())

    def donner(membre, sens):
        ouverte, membre = Consultation.objects.get(pk=consultation.pk), Membre.objects.get(pk=membre.pk)
        return Avis.donner(ouverte, collectivite=louverne, par=membre, sens=sens)

    def tous(attente):
        creer = AvisDonne.objects.create

        def lentement(**champs):
            time.sleep(attente)
            return creer(**champs)

        monkeypatch.setattr(AvisDonne.objects, "create", lentement)
        gestes = [lambda: donner(camille, "defavorable"), lambda: donner(remi, "favorable")] * 2
        return [r for r in ensemble(*gestes) if isinstance(r, Exception)]

    return tous


def test_a_commune_has_one_opinion_and_its_referent_prevails(avis):
    assert avis(0.005) == []
    assert Avis.objects.values_list("sens", "confirmee").get() == ("favorable", True)
    assert AvisDonne.objects.count() == 4


def test_without_the_guard_opinions_are_lost(avis, sans_garde):
    sans_garde(Avis, "donner", lire)
    assert any(isinstance(erreur, IntegrityError) for erreur in avis(0.5))


@pytest.fixture
def rapprocher_a_deux(fil, bruno, diane, rst, monkeypatch):
    """Two animateurs bring the same need into two projects at once → what each was answered."""
    projets = [faire_projet(f"Projet {n}", diane, reseau=rst) for n in range(2)]
    reunir = Projet._reunir

    def lentement(projet, besoins, par):
        time.sleep(0.5)
        return reunir(projet, besoins, par)

    monkeypatch.setattr(Projet, "_reunir", lentement)

    def rapprocher(projet, par):
        besoin, par = Besoin.objects.get(pk=fil.pk), Membre.objects.get(pk=par.pk)
        return Projet.objects.get(pk=projet.pk).rapprocher([besoin], par=par)

    return lambda: ensemble(*map(partial(partial, rapprocher), projets, (bruno, diane)))


def test_a_need_is_brought_into_one_project_and_the_second_is_told(rapprocher_a_deux, fil):
    reponses = rapprocher_a_deux()
    assert {type(reponse) for reponse in reponses} == {Projet, ValidationError}
    [uni] = [reponse for reponse in reponses if isinstance(reponse, Projet)]
    assert Rapprochement.objects.get(besoin=fil.pk).projet == uni


def test_without_the_guard_the_second_is_told_nothing(rapprocher_a_deux, monkeypatch):
    """The constraint stands behind: an error that nobody explains, rather than two projects."""
    monkeypatch.setattr(Fil, "avancer", lire)
    if connection.vendor == "sqlite":
        monkeypatch.setattr(Projet, "rapprocher", Projet.rapprocher.__wrapped__)
    assert any(isinstance(reponse, IntegrityError) for reponse in rapprocher_a_deux())


# The same form, sent twice at once from the same page


def envoyer_ensemble(membre, adresse, envoi, fois=4):
    """→ the addresses that the answers lead to"""

    def geste():
        client = Client()
        client.force_login(membre.utilisateur)
        return client.post(adresse, envoi)["Location"]

    return ensemble(*[geste] * fois)


@pytest.fixture
def besoin_saisi(camille, louverne, rst):
    return {
        "jeton": "5f0c1a52-6f0e-4a52-9a55-0d6f9c2b7e11",
        "titre": "Une nacelle début décembre",
        "reseau": rst.pk,
        "collectivite": louverne.pk,
        "visibilite": "membres",
        "urgence": "normale",
        "publier": "",
    }


MESSAGE_SAISI = {"jeton": "5f0c1a52-6f0e-4a52-9a55-0d6f9c2b7e12", "texte": "La nôtre est libre le mardi."}


@pytest.fixture
def sans_jeton(monkeypatch):
    monkeypatch.setattr(UneFois, "envoi", None)


def test_a_need_sent_four_times_at_once_is_published_once(camille, bruno, besoin_saisi):
    adresses = envoyer_ensemble(camille, "/besoins/publier/", besoin_saisi)
    besoin = Besoin.objects.get()
    assert adresses == [besoin.get_absolute_url()] * 4
    assert list(Notification.objects.values_list("membre", flat=True)) == [bruno.pk]


def test_without_its_token_it_is_published_four_times(camille, besoin_saisi, sans_jeton):
    envoyer_ensemble(camille, "/besoins/publier/", besoin_saisi)
    assert Besoin.objects.count() == 4


def test_a_message_sent_four_times_at_once_is_posted_once(camille, fil):
    adresses = envoyer_ensemble(camille, f"/contributions/{fil.pk}/messages/", MESSAGE_SAISI)
    assert adresses == [f"{fil.get_absolute_url()}#message-1"] * 4
    assert Message.objects.count() == 1
    fil.fil.refresh_from_db()
    assert (fil.fil.dernier_rang, fil.fil.derniere_revision) == (1, 1)


def test_without_its_token_it_is_posted_four_times(camille, fil, sans_jeton):
    envoyer_ensemble(camille, f"/contributions/{fil.pk}/messages/", MESSAGE_SAISI)
    assert Message.objects.count() == 4


# A second click, when the first one is not finished


@pytest.fixture
def clic(monkeypatch):
    """Two clicks whose views have both read the object before either of them acts."""

    def deux_fois(membre, adresse, modele, verbe, **envoi):
        ensemble_ici, geste = Barrier(2), getattr(modele, verbe)

        def apres_l_autre(self, **champs):
            ensemble_ici.wait(timeout=30)
            return geste(self, **champs)

        monkeypatch.setattr(modele, verbe, apres_l_autre)
        adresses = envoyer_ensemble(membre, adresse, envoi, fois=2)
        assert not [a for a in adresses if isinstance(a, Exception)]

    return deux_fois


@pytest.fixture
def sans_relecture(monkeypatch):
    monkeypatch.setattr(Contribution, "_relire", lambda self, *champs: None)


@pytest.fixture
def nouveautes(monkeypatch):
    annonces = []
    monkeypatch.setattr("reseau.direct.nouveaute", annonces.append)
    return annonces


def publier_deux_fois(clic, bruno, rst):
    brouillon = faire_besoin("À finir", bruno, reseau=rst, publier=False)
    clic(bruno, f"/contributions/{brouillon.pk}/publication/", Besoin, "publier")


def test_two_clicks_publish_a_draft_once(clic, bruno, rst, nouveautes):
    publier_deux_fois(clic, bruno, rst)
    assert len(nouveautes) == 1


def test_without_reading_again_they_publish_it_twice(clic, bruno, rst, nouveautes, sans_relecture):
    publier_deux_fois(clic, bruno, rst)
    assert len(nouveautes) == 2


def clore_deux_fois(clic, bruno, fil):
    clic(bruno, f"/besoins/{fil.pk}/cloture/", Besoin, "clore", issue="pret", motif="Changé prête la sienne")
    return fil.modifications.count()


def test_two_clicks_close_a_need_once(clic, bruno, fil):
    assert clore_deux_fois(clic, bruno, fil) == 1


def test_without_reading_again_they_close_it_twice(clic, bruno, fil, sans_relecture):
    assert clore_deux_fois(clic, bruno, fil) == 2


def retirer_deux_fois(clic, bruno, fil):
    clic(bruno, f"/contributions/{fil.pk}/retrait/", Besoin, "retirer", motif="Doublon")
    return Entree.objects.filter(contribution=fil, geste=Entree.Geste.RETRAIT).count()


def test_two_clicks_withdraw_once(clic, bruno, fil):
    assert retirer_deux_fois(clic, bruno, fil) == 1


def test_without_reading_again_they_withdraw_twice(clic, bruno, fil, sans_relecture):
    assert retirer_deux_fois(clic, bruno, fil) == 2


def test_an_edit_opened_before_the_closing_does_not_reopen_the_need(fil, bruno):
    ouverte = Besoin.objects.get(pk=fil.pk)
    avant = ouverte.etat_suivi()
    fil.clore(par=bruno, issue="pret")
    ouverte.titre = "Une course de fond"
    ouverte.modifier(par=bruno, avant=avant)
    fil.refresh_from_db()
    assert (fil.titre, fil.issue) == ("Une course de fond", "pret")
    assert fil.clos_le is not None


def modifier_pendant_le_retrait(fil, bruno):
    """Save the form of an edit that was opened before somebody withdrew the need."""
    ouverte = Besoin.objects.get(pk=fil.pk)
    avant = ouverte.etat_suivi()
    fil.retirer(par=bruno, motif="Doublon")
    ouverte.titre = "Une course de fond"
    ouverte.modifier(par=bruno, avant=avant)
    fil.refresh_from_db()


def test_an_edit_opened_before_the_withdrawal_leaves_it_and_its_reason(fil, bruno):
    modifier_pendant_le_retrait(fil, bruno)
    assert (fil.titre, fil.est_retiree, fil.retire_motif) == ("Une course de fond", True, "Doublon")


def test_an_edit_that_also_wrote_the_reason_would_be_refused_by_the_database(fil, bruno, monkeypatch):
    monkeypatch.setattr(Contribution._meta.get_field("retire_motif"), "editable", True)
    with pytest.raises(IntegrityError):
        modifier_pendant_le_retrait(fil, bruno)


@pytest.fixture
def sans_contrainte():
    """Drop a unique constraint for the time of a test."""
    retirees = []

    def retirer(modele, nom):
        contrainte = next(c for c in modele._meta.constraints if c.name == nom)
        with connection.schema_editor() as schema:
            schema.remove_constraint(modele, contrainte)
        retirees.append((modele, contrainte))

    yield retirer
    for modele, contrainte in retirees:
        modele.objects.all().delete()
        with connection.schema_editor() as schema:
            schema.add_constraint(modele, contrainte)


def adherer_deux_fois(amenagement, camille, diane):
    return ensemble(*[lambda: amenagement.accueillir(camille, par=diane)] * 2)


def test_two_clicks_open_one_adhesion(amenagement, camille, diane):
    un, deux = adherer_deux_fois(amenagement, camille, diane)
    assert un == deux == Adhesion.objects.get(reseau=amenagement, membre=camille)


def test_without_the_constraint_they_open_two(amenagement, camille, diane, sans_contrainte):
    sans_contrainte(Adhesion, "reseau_adhesion_unique_en_cours")
    adherer_deux_fois(amenagement, camille, diane)
    assert Adhesion.objects.filter(reseau=amenagement, membre=camille).count() == 2


@pytest.fixture
def entrees(amenagement, camille, diane, monkeypatch):
    """Two clicks let the same member in → who was told that she had."""
    adhesion_de = Reseau.adhesion_de

    def lentement(reseau, membre):
        trouvee = adhesion_de(reseau, membre)
        time.sleep(0.3)  # between the look and the door
        return trouvee

    monkeypatch.setattr(Reseau, "adhesion_de", lentement)
    return lambda: ensemble(*[lambda: invitations.faire_entrer(camille, amenagement, par=diane)] * 2)


def test_two_clicks_let_a_member_in_and_tell_her_once(entrees):
    assert sorted(entrees()) == [False, True]


def test_without_the_lock_of_the_network_they_tell_her_twice(entrees, monkeypatch):
    if connection.vendor == "sqlite":
        monkeypatch.setattr(invitations, "faire_entrer", invitations.faire_entrer.__wrapped__)
    monkeypatch.setattr(ReseauQuerySet, "select_for_update", lambda reseaux: reseaux)
    assert entrees() == [True, True]


# The last seat of a meeting


@pytest.fixture
def ruee(diane, louverne, rst, monkeypatch):
    """Four of a commune ask at once for the one seat of a visit → how many have it, how many wait."""
    seance = faire_rencontre("Visite de la chaufferie", diane, reseau=rst, capacite=1).seances.get()
    membres = [faire_membre("Ali", f"N{n}", louverne, reseaux=[rst]) for n in range(4)]
    save = Inscription.save

    def lentement(inscription, **champs):
        time.sleep(0.3)  # between the count of the seats and the taking of one
        return save(inscription, **champs)

    monkeypatch.setattr(Inscription, "save", lentement)

    def demander(membre):
        lue = Seance.objects.select_related("rencontre").get(pk=seance.pk)
        return lue.inscrire(par=membre, collectivite=louverne, membre=membre)

    def tous():
        recues = ensemble(*[partial(demander, membre) for membre in membres])
        assert not [r for r in recues if isinstance(r, Exception)], recues
        return seance.inscriptions.confirmees().count(), seance.inscriptions.en_attente().count()

    return tous


def test_the_last_seat_is_given_once(ruee):
    assert ruee() == (1, 3)


def test_without_the_guard_it_is_given_several_times(ruee, monkeypatch):
    monkeypatch.setattr(Fil, "avancer", lire)
    # The meeting's own row is held too.
    monkeypatch.setattr(Rencontre, "_relire", lambda self, *champs: self.refresh_from_db(fields=champs))
    if connection.vendor == "sqlite":
        monkeypatch.setattr(Seance, "inscrire", Seance.inscrire.__wrapped__)
    assert ruee()[0] > 1


# Two administrators deactivate each other


@pytest.fixture
def alix(agglo):
    return faire_membre("Alix", "Brault", (agglo, "administrateur"))


def se_desactiver(alex, alix, monkeypatch):
    """→ (what each gesture gave, how many can still let the others in)"""
    activer = Membre._activer

    def lentement(membre, actif):
        time.sleep(0.3)  # the other has looked too, unless something made it wait
        activer(membre, actif)

    monkeypatch.setattr(Membre, "_activer", lentement)
    resultats = ensemble(lambda: alex.desactiver(par=alix), lambda: alix.desactiver(par=alex))
    return resultats, Membre.objects.actifs().filter(fonctions__role="administrateur").count()


def test_of_two_administrators_who_deactivate_each_other_one_is_left(alex, alix, monkeypatch):
    resultats, restent = se_desactiver(alex, alix, monkeypatch)
    assert [type(r) for r in resultats if not isinstance(r, Membre)] == [ValidationError]
    assert restent == 1


def test_without_the_lock_none_is_left(alex, alix, monkeypatch):
    monkeypatch.setattr(FonctionQuerySet, "select_for_update", lambda fonctions, **options: fonctions)
    if connection.vendor == "sqlite":
        monkeypatch.setattr(Membre, "desactiver", Membre.desactiver.__wrapped__)
    assert se_desactiver(alex, alix, monkeypatch)[1] == 0


# Two animateurs write the presentation of their network


def presenter_a_deux(rst, diane, monkeypatch):
    """→ what each of those who had read the same text was answered"""
    lue, enregistrer = rst.empreinte, Reseau.save

    def lentement(reseau, **champs):
        time.sleep(0.3)  # the other has looked too, unless something made her wait
        enregistrer(reseau, **champs)

    monkeypatch.setattr(Reseau, "save", lentement)
    gestes = [
        partial(Reseau.objects.get().presenter, resume="", presentation=texte, par=diane, lue=lue)
        for texte in ("Le texte de Diane", "Le texte de Jeanne")
    ]
    return sorted(type(resultat).__name__ for resultat in ensemble(*gestes))


def test_of_two_presentations_written_at_once_one_is_told_of_the_other(rst, diane, monkeypatch):
    assert presenter_a_deux(rst, diane, monkeypatch) == ["Reseau", "ValidationError"]


def test_without_the_lock_one_is_lost(rst, diane, monkeypatch):
    monkeypatch.setattr(ReseauQuerySet, "select_for_update", lambda reseaux: reseaux)
    if connection.vendor == "sqlite":
        monkeypatch.setattr(Reseau, "presenter", Reseau.presenter.__wrapped__)
    assert presenter_a_deux(rst, diane, monkeypatch) == ["Reseau", "Reseau"]


# A reader, while another process keeps the database of a small site to itself


@pytest.fixture
def lecture(bruno, camille, rst):
    """→ the answer to who opens a need that she is told about, while nothing can be written"""
    besoin, client = faire_besoin("Une nacelle", bruno, reseau=rst), Client()
    client.force_login(camille.utilisateur)

    def lire_pendant_une_ecriture():
        with connection.cursor() as curseur:
            curseur.execute("PRAGMA busy_timeout = 50")
        autre = connection.copy()
        try:
            with autre.cursor() as curseur:
                curseur.execute("BEGIN IMMEDIATE")
            return client.get(besoin.get_absolute_url())
        finally:
            autre.close()
            connection.close()  # the next one will wait as before

    return lire_pendant_une_ecriture


@pytest.mark.sqlite
def test_a_page_is_read_while_nothing_can_be_written(lecture, camille):
    reponse = lecture()
    assert reponse.status_code == 200 and reponse.context["entete"].non_lues == 1
    assert camille.notifications.get().lue_le is None


@pytest.mark.sqlite
def test_without_letting_go_it_would_not_be(lecture, monkeypatch):
    monkeypatch.setattr("reseau.views.contributions.DatabaseError", ZeroDivisionError)
    with pytest.raises(OperationalError, match="locked"):
        lecture()


# A message, when its author, an animateur and whoever closes the thread act at once


def ecrire_pendant_la_cloture(fil, bruno, camille, remi, monkeypatch):
    """Four who answer while it closes → (incidents other than a refusal, the messages that came after)."""
    trames = []
    monkeypatch.setattr("reseau.direct.fil_change", lambda contribution, revision: trames.append(revision))
    ouvertes = [(Besoin.objects.get(pk=fil.pk), auteur) for auteur in (camille, remi) * 2]
    suite = Event()

    def repondre(besoin, auteur):
        faire_message(besoin, auteur)
        suite.wait(timeout=30)
        faire_message(besoin, auteur)

    def clore():
        fil.clore(par=bruno, issue="reponse")
        suite.set()

    resultats = ensemble(clore, *[partial(repondre, *ouverte) for ouverte in ouvertes])
    incidents = [r for r in resultats if isinstance(r, Exception) and not isinstance(r, ValidationError)]
    return incidents, fil.messages.filter(revision__gt=trames[0]).count()


def test_no_message_comes_after_the_closing(fil, bruno, camille, remi, monkeypatch):
    assert ecrire_pendant_la_cloture(fil, bruno, camille, remi, monkeypatch) == ([], 0)


def test_without_reading_again_messages_come_after_the_closing(fil, bruno, camille, remi, monkeypatch):
    monkeypatch.setattr(Besoin, "refresh_from_db", lambda self, **options: None)
    _incidents, trop_tard = ecrire_pendant_la_cloture(fil, bruno, camille, remi, monkeypatch)
    assert trop_tard >= 4


def retirer_et_corriger(fil, bruno, diane):
    """Both have the message before their eyes when the animatrice withdraws it; he corrects it next."""
    message = faire_message(fil, bruno, "Propos déplacés")
    ouvert = Message.objects.get(pk=message.pk)
    message.retirer(par=diane, motif="hors sujet")
    with suppress(ValidationError):
        ouvert.corriger(texte="Propos corrigés")
    message.refresh_from_db()
    return message


def test_a_correction_does_not_bring_back_what_was_withdrawn(fil, bruno, diane):
    message = retirer_et_corriger(fil, bruno, diane)
    assert (message.retire_par, message.texte) == (diane, "Propos déplacés")
    assert "hors sujet" in message.html
    assert not message.versions.exists()


def test_without_reading_again_it_is_shown_once_more(fil, bruno, diane, monkeypatch):
    monkeypatch.setattr(Message, "_relire", lambda self: setattr(self, "revision", Fil.avancer(fil)[0]))
    message = retirer_et_corriger(fil, bruno, diane)
    assert "hors sujet" not in message.html


def clore_et_corriger(fil, bruno):
    """He has his message before his eyes when the need is closed; he corrects it next."""
    message = faire_message(fil, bruno, "Deux jours")
    ouvert = Message.objects.select_related("contribution").get(pk=message.pk)
    fil.clore(par=bruno, issue="reponse")
    with suppress(ValidationError):
        ouvert.corriger(texte="Trois jours")
    message.refresh_from_db()
    return message.texte


def test_a_message_is_not_corrected_after_the_closing(fil, bruno):
    assert clore_et_corriger(fil, bruno) == "Deux jours"


def test_without_reading_the_thread_again_it_is(fil, bruno, monkeypatch):
    monkeypatch.setattr(Contribution, "refresh_from_db", lambda self, **options: None)
    assert clore_et_corriger(fil, bruno) == "Trois jours"


def retirer_a_deux(fil, bruno, diane):
    """Two withdrawals at once → how many think that theirs is the one."""
    message = faire_message(fil, bruno)
    ouverts = [(Message.objects.get(pk=message.pk), par) for par in (bruno, diane)]
    gestes = [partial(ouvert.retirer, par=par, motif="doublon") for ouvert, par in ouverts]
    return sum(retire.retire_par_id is not None for retire in ensemble(*gestes))


def test_of_two_withdrawals_the_first_one_stands(fil, bruno, diane):
    assert retirer_a_deux(fil, bruno, diane) == 1


def test_without_reading_again_the_second_one_takes_its_place(fil, bruno, diane, monkeypatch):
    monkeypatch.setattr(Message, "_relire", lambda self: setattr(self, "revision", Fil.avancer(fil)[0]))
    assert retirer_a_deux(fil, bruno, diane) == 2


# Two animateurs who each merge a word into the other's


def fondre_en_croix(diane, nommer):
    """→ the names that are left, and what went wrong"""
    alpha, beta = (Etiquette.objects.create(name=nom) for nom in ("alpha", "bêta"))
    ensuite = ensemble(
        partial(nommer, alpha.pk, "bêta", par=diane), partial(nommer, beta.pk, "alpha", par=diane)
    )
    incidents = [erreur for erreur in ensuite if isinstance(erreur, Exception)]
    return list(Etiquette.objects.values_list("name", flat=True)), incidents


def test_two_words_merged_crosswise_leave_one(diane):
    restes, incidents = fondre_en_croix(diane, Etiquette.nommer)
    assert len(restes) == 1 and incidents == []


def test_without_the_lock_they_lose_both_or_fail(diane):
    lues = Barrier(2)

    def nommer(pk, nom, *, par):
        etiquette, autre = Etiquette.objects.get(pk=pk), Etiquette.objects.get(name=nom)
        lues.wait(timeout=30)
        return etiquette.fondre_dans(autre, par=par)

    restes, incidents = fondre_en_croix(diane, nommer)
    assert not restes or incidents


@pytest.fixture
def au_matin(bruno, camille, louverne, fil, mailoutbox, monkeypatch):
    """The mail of a position and the récapitulatif of whom it concerns, at once → how many told it."""
    Recapitulatif.objects.ouvrir()
    bruno.adhesions.update(niveau_courriel=Adhesion.Niveau.AUCUN)
    Position.dire(fil, collectivite=louverne, par=camille, niveau="engagee")
    bruno.adhesions.update(niveau_courriel=Adhesion.Niveau.IMMEDIAT)
    notification = Notification.objects.get(membre=bruno)
    Recapitulatif.objects.filter(membre=bruno).update(prochain_le=timezone.now())
    dates = LectureQuerySet.dates

    def lentement(*arguments):
        lues = dates(*arguments)
        time.sleep(0.2)
        return lues

    monkeypatch.setattr(LectureQuerySet, "dates", lentement)

    def ecrire(immediat, recapitulatif):
        evenement = {
            "evenement": "une-position",
            "le": notification.le.isoformat(),
            "contribution": fil.pk,
            "genre": notification.genre,
            "message": None,
            "acteur": camille.pk,
            "membres": [bruno.pk],
            "precision": notification.precision,
        }
        resultats = ensemble(partial(immediat, **evenement), recapitulatif)
        assert [r for r in resultats if isinstance(r, Exception)] == []
        ecrire_une_tournee()
        return len([courriel for courriel in mailoutbox if courriel.to == [bruno.courriel]])

    return ecrire


def test_what_is_mailed_at_once_is_not_in_the_recapitulatif_of_the_same_instant(au_matin):
    assert au_matin(courriels_immediats.func, ecrire_une_tournee) == 1


def test_without_the_guard_it_is_told_twice(au_matin, monkeypatch):
    monkeypatch.setattr(RecapitulatifQuerySet, "select_for_update", lambda self, **_options: self)
    assert au_matin(courriels_immediats.func.__wrapped__, ecrire_une_tournee.__wrapped__) == 2


@pytest.fixture
def rappeler_a_deux(fil, bruno, camille, louverne, monkeypatch):
    """Two timers come to the same reminder → how many times those of the commune were asked again."""
    fil.solliciter([louverne], par=bruno)
    fil.relances.update(prevue_le=timezone.localdate())
    muettes, demandees = Besoin.muettes, []
    monkeypatch.setattr(Besoin, "_demander", lambda *_dit: demandees.append(1))
    monkeypatch.setattr(Besoin, "muettes", lambda besoin: time.sleep(0.3) or muettes(besoin))

    def rappeler():
        resultats = ensemble(*[Besoin.objects.get(pk=fil.pk).rappeler for _main in range(2)])
        assert [r for r in resultats if isinstance(r, Exception)] == []
        return len(demandees)

    return rappeler


def test_two_timers_remind_a_commune_once(rappeler_a_deux):
    assert rappeler_a_deux() == 1


def test_without_the_guard_they_remind_it_twice(rappeler_a_deux, monkeypatch):
    monkeypatch.setattr(Fil, "avancer", lire)
    monkeypatch.setattr(Besoin, "_relire", lambda besoin, *_champs: None)
    monkeypatch.setattr(Besoin, "rappeler", Besoin.rappeler.__wrapped__)
    assert rappeler_a_deux() == 2
