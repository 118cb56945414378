import io
import signal
import subprocess
import sys
import time
import zipfile
from pathlib import Path

import pytest
from PIL import Image

from plateforme.socle import isolement
from plateforme.socle.extraction import LARGEUR_VIGNETTE, apercu, extraire, vignette
from plateforme.socle.fichiers import TYPES
from tests.documents import (
    archive,
    docx,
    image,
    jpeg_a_passes,
    odf,
    odt,
    paragraphe,
    pdf,
    pdf_protege,
    png,
    pptx,
    xlsx,
)

pytestmark = pytest.mark.une_fois


@pytest.fixture
def lire(tmp_path):
    """The Texte of these bytes, under the type of that name."""

    def lire(nom, contenu, **options):
        chemin = tmp_path / nom
        chemin.write_bytes(contenu)
        type_mime = TYPES.get(chemin.suffix[1:], "text/html")
        return extraire(chemin, type_mime, **options)

    return lire


def sans_insecables(texte):
    return texte.replace("\u202f", " ").replace("\u00a0", " ")


def test_a_pdf_gives_its_text_page_by_page_with_its_accents(lire):
    texte = lire("a.pdf", pdf("L’œuvre d’été", "à Louverné\nl’éclairage"))
    assert texte.pages == ["L’œuvre d’été", "à Louverné\nl’éclairage"]
    assert (texte.nombre, texte.tronque, texte.raison, texte.balise) == (2, False, "", False)


def test_a_sentence_stands_on_the_page_where_it_is_printed(lire):
    texte = lire("a.pdf", pdf(*[f"article {numero} du cahier des charges" for numero in range(1, 34)]))
    assert [n for n, page in enumerate(texte.pages, 1) if "article 21 " in page] == [21]


def test_a_word_cut_at_the_end_of_a_line_is_whole_again(lire):
    assert lire("a.pdf", pdf("la délibé-\nration du conseil")).pages == ["la délibération du conseil"]


def test_an_empty_page_keeps_its_number(lire):
    assert lire("a.pdf", pdf("un", "", "trois")).pages == ["un", "", "trois"]


def test_a_tagged_pdf_is_known_for_what_it_is(lire):
    texte = lire("a.pdf", pdf("un", catalogue="/MarkInfo << /Marked true >>"))
    assert texte.balise and texte.nombre == 1


DOCUMENTS = {
    "a.docx": (docx(paragraphe("Été") + paragraphe("deux")), ["Été\ndeux"]),
    "tableau.docx": (
        docx(f"<w:tbl><w:tr><w:tc>{paragraphe('a')}</w:tc><w:tc>{paragraphe('b')}</w:tc></w:tr></w:tbl>"),
        ["a \tb"],
    ),
    "entete.docx": (
        docx(
            paragraphe("corps"),
            **{"word/header1.xml": f'<w:hdr xmlns:w="w">{paragraphe("Commune")}</w:hdr>'},
        ),
        ["corps\nCommune"],
    ),
    "modifie.docx": (
        docx("<w:p><w:del><w:r><w:delText>avant</w:delText></w:r></w:del></w:p>" + paragraphe("a")),
        ["a"],
    ),
    "a.odt": (
        odt("<text:h>Titre</text:h><text:p>a<text:s text:c='3'/>b<text:tab/>c<text:line-break/>d</text:p>"),
        ["Titre\na   b\tc\nd"],
    ),
    "modifie.odt": (
        odt("<text:tracked-changes><text:p>avant</text:p></text:tracked-changes><text:p>après</text:p>"),
        ["après"],
    ),
    "remarque.odt": (
        odt("<text:p>a<office:annotation><text:p>tu</text:p></office:annotation></text:p>"),
        ["a"],
    ),
    "a.pptx": (pptx("première", "seconde"), ["première", "seconde"]),
    "a.odp": (
        odf(
            "presentation",
            "<draw:page><text:p>un</text:p></draw:page><draw:page><text:p>deux</text:p></draw:page>",
        ),
        ["un", "deux"],
    ),
    "a.xlsx": (xlsx(Voirie=[["rue", 12, 2.5], [None, "été"]], Eau=[["b"]]), ["rue\t12\t2,5\nété", "b"]),
    "a.ods": (
        odf(
            "spreadsheet",
            "<table:table><table:table-row><table:table-cell table:number-columns-repeated='16384'>"
            "<text:p>rue</text:p></table:table-cell></table:table-row></table:table>",
        ),
        ["rue"],
    ),
    "a.txt": ("été\n".encode(), ["été"]),
    "excel.csv": ("été;1\r\n".encode("utf-16"), ["été;1"]),
    "vieux.csv": ("œuvre;1\r\n".encode("cp1252"), ["œuvre;1"]),
    "a.html": (
        b"<title>T</title><script>non()</script><p>a&eacute;</p><style>p{}</style><p>b",
        ["T\n\naé\n\nb"],
    ),
}


