import smtplib
import socket
import threading
from datetime import timedelta

import pytest
from aiosmtpd.controller import Controller
from django.core import mail
from django.core.mail import BadHeaderError, EmailMultiAlternatives, send_mail
from django.db import IntegrityError, connection, transaction
from django.http import Http404
from django.test import RequestFactory
from django.urls import reverse
from django.utils import timezone
from django_tasks_db.management.commands.db_worker import Worker
from django_tasks_db.models import DBTaskResult

from plateforme.socle.courriel import (
    DELAIS,
    _sans_espoir,
    composer,
    envoyer,
    expedier,
    purger_courriels,
    relancer_les_oublies,
)
from plateforme.socle.models import AdresseEnEchec, Courriel
from plateforme.socle.models.courriels import BAIL
from plateforme.socle.views.courriels import CourrielListView

DE, A = "plateforme@exemple.fr", "marie@parne.fr"


class Boite:
    """An SMTP server that keeps what it receives."""

    def __init__(self):
        self.recus = []
        self.refuses = {}

    async def handle_RCPT(self, server, session, envelope, address, rcpt_options):
        if address in self.refuses:
            return self.refuses[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        self.recus.append(envelope)
        return "250 OK"


def port_libre():
    with socket.socket() as prise:
        prise.bind(("127.0.0.1", 0))
        return prise.getsockname()[1]


@pytest.fixture
def file(settings, monkeypatch):
    """The queue as it is in production: rows, then tasks of the database."""
    # The worker runs inside the transaction of the test: its connection must stay.
    monkeypatch.setattr("django_tasks_db.management.commands.db_worker.close_old_connections", lambda: None)
    settings.EMAIL_BACKEND = "plateforme.socle.courriel.FileDAttente"
    settings.SERVEUR_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", port_libre(), 2
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}


@pytest.fixture
def serveur(file, settings):
    boite = Boite()
    controleur = Controller(boite, hostname="127.0.0.1", port=settings.EMAIL_PORT)
    controleur.start()
    yield boite
    controleur.stop()


def vider_la_file():
    Worker(
        queue_names=["*"],
        interval=0,
        batch=True,
        backend_name="default",
        startup_delay=False,
        max_tasks=None,
        worker_id="essai",
        excluded_queue_names=[],
    ).run()


def ecrire(sujet="Bonjour", **options):
    return send_mail(sujet, "Texte", DE, [A], **options)


def avancer(**champs):
    Courriel.objects.update(prochain_essai_le=timezone.now() - timedelta(seconds=1), **champs)


@pytest.mark.django_db
def test_a_mail_is_a_row_first_and_leaves_with_the_task(serveur):
    assert ecrire("Été à l’école") == 1
    courriel = Courriel.objects.get()
    assert (courriel.expediteur, courriel.destinataire, courriel.envoye_le) == (DE, A, None)
    assert serveur.recus == []

    vider_la_file()

    courriel.refresh_from_db()
    assert courriel.envoye_le and not courriel.erreur and courriel.essais == 1
    (recu,) = serveur.recus
    assert (recu.mail_from, recu.rcpt_tos) == (DE, [A])
    assert (
        recu.content.replace(b"\r\n", b"\n").rstrip()
        == bytes(courriel.source).replace(b"\r\n", b"\n").rstrip()
    )


@pytest.mark.django_db
def test_text_html_and_attachment_arrive_whole(serveur):
    message = EmailMultiAlternatives("Œuvre", "Très court\n.\nfin", f"Mairie <{DE}>", [f"Marie <{A}>"])
    message.attach_alternative("<p>Très court</p>", "text/html")
    message.attach("plan été.pdf", b"%PDF-\x00\xff", "application/pdf")
    message.send()
    vider_la_file()
    (recu,) = serveur.recus
    courriel = Courriel(source=recu.content)
    assert courriel.texte.replace("\r\n", "\n").strip() == "Très court\n.\nfin"
    assert courriel.html.strip() == "<p>Très court</p>"
    (piece,) = courriel._contenu.iter_attachments()
    assert (piece.get_filename(), piece.get_content()) == ("plan été.pdf", b"%PDF-\x00\xff")
    assert recu.rcpt_tos == [A] and recu.mail_from == DE


