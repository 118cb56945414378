"""The copy of a network: what it holds, for whom, how long, and what it never holds."""

import hashlib
import json
from datetime import timedelta
from io import BytesIO
from pathlib import PurePosixPath
from zipfile import ZipFile

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction
from django.utils import timezone

from besoins.models import Avis, Position
from plateforme.socle.fichiers import controler
from reseau import archives
from reseau.models import ArchiveDeReseau, Decision, Entree, Membre, PieceJointe, Rencontre, Seance
from reseau.taches import archiver_le_reseau
from tests.fabriques import faire_besoin, faire_consultation, faire_discussion, faire_message, faire_rencontre

ARCHIVES = "/reseaux/rst/archives/"


def joindre(contribution, nom, contenu=b"texte", **champs):
    [piece] = PieceJointe.deposer(
        [controler(SimpleUploadedFile(nom, contenu))], contribution=contribution, **champs
    )
    return piece


def telecharger(client, archive):
    reponse = client.get(archive.get_absolute_url())
    assert reponse.status_code == 200 and reponse["Content-Type"] == "application/zip"
    return ZipFile(BytesIO(b"".join(reponse.streaming_content)))


def tout_le_texte(archive):
    return "".join(archive.read(nom).decode(errors="replace") for nom in archive.namelist())


@pytest.fixture
def rempli(rst, bruno, camille, besoin_du_rst):
    """The network with a need for its members only, an answer, and a file."""
    faire_message(besoin_du_rst, camille, "=HYPERLINK(1) Pareil chez nous.")
    joindre(besoin_du_rst, "Plan d’astreinte.txt")
    return rst


def test_the_animateur_asks_for_a_copy_is_told_by_mail_and_takes_it(
    connecter, rempli, diane, camille, besoin_du_rst, mailoutbox
):
    client = connecter(diane)
    assert ARCHIVES in client.get("/reseaux/rst/").text
    assert client.post(ARCHIVES).status_code == 302
    archive = ArchiveDeReseau.objects.get()
    assert "Vos archives" in client.get(ARCHIVES).text
    [lettre] = mailoutbox
    assert lettre.to == [diane.courriel] and ARCHIVES in lettre.body
    contenu = telecharger(client, archive)
    assert contenu.testzip() is None
    piece = besoin_du_rst.pieces.get()
    fichier = f"fichiers/{besoin_du_rst.pk}/{piece.pk}-Plan d’astreinte.txt"
    assert {"contributions.csv", "messages.csv", "membres.csv", fichier, "manifeste.json"} < {
        *contenu.namelist()
    }
    assert contenu.read(fichier) == b"texte"
    assert besoin_du_rst.titre in contenu.read("contributions.csv").decode()
    assert ";'=HYPERLINK(1) Pareil" in contenu.read("messages.csv").decode()
    assert camille.courriel in contenu.read("membres.csv").decode(), "they share the network"
    manifeste = json.loads(contenu.read("manifeste.json"))
    assert manifeste["demandee_par"] == "Diane Tessier"
    compte = {nom: nombre for nom, nombre in manifeste["decompte"].items() if nombre}
    assert compte == {"contributions": 1, "messages": 1, "membres": 3, "fichiers": 1}
    for entree in manifeste["fichiers"]:
        octets = contenu.read(entree["nom"])
        assert (len(octets), hashlib.sha256(octets).hexdigest()) == (entree["taille"], entree["sha256"])
    ligne = Entree.objects.get(geste="archive")
    assert (ligne.par, ligne.reseau) == (diane, rempli)
    assert ligne.detail == "1 contribution, 1 message, 3 membres, 1 fichier"