@pytest.mark.parametrize("nom", DOCUMENTS)
def test_every_format_gives_the_text_that_its_pages_show(lire, nom):
    contenu, pages = DOCUMENTS[nom]
    texte = lire(nom, contenu)
    assert (texte.pages, texte.raison, texte.tronque) == (pages, "", False)


def test_a_hidden_sheet_says_nothing(lire):
    with zipfile.ZipFile(io.BytesIO(xlsx(Vue=[["vue"]], Cachee=[["tue"]]))) as z:
        feuilles = {nom: z.read(nom) for nom in z.namelist()}
    feuilles["xl/workbook.xml"] = feuilles["xl/workbook.xml"].replace(
        b'sheetId="2" state="visible"', b'sheetId="2" state="hidden"'
    )
    assert lire("a.xlsx", archive(feuilles)).pages == ["vue"]


@pytest.mark.parametrize(
    ("nom", "contenu", "raison"),
    [
        ("scan.pdf", image("PDF"), "document numérisé, sans texte"),
        ("secret.pdf", pdf_protege("a"), "le document est protégé par un mot de passe"),
        (
            "secret.docx",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
            "le document est protégé par un mot de passe",
        ),
        (
            "secret.odt",
            odt(**{"META-INF/manifest.xml": "<m:manifest xmlns:m='m'><m:encryption-data/></m:manifest>"}),
            "le document est protégé par un mot de passe",
        ),
        ("casse.pdf", b"%PDF-1.7 rien", "le document est illisible"),
        ("casse.docx", docx()[:-30], "le document est illisible"),
        ("vide.docx", docx(), "le document n’en contient pas"),
        ("blanc.txt", b" \n ", "le document n’en contient pas"),
        (
            "entites.docx",
            archive({"word/document.xml": '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'}),
            "le document est illisible",
        ),
    ],
)
def test_a_document_without_text_says_why(lire, nom, contenu, raison):
    texte = lire(nom, contenu)
    assert texte.pages == []
    assert sans_insecables(texte.raison) == f"Texte non extrait : {raison}."


def test_an_image_and_an_absent_file_say_why_too(tmp_path):
    assert "ce format" in extraire(tmp_path / "a", "image/png").raison
    assert "plus là" in extraire(tmp_path / "a", TYPES["pdf"]).raison
    assert "plus là" in apercu(tmp_path / "a").raison


def test_a_long_document_is_cut_where_asked_and_says_so(lire):
    long = pdf("un", "deux", "trois")
    texte = lire("a.pdf", long, pages_max=2)
    assert (texte.pages, texte.tronque, texte.nombre, texte.raison) == (["un", "deux"], True, 3, "")
    texte = lire("a.pdf", long, caracteres_max=5)
    assert (texte.pages, texte.tronque) == (["un", "deu"], True)
    assert not lire("a.pdf", long, pages_max=3, caracteres_max=11).tronque
    assert lire("a.txt", b"abcdef", caracteres_max=3).pages == ["abc"]


