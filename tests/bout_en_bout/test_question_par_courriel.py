"""A question and its answer by mail: what each program in between does, each of them the real one."""

import os
import re
import subprocess
import sys
from datetime import timedelta
from email import message_from_bytes, policy
from urllib.parse import urlsplit

import pytest
import time_machine
from aiosmtpd.controller import Controller
from django.core.management import call_command
from django.utils import timezone
from playwright.sync_api import expect

from deploiement.services import port_libre
from reseau.models import Adhesion, Discussion, Recapitulatif
from tests.correspondants import courriel, en_partie, en_plusieurs
from tests.fabriques import faire_discussion
from tests.serveur import RACINE, base_des_tests
from tests.socle.test_courriel import Boite, vider_la_file
from tests.socle.test_direct import couche_redis

from .test_en_direct import en_direct

pytestmark = [pytest.mark.navigateur, pytest.mark.redis]

REPONSE = "Oui, à l’eau chaude :\n- deux passages par an ;\n- 38 € l’heure, avec chauffeur."


@pytest.fixture(autouse=True)
def boite(settings, redis_url):
    """The mail server that the platform writes to; its queue and its live frames are production's."""
    boite, port = Boite(), port_libre()
    settings.CHANNEL_LAYERS = couche_redis(redis_url)
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}
    settings.SERVEUR_EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", port
    settings.ADRESSE_DE_REPONSE = "reponse@mutualisons.example"
    controleur = Controller(boite, hostname="127.0.0.1", port=port)
    controleur.start()
    yield boite
    controleur.stop()


@pytest.fixture
def recevoir(redis_url):
    """Hand a mail to the command, as a mail server does: a process that shares only the base and Redis."""
    environnement = {
        **os.environ,
        "DJANGO_SETTINGS_MODULE": "plateforme.settings.test",
        "DATABASE_URL": base_des_tests(),
        "REDIS_URL": redis_url,
        "ADRESSE_DE_REPONSE": "reponse@mutualisons.example",
    }

    def _recevoir(source):
        commande = [sys.executable, "manage.py", "recevoir_courriel"]
        subprocess.run(commande, cwd=RACINE, env=environnement, input=source, check=True)

    return _recevoir


def nouveaux(boite):
    """The mails that have left since the last time → [(address, mail)]"""
    vider_la_file()
    enveloppes, boite.recus[:] = list(boite.recus), []
    return [(e.rcpt_tos[0], message_from_bytes(e.content, policy=policy.default)) for e in enveloppes]


def en_texte(recu):
    return recu.get_body(("plain",)).get_content()


def repondre(recu, de, texte):
    """What Gmail sends: her words, her signature, then the whole mail quoted, in text and in HTML."""
    signature = "-- \nBruno Petit\nServices techniques de Changé\n02 00 00 00 00"
    entete = f"Le dim. 29 nov. 2026 à 07:31, {recu['From'].addresses[0].display_name} a écrit :"
    cite = "".join(f"> {ligne}\n" for ligne in en_texte(recu).splitlines())
    brut = f"{texte}\n\n{signature}\n\n{entete}\n\n{cite}"
    html = "<br>".join(texte.splitlines()) + f'<br><div class="gmail_quote">{entete}</div>'
    return courriel(
        recu["Reply-To"],
        en_plusieurs(
            "alternative",
            en_partie(brut, encodage="quoted-printable"),
            en_partie(html, "html", encodage="base64"),
        ),
        de=f"Bruno Petit <{de}>",
        identifiant="<CAF=une-reponse@mail.communes.example>",
        Subject="Re: Camille Morel",
        In_Reply_To=recu["Message-ID"],
        References=f"{recu['References']} {recu['Message-ID']}",
    )