def test_it_holds_what_each_type_has_of_its_own(connecter, rst, diane, bruno, camille, louverne):
    question = faire_discussion("Quel sel ?", bruno, reseau=rst)
    question.mettre_en_faq(question="Quel sel prendre ?", reponse="Du gros.", par=diane)
    besoin = faire_besoin("Nacelle", bruno, reseau=rst)
    Position.dire(besoin, collectivite=louverne, par=camille, niveau="interessee", quantite=2)
    consultation = faire_consultation(
        "Place", bruno, reseau=rst, jusqu_au=timezone.localdate(), interrogees=[louverne]
    )
    Avis.donner(consultation, collectivite=louverne, par=camille, sens="reserves", texte="Trop étroit.")
    rencontre = faire_rencontre("Réunion du sel", diane, reseau=rst)
    [seance] = rencontre.seances.all()
    seance.inscrire(membre=camille, collectivite=louverne, par=camille)
    hier = timezone.now() - timedelta(days=1)
    for modele in (Seance, Rencontre):
        modele.objects.update(debut=hier, fin=hier + timedelta(hours=1))
    rencontre.refresh_from_db()
    Decision.noter(rencontre, par=diane, texte="Un achat groupé.")
    rencontre.rendre_compte(par=diane, texte="Tous d’accord.")
    contenu = telecharger(connecter(diane), ArchiveDeReseau.demander(rst, par=diane))

    def lignes(nom):
        return contenu.read(f"{nom}.csv").decode("utf-8-sig").splitlines()

    assert lignes("questions-frequentes")[1].startswith(f"{question.pk};Quel sel prendre ?;Du gros.;")
    assert lignes("positions")[1].startswith(f"{besoin.pk};Louverné;intéressée;2,00;;")
    assert lignes("avis")[1].startswith(f"{consultation.pk};Louverné;favorable avec réserves;Trop étroit.;")
    assert len(lignes("syntheses")) == 1, "not published yet"
    assert lignes("seances")[1].startswith(f"{seance.pk};{rencontre.pk};")
    assert lignes("inscriptions")[1].startswith(f"{seance.pk};Camille;Morel;;Louverné;")
    assert lignes("decisions")[1].startswith(f"{rencontre.pk};Un achat groupé.;")
    assert lignes("comptes-rendus")[1].startswith(f"{rencontre.pk};Tous d’accord.;")
    assert len(lignes("ordres-du-jour")) == 1


def test_it_holds_nothing_withdrawn_drafted_or_of_another_network(
    connecter, rst, amenagement, diane, bruno, chantal
):
    garde = faire_discussion("Gardée", bruno, reseau=rst)
    faire_message(garde, bruno, "RETIRE").retirer(par=bruno, motif="erreur")
    message = faire_message(garde, bruno, "RETIRE")
    joindre(garde, "RETIRE.txt", message=message)
    message.retirer(par=bruno, motif="erreur")
    retiree = faire_discussion("RETIRE", bruno, reseau=rst)
    joindre(retiree, "RETIRE.txt")
    retiree.retirer(par=bruno, motif="doublon")
    faire_discussion("BROUILLON", bruno, reseau=rst, publier=False)
    faire_discussion("AILLEURS", chantal, reseau=amenagement)
    texte = tout_le_texte(telecharger(connecter(diane), ArchiveDeReseau.demander(rst, par=diane)))
    assert "Gardée" in texte
    assert not any(mot in texte for mot in ("RETIRE", "BROUILLON", "AILLEURS"))


def test_an_administrator_takes_what_she_may_read_only(connecter, rempli, alex, bruno, camille):
    faire_besoin("Pour tous", bruno, reseau=rempli)
    contenu = telecharger(connecter(alex), ArchiveDeReseau.demander(rempli, par=alex))
    texte = tout_le_texte(contenu)
    assert "Pour tous" in texte and "CANARI" not in texte and "Pareil chez nous" not in texte
    assert not any(nom.startswith("fichiers/") for nom in contenu.namelist())


def test_a_phone_shown_to_her_networks_is_in_the_copy_of_their_animateur(connecter, rempli, diane, camille):
    Membre.objects.filter(pk=camille.pk).update(telephone="02 00 00 00 01", telephone_pour="reseaux")
    contenu = telecharger(connecter(diane), ArchiveDeReseau.demander(rempli, par=diane))
    assert "02 00 00 00 01" in contenu.read("membres.csv").decode()


@pytest.mark.parametrize(
    "nom", ["../../etc/passwd.txt", "C:\\Windows\\a.txt", "CON.txt", ".. .txt", "a\u202etxt.txt"]
)
def test_no_name_leads_out_of_the_folder_of_the_copy(connecter, rst, diane, balayeuse, nom):
    piece = joindre(balayeuse, "plan.txt")
    PieceJointe.objects.filter(pk=piece.pk).update(nom_origine=nom)
    contenu = telecharger(connecter(diane), ArchiveDeReseau.demander(rst, par=diane))
    [chemin] = [PurePosixPath(n) for n in contenu.namelist() if n.startswith("fichiers/")]
    assert chemin.parent == PurePosixPath(f"fichiers/{balayeuse.pk}")
    assert chemin.name.startswith(f"{piece.pk}-") and not set(chemin.name) & set('\\:*?"<>|\u202e')


def test_a_file_that_the_disk_has_lost_is_named_in_the_list(connecter, rst, diane, balayeuse):
    piece = joindre(balayeuse, "perdu.txt")
    piece.fichier.storage.delete(piece.fichier.name)
    contenu = telecharger(connecter(diane), ArchiveDeReseau.demander(rst, par=diane))
    manifeste = json.loads(contenu.read("manifeste.json"))
    assert [PurePosixPath(nom).name for nom in manifeste["introuvables"]] == [f"{piece.pk}-perdu.txt"]
    assert manifeste["decompte"]["fichiers"] == 0