@pytest.mark.django_db
def test_an_invitation_arrives_as_a_part_and_as_a_file(serveur, gabarits):
    ics = "BEGIN:VCALENDAR\r\nMETHOD:REQUEST\r\nSUMMARY:Été\r\nEND:VCALENDAR\r\n".encode()
    envoyer("essai/bref", {}, A, invitation=("REQUEST", ics))
    vider_la_file()
    courriel = Courriel(source=serveur.recus[0].content)
    parties = [p for p in courriel._contenu.walk() if p.get_content_type() == "text/calendar"]
    (invitation,), (fichier,) = parties, courriel._contenu.iter_attachments()
    assert dict(invitation["content-type"].params) == {"method": "REQUEST", "charset": "utf-8"}
    assert invitation.get_content().split() == ics.decode().split()
    assert (fichier.get_filename(), fichier.get_content()) == ("invitation.ics", ics)


@pytest.mark.django_db(transaction=True)
def test_a_rolled_back_transaction_leaves_neither_mail_nor_task(serveur):
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        ecrire()
        raise ZeroDivisionError
    assert not Courriel.objects.exists() and not DBTaskResult.objects.exists()
    vider_la_file()
    assert serveur.recus == []


@pytest.mark.django_db
def test_a_dead_server_neither_slows_nor_breaks_the_page_and_the_mail_is_tried_again(file):
    debut = timezone.now()
    ecrire()
    assert timezone.now() - debut < timedelta(seconds=1)
    for essai, delai in enumerate(DELAIS, start=1):
        avant = timezone.now()
        vider_la_file()
        courriel = Courriel.objects.get()
        assert (courriel.essais, courriel.envoye_le, courriel.abandonne_le) == (essai, None, None)
        assert "ConnectionRefused" in courriel.erreur
        assert avant + delai <= courriel.prochain_essai_le <= timezone.now() + delai
        suivante = DBTaskResult.objects.get(status="READY")
        assert suivante.run_after == courriel.prochain_essai_le
        # Not before its hour.
        vider_la_file()
        assert Courriel.objects.get().essais == essai
        avancer()
        DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    vider_la_file()
    courriel = Courriel.objects.get()
    assert courriel.abandonne_le and courriel.erreur
    assert not DBTaskResult.objects.filter(status="READY").exists()


@pytest.mark.django_db
def test_a_server_that_comes_back_gets_the_mail_once(serveur, settings):
    vivant, settings.EMAIL_PORT = settings.EMAIL_PORT, port_libre()
    ecrire()
    vider_la_file()
    settings.EMAIL_PORT = vivant
    avancer()
    DBTaskResult.objects.filter(status="READY").update(run_after=timezone.now())
    vider_la_file()
    expedier.call(Courriel.objects.get().pk)
    assert len(serveur.recus) == 1
    assert Courriel.objects.get().envoye_le


@pytest.mark.django_db
def test_a_server_that_never_answers_is_left_after_the_timeout(file, settings):
    settings.EMAIL_TIMEOUT = 0.2
    with socket.socket() as muet:
        muet.bind(("127.0.0.1", 0))
        muet.listen()
        settings.EMAIL_PORT = muet.getsockname()[1]
        ecrire()
        debut = timezone.now()
        vider_la_file()
    assert timezone.now() - debut < timedelta(seconds=5)
    courriel = Courriel.objects.get()
    assert courriel.erreur and courriel.envoye_le is None and courriel.abandonne_le is None