def poser(page, titre, precision):
    page.goto("/discussions/publier/?reseau=rst")
    page.get_by_label("Votre question").fill(titre)
    page.get_by_role("button", name="Publier", exact=True).click()
    expect(page.get_by_role("heading", level=1)).to_have_text(titre)
    en_direct(page)
    page.get_by_label("Votre message").fill(precision)
    page.get_by_role("button", name="Envoyer").click()
    expect(page.locator("#messages .message")).to_have_count(1)
    return Discussion.objects.get(titre=titre)


def test_a_question_is_answered_by_mail_kept_live_and_told_once_the_next_morning(
    fenetre, connecter, boite, recevoir, rst, camille, bruno, remi
):
    remi.utilisateur.email = "remi.aubert@communes.example"
    remi.utilisateur.save()
    bruno.adhesions.update(niveau_courriel=Adhesion.Niveau.IMMEDIAT)
    call_command("entretien")
    lue, non_lue = (faire_discussion(titre, bruno, reseau=rst) for titre in ("Élagage", "Enrobé à froid"))
    nouveaux(boite)

    # She asks, and names the neighbour who may know.
    bureau = fenetre(camille)
    question = poser(bureau, "Désherber sans produit ?", "@Bruno Petit, que faites-vous au cimetière ?")
    bureau.evaluate("window.ouverte = true")
    client = connecter(remi)
    for vue in (question, lue):
        assert client.get(vue.get_absolute_url()).status_code == 200
    client.post(f"/contributions/{question.pk}/suivi/", {"suivre": "oui"})

    # He alone is written to, and answers from his mail program.
    [(adresse, recu)] = nouveaux(boite)
    assert (adresse, "vous a nommé·e" in en_texte(recu)) == (bruno.courriel, True)
    recevoir(repondre(recu, bruno.courriel, REPONSE))
    arrive = bureau.locator("#message-2")
    expect(arrive).to_contain_text("38 € l’heure, avec chauffeur.")
    assert question.messages.get(rang=2).texte == REPONSE
    expect(arrive.locator(".qui")).to_contain_text("Bruno Petit, Changé")

    # She keeps it from her telephone; the page that is open on her desk says so.
    expect(bureau.locator("#etat")).not_to_contain_text("résolue")
    telephone = fenetre(camille, largeur=360)
    telephone.goto(question.get_absolute_url())
    telephone.locator("#message-2").get_by_role("button", name="C’est la réponse").click()
    expect(telephone.locator("#etat")).to_contain_text("résolue")
    expect(bureau.locator("#etat")).to_contain_text("résolue")
    expect(bureau.locator("#reponse")).to_contain_text("deux passages par an")
    expect(bureau.locator("#messages .message")).to_have_count(2)
    assert bureau.evaluate("window.ouverte"), "it was not loaded again"
    [(adresse, recu)] = nouveaux(boite)
    assert (adresse, "a retenu votre réponse" in en_texte(recu)) == (bruno.courriel, True)

    # The next morning, each is told what she has not seen: one line for all that happened to the question.
    matin = Recapitulatif.de(remi).apres(timezone.now())
    with time_machine.travel(matin, tick=False):
        call_command("entretien")
        par_membre = dict(nouveaux(boite))
    texte = en_texte(par_membre[remi.courriel])
    assert texte.count(question.titre) == texte.count(non_lue.titre) == 1
    assert "Camille Morel a retenu une réponse" in texte and "Bruno Petit a répondu" not in texte
    assert lue.titre not in texte
    assert question.titre not in en_texte(par_membre[camille.courriel])
    assert bruno.courriel not in par_membre

    # His link goes to the answer, and nothing is told twice.
    lien = re.search(r"\S+/discussions/\S+message=2\S*", texte)[0]
    page = fenetre(remi)
    page.goto(urlsplit(lien)._replace(scheme="", netloc="").geturl())
    expect(page.locator("#message-2")).to_be_in_viewport()
    with time_machine.travel(matin + timedelta(days=1), tick=False):
        call_command("entretien")
        assert nouveaux(boite) == []