def test_it_is_for_who_asked_alone_and_as_long_as_she_runs_the_network(connecter, rempli, diane, alex, bruno):
    archive = ArchiveDeReseau.demander(rempli, par=diane)
    rempli.accueillir(bruno, par=diane, role="animateur")
    for autre in (bruno, alex):
        assert connecter(autre).get(archive.get_absolute_url()).status_code == 404
        assert archive.nom_origine not in connecter(autre).get(ARCHIVES).text
    assert connecter(diane).get(archive.get_absolute_url()).status_code == 200
    rempli.adhesion_de(diane).changer(role="membre", par=diane)
    assert connecter(diane).get(archive.get_absolute_url()).status_code == 404


def test_after_a_week_it_is_gone_from_the_site_and_from_the_disk(connecter, rempli, diane):
    archive = ArchiveDeReseau.demander(rempli, par=diane)
    archive.refresh_from_db()
    client = connecter(diane)
    call_command("entretien")
    assert client.get(archive.get_absolute_url()).status_code == 200
    ArchiveDeReseau.objects.update(prete_le=timezone.now() - timedelta(days=7))
    assert client.get(archive.get_absolute_url()).status_code == 404, "even before it is swept"
    call_command("entretien")
    assert not ArchiveDeReseau.objects.exists()
    assert Entree.objects.filter(geste="archive").exists(), "the journal remembers"


@pytest.mark.django_db(transaction=True)
def test_the_file_leaves_the_disk_with_its_row(rempli, diane):
    archive = ArchiveDeReseau.demander(rempli, par=diane)
    archive.refresh_from_db()
    ArchiveDeReseau.objects.update(prete_le=timezone.now() - timedelta(days=8))
    disque, nom = archive.fichier.storage, archive.fichier.name
    assert disque.exists(nom)
    call_command("entretien")
    assert not disque.exists(nom)


def test_asked_twice_it_is_made_once(rst, diane, monkeypatch):
    monkeypatch.setattr(archives, "preparer", lambda archive: None)  # the worker has not come yet
    assert ArchiveDeReseau.demander(rst, par=diane) == ArchiveDeReseau.demander(rst, par=diane)
    with pytest.raises(IntegrityError), transaction.atomic():
        ArchiveDeReseau.objects.create(reseau=rst, par=diane, taille=0)


def test_a_task_run_twice_delivers_once(rst, diane, mailoutbox):
    archive = ArchiveDeReseau.demander(rst, par=diane)
    archiver_le_reseau.enqueue(archive.pk)
    archives.preparer(archive)  # a slow worker, which began before the first one ended
    assert len(mailoutbox) == 1 and Entree.objects.filter(geste="archive").count() == 1
    gardee = ArchiveDeReseau.objects.get()
    assert gardee.fichier.name != archive.fichier.name
    assert not gardee.fichier.storage.exists(archive.fichier.name), "the second file is thrown away"
    assert gardee.fichier.storage.exists(gardee.fichier.name)


def test_a_copy_that_could_not_be_made_says_so_and_may_be_asked_again(
    connecter, rst, diane, monkeypatch, mailoutbox
):
    with monkeypatch.context() as panne:
        panne.setattr(archives.Archiveur, "faire", lambda self: 1 / 0)
        client = connecter(diane)
        client.post(ARCHIVES)
    assert "n’a pas pu être préparée" in client.get(ARCHIVES).text and not mailoutbox
    client.post(ARCHIVES)
    assert ArchiveDeReseau.objects.pretes().count() == 1 and len(mailoutbox) == 1


def test_who_lost_the_network_meanwhile_gets_nothing(rst, diane, monkeypatch, mailoutbox):
    with monkeypatch.context() as attente:
        attente.setattr(archives, "preparer", lambda archive: None)
        archive = ArchiveDeReseau.demander(rst, par=diane)
    rst.adhesion_de(diane).changer(role="membre", par=None)
    archiver_le_reseau.enqueue(archive.pk)
    archive.refresh_from_db()
    assert archive.echec_le and not archive.fichier and not mailoutbox


def test_five_a_day_are_enough(connecter, rst, diane):
    client = connecter(diane)
    for _demande in range(6):
        reponse = client.post(ARCHIVES, follow=True)
    assert "Cinq archives par jour" in reponse.text
    assert ArchiveDeReseau.objects.count() == 5