@pytest.mark.django_db
def test_an_address_that_does_not_exist_is_given_up_and_the_others_get_their_mail(serveur):
    serveur.refuses = {"parti@parne.fr": "550 No such user", "plein@parne.fr": "452 Mailbox full"}
    send_mail("Bonjour", "Texte", DE, ["parti@parne.fr", "plein@parne.fr", A])
    vider_la_file()
    etats = {c.destinataire: (bool(c.envoye_le), bool(c.abandonne_le)) for c in Courriel.objects.all()}
    assert etats == {"parti@parne.fr": (False, True), "plein@parne.fr": (False, False), A: (True, False)}
    assert [recu.rcpt_tos for recu in serveur.recus] == [[A]]


@pytest.mark.django_db
def test_an_address_that_its_server_does_not_know_is_marked_and_a_filter_marks_nobody(serveur):
    serveur.refuses = {"parti@parne.fr": "550 5.1.1 No such user", "filtre@parne.fr": "550 5.7.1 Refused"}
    send_mail("Bonjour", "Texte", DE, ["parti@parne.fr", "filtre@parne.fr", A])
    vider_la_file()
    assert [echec.adresse for echec in AdresseEnEchec.objects.all()] == ["parti@parne.fr"]


@pytest.mark.django_db
def test_an_event_has_one_mail_per_person(serveur):
    for _ in range(2):
        for adresse in (A, "bruno@louverne.fr"):
            EmailMultiAlternatives("s", "t", DE, [adresse], headers={"X-Clef": "besoin-12"}).send()
    ecrire()
    ecrire()
    vider_la_file()
    assert sorted(r.rcpt_tos[0] for r in serveur.recus) == sorted([A, "bruno@louverne.fr", A, A])
    assert all(b"X-Clef" not in recu.content for recu in serveur.recus)


@pytest.mark.django_db
def test_the_database_itself_refuses_a_second_mail_and_a_double_state():
    Courriel.objects.create(clef="x", expediteur=DE, destinataire=A, source=b"")
    with pytest.raises(IntegrityError), transaction.atomic():
        Courriel.objects.create(clef="x", expediteur=DE, destinataire=A, source=b"")
    with pytest.raises(IntegrityError), transaction.atomic():
        Courriel.objects.update(envoye_le=timezone.now(), abandonne_le=timezone.now())


@pytest.mark.django_db
@pytest.mark.parametrize(
    "options",
    [
        {"subject": "Bonjour\nBcc: tous@exemple.fr"},
        {"to": ["a@b.fr\nBcc: tous@exemple.fr"]},
        {"bcc": ["a@b.fr\r\nRCPT TO:<x@y.fr>"]},
        {"from_email": "a@b.fr\nX: y"},
        {"headers": {"Reply-To": "a@b.fr\nX: y"}},
    ],
)
def test_a_header_with_a_newline_is_refused(file, options):
    with pytest.raises((BadHeaderError, ValueError)):
        EmailMultiAlternatives(**{"subject": "s", "body": "t", "to": [A], "from_email": DE, **options}).send()
    assert not Courriel.objects.exists()


def course(pk, ouvriers=4):
    """Workers that take the same mail at the same moment."""
    depart = threading.Barrier(ouvriers)

    def ouvrier():
        try:
            depart.wait()
            expedier.call(pk)
        finally:
            connection.close()

    fils = [threading.Thread(target=ouvrier) for _ in range(ouvriers)]
    for fil in fils:
        fil.start()
    for fil in fils:
        fil.join()


@pytest.mark.django_db(transaction=True)
def test_workers_that_race_send_a_mail_once(serveur):
    ecrire()
    course(Courriel.objects.get().pk)
    assert len(serveur.recus) == 1


@pytest.mark.django_db(transaction=True)
def test_without_the_conditional_update_the_same_race_sends_it_several_times(serveur, monkeypatch):
    rendez_vous = threading.Barrier(4)

    def lire_puis_ecrire(queryset, pk):
        courriel = queryset.dus().get(pk=pk)
        rendez_vous.wait()
        courriel.essais += 1
        courriel.prochain_essai_le = timezone.now() + BAIL
        courriel.save()
        return courriel

    monkeypatch.setattr(type(Courriel.objects.all()), "reserver", lire_puis_ecrire)
    monkeypatch.setattr(type(Courriel.objects), "reserver", lambda m, pk: lire_puis_ecrire(m.all(), pk))
    ecrire()
    course(Courriel.objects.get().pk)
    assert len(serveur.recus) > 1