def test_a_page_is_shown_at_the_width_asked_for(tmp_path):
    chemin = tmp_path / "a"
    chemin.write_bytes(pdf("un", "deux"))
    vignette = apercu(chemin, largeur=LARGEUR_VIGNETTE)
    assert vignette.nombre == 2 and vignette.raison == ""
    rendue = Image.open(io.BytesIO(vignette.image))
    assert rendue.format == "WEBP" and abs(rendue.width - LARGEUR_VIGNETTE) <= 1
    for page in (0, 3):
        assert "n’a pas cette page" in apercu(chemin, page).raison
    chemin.write_bytes(pdf_protege("un"))
    assert "mot de passe" in apercu(chemin).raison


def test_a_page_as_long_as_a_road_is_cut_down_to_an_image(tmp_path):
    chemin = tmp_path / "a"
    chemin.write_bytes(pdf("un").replace(b"[0 0 595 842]", b"[0 0 9 90000]"))
    assert Image.open(io.BytesIO(apercu(chemin, largeur=100).image)).height <= 400


@pytest.fixture
def en_petit(tmp_path):
    def en_petit(nom, contenu):
        chemin = tmp_path / nom
        chemin.write_bytes(contenu)
        return vignette(chemin, TYPES[chemin.suffix[1:]])

    return en_petit


@pytest.mark.parametrize(
    ("nom", "contenu"),
    [
        ("a.pdf", pdf("un")),
        ("a.docx", docx(**{"docProps/thumbnail.jpeg": image("JPEG", (800, 600))})),
        ("a.odt", odt(**{"Thumbnails/thumbnail.png": image("PNG", (500, 700), "RGBA")})),
    ],
)
def test_a_document_is_shown_in_small_by_what_its_program_left_in_it(en_petit, nom, contenu):
    rendue = Image.open(io.BytesIO(en_petit(nom, contenu).image))
    assert rendue.format == "WEBP" and abs(rendue.width - LARGEUR_VIGNETTE) <= 1


@pytest.mark.parametrize(
    ("nom", "contenu", "raison"),
    [
        ("a.docx", docx(), "n’en garde pas d’image"),
        ("a.docx", docx(**{"docProps/thumbnail.jpeg": image("JPEG", (2, 2))}), "n’en garde pas d’image"),
        ("a.odt", odt(**{"Thumbnails/thumbnail.png": image("GIF", (99, 99))}), "illisible"),
        ("a.odt", odt(**{"Thumbnails/thumbnail.png": b"\x89PNG" + bytes(99)}), "illisible"),
        ("a.odt", odt(**{"Thumbnails/thumbnail.png": bytes(6 * 1024**2)}), "n’en garde pas d’image"),
        ("a.odt", odt(**{"Thumbnails/thumbnail.png": png(8000)}), "trop de mémoire"),
        ("a.docx", docx(**{"docProps/thumbnail.jpeg": jpeg_a_passes(99, 200)}), "trop de mémoire"),
        ("a.docx", b"PK", "illisible"),
    ],
    ids=[
        "none",
        "a dot",
        "another format",
        "broken",
        "heavy",
        "too many pixels",
        "too many scans",
        "no archive",
    ],
)
def test_an_image_that_is_not_one_or_costs_too_much_is_not_shown(en_petit, nom, contenu, raison):
    trouvee = en_petit(nom, contenu)
    assert not trouvee.image and raison in trouvee.raison and not trouvee.a_reprendre


def test_what_has_no_first_page_is_not_even_opened(en_petit):
    assert not en_petit("a.txt", b"a").image and not en_petit("a.txt", b"a").raison


# The process apart.


def enfant(source):
    """How a process that limited itself ends when it runs this."""
    programme = f"from plateforme.socle.isole import limites; {source}"
    return subprocess.run([sys.executable, "-c", programme], capture_output=True, text=True, timeout=60)


def test_the_child_may_take_no_more_memory_than_its_share():
    assert "MemoryError" in enfant("limites.se_limiter(); bytearray(600 * 1024**2)").stderr
    assert enfant("limites.se_limiter(); bytearray(300 * 1024**2)").returncode == 0


