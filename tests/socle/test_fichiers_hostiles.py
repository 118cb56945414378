"""Three hundred hostile files: through the control, through what reads and draws them, through the URL."""

import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from django.urls import reverse

from plateforme.socle import extraction, isolement
from plateforme.socle.extraction import CARACTERES_MAX, extraire, vignette
from plateforme.socle.fichiers import POLITIQUE, TYPES, controler
from reseau.models import PieceJointe
from tests.documents import odt, televerse
from tests.fabriques import faire_discussion
from tests.hostiles import fichiers

pytestmark = pytest.mark.django_db  # of them all: the module stays together, and its files are made once
MEMOIRE = 512 * 1024  # KiB
SECONDES = 6
PAR_ENVOI = 5
# What no rule may let in, by the beginning of its name.
JAMAIS = """
    page_web.pdf page_web_seule page_web_commentee.pdf page_web_suivante archive_ rar_ programme
    elf lance bombe.docx bombe.xlsx bombe_partagee foule embarque_ evasion macro_ secret.docx secret.xlsx
    secret.odt ancien autre page_web.docx page_web_devant mime basic python gabarit geante passes
    segments marqueurs script.svg script.js svg gif postscript binaire nul pdf. riche courriel
    macro. raccourci
"""


@pytest.fixture(scope="module")
def hostiles():
    return fichiers()


@pytest.fixture(scope="module")
def tries(hostiles):
    """Those that the control accepts, name → FicheFichier; those that it refuses, name → its sentence."""
    acceptes, refuses = {}, {}
    for nom, contenu in hostiles.items():
        avant, debut = remettre_le_pic(), time.thread_time()
        try:
            acceptes[nom] = controler(televerse(nom, contenu))
        except ValidationError as refus:
            (refuses[nom],) = refus.messages
        assert time.thread_time() - debut < SECONDES, nom
        assert pic() - avant < MEMOIRE, nom
    return acceptes, refuses


def pic():
    etat = Path("/proc/self/status").read_text()
    return int(re.search(r"VmHWM:\s+(\d+)", etat)[1])


def remettre_le_pic():
    Path("/proc/self/clear_refs").write_text("5")
    return pic()


def test_the_control_settles_each_within_its_time_and_memory(tries):
    acceptes, refuses = tries
    assert len(acceptes) + len(refuses) == 300
    assert [nom for nom in acceptes if nom.startswith(tuple(JAMAIS.split()))] == []
    for phrase in refuses.values():
        assert phrase.startswith("«\u202f") and phrase.endswith(".")
    for fiche in acceptes.values():
        assert not re.search(r'[\\/:*?"<>|\n\r\u202e\u200b]', fiche.nom_origine)
        assert len(fiche.nom_origine) <= 150 and not fiche.nom_origine.startswith(".")


def test_no_reader_is_lost_to_them(hostiles, tries, tmp_path, monkeypatch):
    """Even to those that the control refuses, for it is not the only door; but what it finds broken."""
    acceptes, _refuses = tries
    durees, pics = {}, {}
    vrai = isolement.isoler

    def chronometrer(tache, fichier, **options):
        debut = time.monotonic()
        resultat = vrai(tache, fichier, **options)
        durees[tache, fichier.name] = time.monotonic() - debut
        pics[tache, fichier.name] = resultat.faits.get("pic", 0)
        return resultat

    monkeypatch.setattr(extraction, "isoler", chronometrer)

    def lire(nom):
        chemin = tmp_path / str(abs(hash(nom)))
        chemin.write_bytes(hostiles[nom])
        extension = nom.rpartition(".")[2]
        texte = extraire(chemin, TYPES.get(extension, "text/html"))
        assert texte.raison or any(texte.pages), nom
        assert sum(map(len, texte.pages)) <= CARACTERES_MAX, nom
        if extension == "pdf" and not abime(nom):
            image = vignette(chemin, TYPES["pdf"])
            assert image.raison or image.image[8:12] == b"WEBP", nom

    def abime(nom):
        return nom.startswith(("touche", "coupe"))

    a_lire = [nom for nom in hostiles if not est_une_image(nom) and (nom in acceptes or not abime(nom))]
    # As many at a time as there are places: nobody waits for one.
    with ThreadPoolExecutor(2) as fils:
        list(fils.map(lire, a_lire))
    assert len(pics) > 200
    # One more second to start it, and to stop it.
    assert max(durees.values()) < SECONDES + 1
    assert max(pics.values()) < MEMOIRE


def test_the_image_that_a_document_holds_is_drawn_within_the_same_bounds(hostiles, tmp_path, caplog):
    caplog.set_level("INFO", logger=isolement.__name__)

    def dessiner(nom):
        chemin = tmp_path / str(abs(hash(nom)))
        chemin.write_bytes(odt(**{"Thumbnails/thumbnail.png": hostiles[nom]}))
        return vignette(chemin, TYPES["odt"])

    images = [nom for nom in hostiles if est_une_image(nom)]
    with ThreadPoolExecutor(2) as fils:
        vues = dict(zip(images, fils.map(dessiner, images), strict=True))
    for nom, vue in vues.items():
        assert vue.raison or vue.image[8:12] == b"WEBP", nom
    assert not vues["geante.png"].image and not vues["passes.jpg"].image and not vues["segments.png"].image
    pics = [int(n) for n in re.findall(r"vignette: .* s, (\d+) KiB", caplog.text)]
    assert len(pics) == len(images) and max(pics) < MEMOIRE


def est_une_image(nom):
    return TYPES.get(nom.rpartition(".")[2], "").startswith("image/")


def test_no_page_serves_one_as_a_page(hostiles, tries, connecter, camille, rst, monkeypatch):
    monkeypatch.setattr("reseau.views.fils.consommer", lambda *couples: True)
    acceptes, refuses = tries
    discussion = faire_discussion("Fichiers", camille, reseau=rst)
    client = connecter(camille)
    adresse = reverse("reseau:messages", args=[discussion.pk])

    def envoyer(noms):
        # Browsers write so, in the header of a part, what would end its name.
        pieces = [televerse(re.sub('[\r\n"]', "_", nom), hostiles[nom]) for nom in noms]
        return client.post(adresse, {"texte": "Voici.", "pieces": pieces}, headers={"HX-Request": "true"})

    for noms in paquets(refuses):
        reponse = envoyer(noms)
        assert reponse.status_code == 422, noms
    assert not PieceJointe.objects.exists()
    for noms in paquets(acceptes):
        assert envoyer(noms).status_code == 200, noms
    pieces = list(PieceJointe.objects.all())
    assert len(pieces) == len(acceptes)
    for piece in pieces:
        reponse = client.get(piece.get_absolute_url())
        assert reponse["Content-Disposition"].startswith("attachment"), piece
        assert reponse["X-Content-Type-Options"] == "nosniff"
        assert reponse["Content-Security-Policy"] == POLITIQUE
        assert reponse["Content-Type"] in TYPES.values()
        octets = b"".join(reponse)
        if piece.est_image:
            # What is shown in a page is ours, written again.
            assert b"script" not in octets and b"PK\x03\x04" not in octets
            assert client.get(f"{piece.get_absolute_url()}?v=vignette")["Content-Type"] == "image/webp"


def paquets(noms):
    noms = list(noms)
    return [noms[debut : debut + PAR_ENVOI] for debut in range(0, len(noms), PAR_ENVOI)]