@pytest.mark.django_db
def test_a_worker_killed_in_mid_send_is_replaced_after_its_lease(serveur):
    ecrire()
    DBTaskResult.objects.all().delete()
    pk = Courriel.objects.get().pk
    assert Courriel.objects.reserver(pk)  # and nothing more: killed
    assert Courriel.objects.reserver(pk) is None
    assert relancer_les_oublies() == 0
    avancer()
    assert relancer_les_oublies() == 1
    # The second sweep sees that a task is waiting already.
    assert relancer_les_oublies() == 0
    vider_la_file()
    assert len(serveur.recus) == 1 and Courriel.objects.get().envoye_le


@pytest.mark.django_db
def test_a_mail_that_kills_every_worker_is_given_up(file):
    ecrire()
    avancer(essais=len(DELAIS) + 1)
    vider_la_file()
    assert Courriel.objects.get().abandonne_le


@pytest.mark.django_db
def test_a_worker_whose_lease_ran_out_does_not_undo_the_next_one():
    Courriel.objects.create(expediteur=DE, destinataire=A, source=b"")
    lent = Courriel.objects.reserver(Courriel.objects.get().pk)
    avancer()
    rapide = Courriel.objects.reserver(lent.pk)
    lent.noter_echec("trop tard")
    assert lent.abandonne_le is None and lent.erreur == ""
    rapide.marquer_envoye()
    lent.noter_echec("encore")
    assert Courriel.objects.get().envoye_le and Courriel.objects.get().abandonne_le is None


@pytest.mark.django_db
def test_under_the_immediate_backend_a_failure_waits_for_the_maintenance(file, settings):
    settings.TASKS = {
        "default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend", "QUEUES": []}
    }
    ecrire()
    courriel = Courriel.objects.get()
    assert courriel.essais == 1 and courriel.erreur and courriel.prochain_essai_le > timezone.now()


@pytest.mark.django_db
def test_old_mails_are_purged_and_waiting_ones_kept(settings):
    settings.COURRIELS_JOURS = 30
    vieux = timezone.now() - timedelta(days=31)
    for champs in ({"envoye_le": vieux}, {"abandonne_le": vieux}, {"envoye_le": timezone.now()}, {}):
        Courriel.objects.create(expediteur=DE, destinataire=A, source=b"", cree_le=vieux, **champs)
    assert purger_courriels() == 2
    assert Courriel.objects.count() == 2


@pytest.fixture
def gabarits(settings, tmp_path):
    dossier = tmp_path / "essai"
    dossier.mkdir()
    (dossier / "reponse.sujet.txt").write_text("{{ titre }}\n")
    (dossier / "reponse.txt").write_text(
        '{% extends "socle/courriels/base.txt" %}{% block contenu %}{{ titre }} vous attend.{% endblock %}'
    )
    (dossier / "reponse.html").write_text(
        '{% extends "socle/courriels/base.html" %}{% block contenu %}<p>{{ titre }}</p>'
        '{% include "socle/courriels/bouton.html" with url=url texte="Voir" only %}{% endblock %}'
    )
    (dossier / "bref.sujet.txt").write_text("Code 123456")
    (dossier / "bref.txt").write_text("Votre code")
    modele = {**settings.TEMPLATES[0], "DIRS": [*settings.TEMPLATES[0]["DIRS"], tmp_path]}
    settings.TEMPLATES = [modele]