def test_the_child_is_stopped_by_the_system_when_it_computes_for_too_long():
    code = enfant("limites.CALCUL = 1; limites.se_limiter(); any(iter(int, 1))").returncode
    assert code in (-signal.SIGXCPU, -signal.SIGKILL)


def test_a_limit_that_is_lower_already_stays():
    mo = 1024**2
    serre = f"import resource; resource.setrlimit(resource.RLIMIT_AS, ({300 * mo}, {300 * mo}))"
    assert "MemoryError" in enfant(f"{serre}; limites.se_limiter(); bytearray({350 * mo})").stderr


def test_the_child_knows_no_secret_of_the_site(monkeypatch, tmp_path):
    vus = {}
    vrai = subprocess.Popen

    def espion(commande, **options):
        vus.update(options)
        return vrai(commande, **options)

    monkeypatch.setenv("SECRET_KEY", "secret")
    monkeypatch.setattr(subprocess, "Popen", espion)
    chemin = tmp_path / "a"
    chemin.write_bytes(b"a")
    assert extraire(chemin, "text/plain").pages == ["a"]
    assert set(vus["env"]) == {"PATH", "LANG", "MALLOC_ARENA_MAX"}


def remplacer_l_enfant(monkeypatch, programme):
    """The child answers as this program does."""
    vrai = subprocess.Popen
    monkeypatch.setattr(
        subprocess, "Popen", lambda commande, **options: vrai([sys.executable, "-c", programme], **options)
    )


DEBUT = """
import os, subprocess, sys, time
from plateforme.socle.isole.reponse import Reponse
reponse = Reponse(sys.stdout.buffer, 9, 99)
reponse.page()
reponse.texte("un")
reponse.page()
"""


def test_who_hangs_is_stopped_with_its_children_and_what_it_had_read_is_kept(monkeypatch, lire, tmp_path):
    monkeypatch.setattr(isolement, "DELAI", 2)
    temoin = tmp_path / "pid"
    remplacer_l_enfant(
        monkeypatch,
        f"{DEBUT}enfant = subprocess.Popen(['sleep', '60'])\n"
        f"open({str(temoin)!r}, 'w').write(str(enfant.pid))\n"
        "time.sleep(60)",
    )
    debut = time.monotonic()
    texte = lire("a.pdf", pdf("un", "deux"))
    assert time.monotonic() - debut < 5
    assert texte.pages == ["un", ""] and texte.tronque
    assert "trop long à lire" in texte.raison
    time.sleep(0.2)
    etat = Path(f"/proc/{temoin.read_text()}/stat")
    assert not etat.exists() or etat.read_text().split()[2] == "Z"


@pytest.mark.parametrize(
    "fin", ["os.abort()", "os.kill(os.getpid(), 11)", "sys.stdout.buffer.write(b'i' * 99)"]
)
def test_who_dies_is_a_file_that_cannot_be_read(monkeypatch, lire, fin):
    remplacer_l_enfant(monkeypatch, f"import os, sys; {fin}")
    texte = lire("a.pdf", pdf("un"))
    assert texte.pages == [] and "illisible" in texte.raison


def test_a_machine_that_can_start_nothing_more_is_told(monkeypatch, lire, caplog):
    with monkeypatch.context() as sans_python:
        sans_python.setattr(sys, "executable", "/nulle/part")
        assert "n’a pas pu commencer" in lire("a.pdf", pdf("un")).raison
    assert "could be started" in caplog.text
    remplacer_l_enfant(monkeypatch, "import absente")
    assert "n’a pas pu commencer" in lire("a.pdf", pdf("un")).raison
    assert "'panne' in" in caplog.text


def test_what_was_measured_is_logged(lire, caplog):
    with caplog.at_level("INFO", logger=isolement.__name__):
        lire("a.txt", b"a")
    assert "texte: '' in" in caplog.text and "KiB" in caplog.text
