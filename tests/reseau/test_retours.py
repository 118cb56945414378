"""Mail that comes back: the address is marked, said, left alone, and nobody else can have it marked."""

import smtplib
from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from plateforme.socle import courriel as file_de_courriels
from plateforme.socle.models import AdresseEnEchec, CourrielRecu
from plateforme.socle.reception import RETOUR, CourrielLu
from reseau import reponses
from reseau.models import Adhesion, Entree
from tests.correspondants import BONJOUR, courriel, en_plusieurs
from tests.fabriques import faire_annonce, faire_besoin, faire_message


@pytest.fixture(autouse=True)
def _adresse(settings, db):
    settings.ADRESSE_DE_REPONSE = "reponse@mutualisons.example"


@pytest.fixture
def avis(camille, bruno, rst, mailoutbox):
    """A mail to Camille, as it left."""
    camille.adhesions.update(niveau_courriel=Adhesion.Niveau.IMMEDIAT)
    faire_message(faire_besoin("Sel de déneigement", bruno, reseau=rst), bruno, "@Camille Morel\u202f?")
    [avis] = mailoutbox
    mailoutbox.clear()
    return avis.message()


def rapport(avis, action="failed", statut="5.1.1", garde="message/rfc822", identifiant="<retour@mx.example>"):
    """What a mail server writes (RFC 3464) of this mail."""
    lisible = b"Content-Type: text/plain; charset=us-ascii\r\n\r\nSorry, no mailbox here by that name.\r\n"
    etat = (
        "Content-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mx.communes.example\r\n\r\n"
        f"Final-Recipient: rfc822; {avis['To']}\r\nAction: {action}\r\nStatus: {statut}\r\n"
        "Diagnostic-Code: smtp; 550 5.1.1 User unknown\r\n"
    ).encode()
    source = avis.as_bytes(linesep="\r\n") if garde == "message/rfc822" else en_tetes_seuls(avis)
    original = f"Content-Type: {garde}\r\n\r\n".encode() + source
    corps = en_plusieurs(
        "report", lisible, etat, original, borne="=_rapport", parametres="; report-type=delivery-status"
    )
    return courriel(
        "ne-pas-repondre@mutualisons.example",
        corps,
        de="MAILER-DAEMON@mx.communes.example",
        identifiant=identifiant,
        Return_Path="<>",
        Auto_Submitted="auto-replied",
    )


def en_tetes_seuls(avis):
    return b"".join(f"{nom}: {valeur}\r\n".encode() for nom, valeur in avis.items())


def recevoir(source):
    return reponses.recevoir(CourrielLu(source))


@pytest.mark.parametrize("garde", ["message/rfc822", "text/rfc822-headers"])
def test_a_mail_that_comes_back_for_good_marks_its_address_and_is_told_once(
    garde, avis, camille, diane, alex, mailoutbox
):
    for n in range(2):
        assert recevoir(rapport(avis, garde=garde, identifiant=f"<{n}@mx>")).pris_le
    echec = AdresseEnEchec.objects.get()
    assert (echec.adresse, echec.diagnostic) == (camille.courriel, "5.1.1 smtp; 550 5.1.1 User unknown")
    # Who runs the site, and who runs her network.
    assert {avertissement.to[0] for avertissement in mailoutbox} == {alex.courriel, diane.courriel}
    for avertissement in mailoutbox:
        assert camille.courriel in avertissement.body and camille.get_absolute_url() in avertissement.body


def devenir(annonce, membre):
    """(accepted by our server, refused by hers, opened) of this announcement, once the queue was read."""
    annonce.envois.relever()
    envoi = annonce.envois.get(membre=membre)
    return bool(envoi.remis_le), bool(envoi.refuse_le), bool(envoi.ouverte_le)