def test_a_mail_is_composed_with_escaped_html_and_unescaped_text(gabarits):
    contexte = {"titre": "L'été & <b>\nBcc: x", "url": "https://exemple.fr/?a=1&b=2"}
    sujet, texte, html = composer("essai/reponse", contexte)
    assert sujet == "L'été & <b> Bcc: x"
    assert texte.startswith("L'été & <b>\nBcc: x vous attend.\n\n-- \n")
    assert "Mutualisons" in texte and "http://testserver" in texte
    assert "L&#x27;été &amp; &lt;b&gt;" in html and 'href="https://exemple.fr/?a=1&amp;b=2"' in html
    assert "<title>L&#x27;été" in html
    assert composer("essai/bref", {}) == ("Code 123456", "Votre code\n", "")


@pytest.mark.django_db
def test_the_helper_writes_once_per_event_and_person(serveur, gabarits):
    assert envoyer("essai/bref", {}, A, clef="connexion-1") == 1
    assert envoyer("essai/bref", {}, A, clef="connexion-1") == 0
    assert envoyer("essai/bref", {}, A, en_tetes={"Reply-To": "fil@exemple.fr"}) == 1
    vider_la_file()
    assert len(serveur.recus) == 2
    assert b"X-Priorite" not in serveur.recus[0].content and b"Reply-To: fil@" in serveur.recus[1].content


@pytest.mark.django_db
def test_a_sign_in_code_overtakes_the_notifications(file, gabarits):
    envoyer("essai/bref", {}, "premier@exemple.fr")
    ecrire()
    premiere = DBTaskResult.objects.ready().order_by(*DBTaskResult._meta.ordering).first()
    assert Courriel.objects.get(pk=premiere.args_kwargs["args"][0]).destinataire == A


@pytest.mark.django_db
def test_the_default_server_of_the_tests_is_the_outbox(settings):
    settings.EMAIL_BACKEND = "plateforme.socle.courriel.FileDAttente"
    ecrire()
    (message,) = mail.outbox
    assert (message.subject, message.body.strip(), message.to) == ("Bonjour", "Texte", [A])


@pytest.mark.django_db
def test_the_development_pages_show_the_code(client, settings):
    settings.EMAIL_BACKEND = "plateforme.socle.courriel.FileDAttente"
    message = EmailMultiAlternatives("Votre code", "Voici 123456 <script>", DE, [A])
    message.attach_alternative("<p>Voici 123456</p><script>alert(1)</script>", "text/html")
    message.send()
    courriel = Courriel.objects.get()
    liste = client.get(reverse("socle:courriels")).content.decode()
    assert "<strong>123456</strong>" in liste and A in liste and "envoyé" in liste
    detail = client.get(reverse("socle:courriel", args=[courriel.pk])).content.decode()
    assert "123456 &lt;script&gt;" in detail and "<iframe" in detail
    cadre = client.get(reverse("socle:courriel_html", args=[courriel.pk]))
    assert (
        "sandbox" in cadre["Content-Security-Policy"] and "script-src" not in cadre["Content-Security-Policy"]
    )


@pytest.mark.django_db
def test_the_development_pages_bear_an_empty_list_a_plain_mail_and_an_absent_one(client, settings):
    settings.EMAIL_BACKEND = "plateforme.socle.courriel.FileDAttente"
    assert "Aucun courriel" in client.get(reverse("socle:courriels")).content.decode()
    ecrire()
    pk = Courriel.objects.get().pk
    assert "<iframe" not in client.get(reverse("socle:courriel", args=[pk])).content.decode()
    assert client.get(reverse("socle:courriel_html", args=[pk])).status_code == 404
    assert client.get(reverse("socle:courriel", args=[pk + 1])).status_code == 404


@pytest.mark.django_db
def test_the_development_pages_do_not_exist_elsewhere(settings):
    settings.PAGES_DE_DEVELOPPEMENT = False
    with pytest.raises(Http404):
        CourrielListView.as_view()(RequestFactory().get("/courriels/"))


def test_an_authentication_failure_is_tried_again():
    assert not _sans_espoir(smtplib.SMTPAuthenticationError(535, b"no"))
    assert not _sans_espoir(smtplib.SMTPRecipientsRefused({A: (451, b"later")}))
    assert _sans_espoir(smtplib.SMTPRecipientsRefused({A: (550, b"never")}))