@pytest.mark.parametrize("relevee", [False, True], ids=["before the figures", "after"])
def test_an_announcement_that_comes_back_counts_as_refused(
    relevee, connecter, camille, bruno, diane, rst, mailoutbox
):
    annonce = faire_annonce("Fermeture de la RD 32", diane, reseau=rst)
    if relevee:
        annonce.envois.relever()
    [avis] = [envoye for envoye in mailoutbox if envoye.to == [camille.courriel]]
    recevoir(rapport(avis.message()))
    assert devenir(annonce, camille) == (True, True, False)
    assert devenir(annonce, bruno) == (True, False, False)
    totaux = connecter(diane).get(annonce.get_absolute_url()).context["totaux"]
    assert (totaux["remis"], totaux["refuses"]) == (1, 1)
    assert list(annonce.envois.a_relancer().values_list("membre", flat=True)) == [bruno.pk]


def test_each_announcement_that_comes_back_is_refused_though_its_address_was_marked(
    camille, diane, rst, mailoutbox
):
    annonces = [faire_annonce(titre, diane, reseau=rst) for titre in ("Une", "Deux")]
    for n, avis in enumerate(list(mailoutbox)):
        recevoir(rapport(avis.message(), identifiant=f"<{n}@mx>"))
    assert [devenir(annonce, camille)[1] for annonce in annonces] == [True, True]


def test_another_mail_that_comes_back_says_nothing_of_an_announcement(avis, camille, diane, rst):
    annonce = faire_annonce("Fermeture de la RD 32", diane, reseau=rst)
    recevoir(rapport(avis))
    assert AdresseEnEchec.objects.exists() and devenir(annonce, camille) == (True, False, False)


def test_an_announcement_that_she_has_opened_is_not_refused(connecter, camille, diane, rst, mailoutbox):
    annonce = faire_annonce("Fermeture de la RD 32", diane, reseau=rst)
    connecter(camille).get(annonce.get_absolute_url())
    recevoir(rapport(mailoutbox[0].message()))
    assert devenir(annonce, camille) == (True, False, True)


def test_nobody_has_the_announcement_of_another_refused(camille, bruno, diane, rst, mailoutbox):
    annonce = faire_annonce("Fermeture de la RD 32", diane, reseau=rst)
    a = {envoye.to[0]: envoye.message() for envoye in mailoutbox}
    forge = a[bruno.courriel]
    forge.replace_header("Message-ID", a[camille.courriel]["Message-ID"])
    recevoir(rapport(forge))
    assert devenir(annonce, camille) == devenir(annonce, bruno) == (True, False, False)


@pytest.mark.parametrize(
    "rapport_de",
    [
        {"action": "delayed", "statut": "4.4.1"},
        {"action": "delivered", "statut": "2.0.0"},
        {"statut": "4.2.2"},
        {"statut": "5.2.2"},
        {"statut": "5.7.1"},
        {"statut": "5.3.4"},
        {"statut": ""},
    ],
    ids=str,
)
def test_a_delay_a_full_mailbox_or_a_filter_marks_nothing(rapport_de, avis, mailoutbox):
    recu = recevoir(rapport(avis, **rapport_de))
    assert recu.refuse_le and not recu.repondu_le
    assert not AdresseEnEchec.objects.exists() and not mailoutbox


def test_a_report_that_somebody_made_up_silences_nobody(avis, camille, bruno):
    def sans(message):
        del message[RETOUR]

    def d_un_autre(message):
        message.replace_header(RETOUR, message[RETOUR].replace(message[RETOUR][:8], "AAAAAAAA"))

    def sans_signature(message):
        message.replace_header(RETOUR, camille.courriel)

    for n, falsifier in enumerate([sans_signature, d_un_autre, sans]):
        falsifier(avis)
        recevoir(rapport(avis, identifiant=f"<{n}@mx>"))
    assert not AdresseEnEchec.objects.exists()
    assert CourrielRecu.objects.refuses().count() == 3


def test_nothing_more_is_written_to_it_until_it_changes_or_somebody_clears_it(
    connecter, avis, camille, bruno, rst, mailoutbox
):
    besoin = faire_besoin("Nacelle", bruno, reseau=rst)
    besoin.suivre(camille)
    recevoir(rapport(avis))
    mailoutbox.clear()
    faire_message(besoin, bruno, "@Camille Morel, un mot.")
    assert not mailoutbox
    camille.utilisateur.email = "camille@ailleurs.example"
    camille.utilisateur.save()
    faire_message(besoin, bruno, "@Camille Morel, un autre.")
    assert [envoye.to for envoye in mailoutbox] == [["camille@ailleurs.example"]]
    AdresseEnEchec.noter(camille.courriel, "550")
    faire_message(besoin, bruno, "@Camille Morel, un troisième.")
    assert len(mailoutbox) == 1
    assert connecter(camille).post(f"/membres/{camille.pk}/adresse/").url == "/moi/"
    faire_message(besoin, bruno, "@Camille Morel, un dernier.")
    assert len(mailoutbox) == 2
    assert Entree.objects.get(geste="profil").membre == camille


def test_who_runs_her_network_or_the_site_sees_it_in_the_list_and_the_others_do_not(
    connecter, camille, bruno, diane, alex, remi, rst
):
    AdresseEnEchec.noter(camille.courriel, "550")
    liste = reverse("reseau:reseau_membres", args=[rst.slug])
    for membre, page, vu in [
        (diane, liste, True),
        (alex, liste, True),
        (alex, "/administration/membres/", True),
        (bruno, liste, False),
        (alex, "/membres/", False),
        (diane, camille.get_absolute_url(), True),
        (remi, camille.get_absolute_url(), True),
        (bruno, camille.get_absolute_url(), False),
        (diane, bruno.get_absolute_url(), False),
    ]:
        assert ("courriel revient" in connecter(membre).get(page).text) == vu, (membre, page)
    assert "reviennent" in connecter(camille).get("/moi/").text
    connecter(remi).post(f"/membres/{camille.pk}/adresse/")
    assert "courriel revient" not in connecter(diane).get(liste).text
    assert AdresseEnEchec.objects.get().levee_par == remi.utilisateur


def test_an_address_that_fails_again_is_told_again(camille, alex, mailoutbox):
    for _fois in range(2):
        AdresseEnEchec.noter(camille.courriel.upper(), "550")
        AdresseEnEchec.noter(camille.courriel, "550")
        camille.reecrire(par=alex)
    assert len(mailoutbox) == 2
    assert AdresseEnEchec.objects.purger() == 0
    AdresseEnEchec.objects.update(levee_le=timezone.now() - timedelta(days=31))
    assert AdresseEnEchec.objects.purger() == 1


def test_what_our_own_server_refuses_for_good_marks_it_too():
    def erreur(code, reponse):
        return smtplib.SMTPRecipientsRefused({"x@y.example": (code, reponse)})

    assert file_de_courriels._adresse_inconnue(erreur(550, b"5.1.1 User unknown"))
    for autre in [
        erreur(550, b"5.7.1 Relay access denied"),
        erreur(550, b"No such user"),
        erreur(450, b"4.1.1 Try again"),
        ValueError(),
    ]:
        assert not file_de_courriels._adresse_inconnue(autre)


def test_the_administrator_reads_what_was_refused_and_writes_again_to_an_address(
    connecter, alex, camille, discussion
):
    a = reponses.adresse(discussion, camille)
    recu = recevoir(courriel(a, BONJOUR, de="mallory@ailleurs.example"))
    AdresseEnEchec.noter("inconnue@communes.example", "550 inconnue")
    client = connecter(alex)
    liste = client.get(reverse("socle_recu:index"), {"etat": "repondu"}).text
    assert "mallory@ailleurs.example" in liste
    fiche = client.get(reverse("socle_recu:inspect", args=[recu.pk])).text
    assert "la nôtre est libre jeudi" in fiche and "n’est pas celle de votre compte" in fiche
    echec = AdresseEnEchec.objects.get()
    adresse = reverse("socle_adresseenechec:inspect", args=[echec.pk])
    assert "550 inconnue" in client.get(adresse).text
    assert "1 adresse renvoie nos courriels" in client.get("/admin/").text
    client.post(adresse)
    echec.refresh_from_db()
    assert echec.levee_par == alex.utilisateur
    assert connecter(camille).get(adresse).status_code == 302
