import gzip
import hashlib
import io
import os
import shutil
import struct
import time
import zipfile
import zlib
from datetime import timedelta

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.base import ContentFile
from django.core.files.uploadedfile import TemporaryUploadedFile
from django.db import transaction
from django.http import Http404
from django.test import RequestFactory
from django.utils.datastructures import MultiValueDict
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from plateforme.socle import archives, images
from plateforme.socle.fichiers import (
    POLITIQUE,
    TYPES,
    FichiersField,
    balayer_les_fichiers,
    controler,
    nom_propre,
    servir,
    taille_lisible,
)
from reseau.models import PieceJointe
from tests.documents import (
    DOCX,
    PPTX,
    archive,
    docx,
    image,
    jpeg_a_passes,
    odt,
    ole,
    pdf,
    pdf_protege,
    png,
    televerse,
    xlsx,
)


@pytest.mark.parametrize(
    ("octets", "dite"),
    [(0, "1 Ko"), (593_408, "580 Ko"), (1_258_291, "1,2 Mo"), (20 * 1024**2, "20 Mo"), (1024**3, "1 Go")],
)
def test_a_size_is_said_as_people_say_it(octets, dite):
    assert taille_lisible(octets).replace("\u00a0", " ") == dite


@pytest.fixture(autouse=True)
def disque(settings, tmp_path):
    settings.STORAGES = {
        **settings.STORAGES,
        "fichiers": {
            "BACKEND": "django.core.files.storage.FileSystemStorage",
            "OPTIONS": {"location": tmp_path, "base_url": None},
        },
    }
    champs = [PieceJointe._meta.get_field(nom) for nom in ("fichier", "version_web", "vignette")]
    anciens = [champ.storage for champ in champs]
    for champ in champs:
        champ.storage = champ._storage_callable()
    yield tmp_path
    for champ, ancien in zip(champs, anciens, strict=True):
        champ.storage = ancien


ACCEPTES = {
    "plan.pdf": b"%PDF-1.7\n1 0 obj\n%%EOF",
    "marque.pdf": b"\xef\xbb\xbf\n%PDF-1.7\n%%EOF\n",
    "balises.pdf": b"%PDF-1.7" + b" " * 2000 + b"<html>\n%%EOF\n",
    "graphique.pptx": archive({"[Content_Types].xml": PPTX, "ppt/embeddings/a.xlsx": xlsx()}),
    "image.docx": docx(**{"word/media/image1.png": image("PNG"), "word/media/": b""}),
    "dessin.docx": docx(**{"word/media/image1.emz": gzip.compress(b"a")}),
    "objet.docx": docx(**{"word/embeddings/oleObject1.bin": ole("Equation Native")}),
    "voisin.pdf": b"%PDF-1.7 /S /Launches /L#61unchpad /Lunch",
    "note.docx": docx(),
    "liste.xlsx": xlsx(),
    "note.odt": odt(),
    "note.txt": "Été à l’école\n".encode(),
    "vieux.csv": "Été;1\r\n".encode("cp1252"),
    "excel.txt": "Été\t1".encode("utf-16"),
}


@pytest.mark.parametrize("nom", ACCEPTES)
def test_a_sound_document_passes_unchanged(nom):
    fiche = controler(televerse(nom, ACCEPTES[nom]))
    assert (fiche.nom_origine, fiche.type_mime) == (nom, TYPES[nom.rsplit(".")[1]])
    assert fiche.fichier.read() == ACCEPTES[nom]
    assert fiche.taille == len(ACCEPTES[nom])
    assert fiche.empreinte == hashlib.sha256(ACCEPTES[nom]).hexdigest()


REFUSES = {
    "a.exe": b"MZ",
    "a.zip": archive({"a": "a"}),
    "a.svg": b"<svg/>",
    "a.html": b"<script>",
    "a.docm": docx(),
    "sans_extension": b"a",
    "a.pdf.exe": b"%PDF-",
    "vide.pdf": b"",
    "faux.pdf": b"MZ\x90\x00",
    "html.pdf": b"<html>" + b" " * 2000 + b"%PDF-1.4",
    "html2.pdf": b"<html>%PDF-1.4",
    "html3.pdf": b"%PDF-1.4\n%<script >alert(1)</script>\n%%EOF",
    "html4.pdf": b"%PDF-1.4\n%%EOF\n<!DOCTYPE html><p>",
    "zip.pdf": pdf("a") + archive({"a.exe": "MZ"}),
    "rar.pdf": pdf("a") + b"Rar!\x1a\x07\x01",
    "pdf.txt": b"\n%PDF-1.4",
    "riche.csv": b"{\\rtf1 a}",
    "lance.pdf": b"%PDF-1.7 /Action /S /Launch",
    "cache.pdf": b"%PDF-1.7 /S /L#61unch",
    "masque.pdf": b"%PDF-1.7 /S /#4c#61#75#6e#63#68/F",
    "binaire.txt": b"a\x00b",
    "faux.csv": b"\x7fELF\x01",
    "boiteux.txt": b"\xff\xfe\x00\xd8a",
    "faux.docx": b"pas un zip",
    "coupe.docx": docx()[:-10],
    "retourne.docx": b"PK\x05\x06" + b"\xff" * 18,
    "nu.docx": archive({"word/document.xml": b"<w/>"}),
    "tableur.docx": xlsx(),
    "texte.xlsx": docx(),
    "texte.ods": odt(),
    "macro.docx": docx(**{"word/vbaProject.bin": b"x"}),
    "macro2.docx": archive({"[Content_Types].xml": DOCX + b"macroEnabled"}),
    "macro3.docx": archive({"[Content_Types].xml": DOCX + b"application/vnd.ms-office.vbaProject"}),
    "macro4.docx": archive({"[Content_Types].xml": DOCX + b"vbaProj&#101;ct"}),
    "macro5.docx": archive({"[Content_Types].xml": DOCX + "macroEnabled".encode("utf-16-le")}),
    "macro6.docx": docx(**{"WORD/VBADATA.XML": b"x"}),
    "double.docx": docx(**{"[content_types].xml": DOCX}),
    "macro.odt": archive({"mimetype": TYPES["odt"], "Basic/Standard/Module1.xml": "x"}),
    "excel4.docx": docx(**{"xl/macrosheets/sheet1.xml": b"x"}),
    "macro7.docx": docx(**{"word/media/a.bin": ole("_VBA_PROJECT")}),
    "macro8.docx": docx(**{"word/embeddings/a.xlsx": archive({"xl/vbaProject.bin": b""})}),
    "macro9.docx": docx(**{"word/embeddings/a.docx": docx(**{"word/vbaProject.bin": b""})}),
    "secret.docx": ole("EncryptedPackage"),
    "secret.odt": odt(**{"META-INF/manifest.xml": b"<manifest:encryption-data/>"}),
    "ancien.docx": ole("WordDocument"),
    "zip2.docx": docx(**{"word/media/image1.png": archive({"a": b""})}),
    "zip3.docx": docx(**{"word/embeddings/a.docx": docx(**{"word/embeddings/b.docx": docx()})}),
    "gzip.docx": docx(**{"word/media/image1.emf": gzip.compress(b"a")}),
    "rar.docx": docx(**{"word/media/image1.png": b"Rar!\x1a\x07\x00"}),
    "exe6.docx": docx(**{"word/media/image1.png": b"MZ\x90\x00"}),
    "zip.docx": docx(**{"word/embeddings/a.ZIP": b"PK"}),
    "exe.docx": docx(**{"word/embeddings/a.exe": b"MZ"}),
    "exe2.docx": docx(**{"word/embeddings/a.EXE ": b"MZ"}),
    "exe3.docx": docx(**{"word/embeddings/a.exe.. ": b"MZ"}),
    "exe4.docx": docx(**{"word/embeddings/a.bin:b.exe": b"MZ"}),
    "exe5.docx": docx(**{"word/embeddings/a.exe:b": b"MZ"}),
    "chemin.docx": docx(**{"../../etc/passwd": b"x"}),
    "chemin2.docx": docx(**{"..\\..\\a": b"x"}),
    "absolu.docx": docx(**{"/etc/passwd": b"x"}),
    "bombe.docx": docx(**{"word/a.xml": b"\x00" * 21_000_000}),
    "foule.docx": docx(**{f"a{n}": b"" for n in range(5001)}),
    "declaration.docx": archive({"[Content_Types].xml": DOCX + b" " * 1_100_000}),
    "faux.jpg": b"\xff\xd8\xff\xe0" + b"a" * 200,
    "coupee.jpg": image(taille=(500, 500))[:-200],
    "texte.png": b"<svg onload=alert(1)>",
    "geante.png": png(50_000),
    "passes.jpg": jpeg_a_passes(7000, 101),
    "segments.jpg": b"\xff\xd8" + b"\xff\xe0\x00\x02" * 20_002,
    "segments.png": png(100, *[(b"tEXt", b"a\0b")] * 20_001),
    "bavarde.png": png(100, (b"zTXt", b"a\0\0" + zlib.compress(b"a" * 10_000_000))),
    "gif.png": image("GIF", mode="P"),
}


@pytest.mark.parametrize("nom", REFUSES)
def test_a_refused_file_is_named_in_the_message(nom):
    with pytest.raises(ValidationError) as refus:
        controler(televerse(nom, REFUSES[nom]))
    (message,) = refus.value.messages
    assert message.startswith(f"«\u202f{nom}\u202f»\u202f: ") and message.endswith(".")


def test_an_encrypted_member_and_a_doubled_name_are_refused():
    chiffre = bytearray(docx())
    debut = chiffre.rfind(b"PK\x01\x02")
    chiffre[debut + 8] |= 1
    tampon = io.BytesIO()
    with zipfile.ZipFile(tampon, "w") as z, pytest.warns(UserWarning):
        z.writestr("[Content_Types].xml", DOCX)
        z.writestr("[Content_Types].xml", DOCX)
    for contenu in (bytes(chiffre), tampon.getvalue()):
        with pytest.raises(ValidationError):
            controler(televerse("a.docx", contenu))


def test_members_that_share_their_bytes_are_refused():
    """A bomb without a nested archive: every name of the directory leads to the same data."""
    contenu = bytearray(docx(**{"word/a.xml": os.urandom(3000), "word/b.xml": os.urandom(3000)}))
    repertoire = contenu.index(b"PK\x01\x02")
    premier, second = contenu.index(b"word/a.xml", repertoire), contenu.index(b"word/b.xml", repertoire)
    controler(televerse("a.docx", bytes(contenu)))
    # The first one claims to be as long as both.
    contenu[premier - 26 : premier - 22] = struct.pack("<L", 9000)
    assert second > premier
    with pytest.raises(ValidationError, match="anormalement"):
        controler(televerse("a.docx", bytes(contenu)))


@pytest.mark.parametrize(
    ("nom", "dit"),
    [
        ("plan.docm", "macros, qui ne sont pas acceptées. Enregistrez-le en .docx"),
        ("Budget.XLSM", "Enregistrez-le en .xlsx"),
        ("vieux.doc", "ancien. Enregistrez-le en .docx"),
        ("outil.exe", "Formats possibles"),
    ],
)
def test_a_format_that_is_refused_says_what_to_do(nom, dit):
    with pytest.raises(ValidationError, match=dit):
        controler(televerse(nom, b"x"))


def test_a_pdf_under_a_lock_passes():
    assert controler(televerse("a.pdf", pdf_protege("a"))).type_mime == "application/pdf"


def test_what_stops_a_document_is_said_in_words():
    for contenu, dit in (
        (ole("EncryptedPackage"), "mot de passe"),
        (odt(), "fichier .docx"),
        (ole("WordDocument"), "ancien format"),
        (docx(**{"word/a.bin": ole("_VBA_PROJECT")}), "macros"),
        (docx(**{"word/media/a.png": b"MZ"}), "archive ou un programme"),
    ):
        with pytest.raises(ValidationError, match=dit):
            controler(televerse("a.docx", contenu))


@pytest.mark.parametrize(
    "contenu",
    [image(progressive=True), image() + b"\xff\xda" * 200, image("MPO", save_all=True)],
    ids=["progressive", "followed by a film", "of several images"],
)
def test_the_jpeg_of_a_telephone_or_of_an_editor_passes(contenu):
    assert controler(televerse("a.jpg", contenu)).type_mime == "image/jpeg"


def test_an_image_drawn_a_thousand_times_over_costs_nothing():
    debut = time.process_time()
    with pytest.raises(ValidationError, match="trop grande"):
        controler(televerse("a.jpg", jpeg_a_passes(7000, 100_000)))
    assert time.process_time() - debut < 1


def test_a_directory_that_lies_about_its_size_is_not_loaded(monkeypatch):
    monkeypatch.setattr(archives, "REPERTOIRE_MAX", 100)
    with pytest.raises(ValidationError, match="trop d’éléments"):
        controler(televerse("a.docx", docx()))


@pytest.mark.parametrize("extension", ["docx", "xlsx", "odt", "pdf", "jpg", "png", "webp", "heic", "txt"])
@pytest.mark.parametrize("coupe", [1, 7, 40, 200])
def test_no_damaged_file_raises_anything_but_a_refusal(extension, coupe):
    sain = {
        "docx": docx(),
        "xlsx": xlsx(),
        "odt": odt(),
        "jpg": image(),
        "png": image("PNG"),
        "webp": image("WEBP"),
        "heic": image("HEIF"),
        "pdf": ACCEPTES["plan.pdf"],
        "txt": b"a" * 300,
    }[extension]
    for contenu in (sain[:-coupe], sain[coupe:], sain[:coupe] + b"\xff\x00" * 20 + sain[coupe + 40 :]):
        try:
            controler(televerse(f"a.{extension}", contenu or b"x"))
        except ValidationError as refus:
            assert refus.code == "fichier_refuse"


@pytest.mark.parametrize("motif", [b"#41", b"/#4c", b"/Launc"])
def test_the_worst_pdf_costs_the_processor_next_to_nothing(motif):
    pdf = televerse("plan.pdf", b"%PDF-1.7 " + motif * (18_000_000 // len(motif)))
    debut = time.process_time()
    controler(pdf)
    assert time.process_time() - debut < 2


def test_the_size_has_a_limit(settings):
    settings.FICHIERS_TAILLE_MAX = 1000
    controler(televerse("a.txt", b"a" * 1000))
    with pytest.raises(ValidationError, match="dépasse"):
        controler(televerse("a.txt", b"a" * 1001))


def test_a_photo_loses_its_place_and_stands_upright():
    exif = Image.Exif()
    exif[0x0112] = 6
    exif.get_ifd(0x8825)[2] = (48.0, 4.0, 0.0)
    exif[0x010E] = "Chez Marie"
    brute = image(taille=(3000, 1000), exif=exif, comment=b"secret", icc_profile=b"profil")
    assert b"Chez Marie" in brute
    fiche = controler(televerse("IMG 1.JPG", brute))
    assert (fiche.nom_origine, fiche.type_mime) == ("IMG 1.jpg", "image/jpeg")
    assert (fiche.image["largeur"], fiche.image["hauteur"]) == (1000, 3000)
    for contenu, taille in (
        (fiche.fichier, (1000, 3000)),
        (fiche.image["version_web"], (667, 2000)),
        (fiche.image["vignette"], (160, 480)),
    ):
        octets = contenu.read()
        rendue = Image.open(io.BytesIO(octets))
        assert rendue.size == taille and not rendue.getexif()
        assert not {"exif", "comment", "icc_profile", "xmp"} & set(rendue.info)
        assert b"Chez Marie" not in octets and b"secret" not in octets


@pytest.mark.parametrize(
    "nom, contenu, attendu, mode",
    [
        ("a.png", image("PNG", mode="RGBA"), "a.png", "RGBA"),
        ("a.png", image("PNG", mode="P", transparency=0), "a.png", "RGBA"),
        ("a.png", image("PNG", mode="I;16"), "a.png", "RGB"),
        ("a.jpg", image(mode="CMYK"), "a.jpg", "RGB"),
        ("a.jpg", image(mode="L"), "a.jpg", "RGB"),
        ("a.webp", image("WEBP"), "a.webp", "RGB"),
        ("a.heic", image("HEIF"), "a.jpg", "RGB"),
        ("capture.jpg", image("PNG"), "capture.png", "RGB"),
    ],
)
def test_every_accepted_image_is_re_encoded(nom, contenu, attendu, mode):
    fiche = controler(televerse(nom, contenu))
    assert fiche.nom_origine == attendu
    assert Image.open(fiche.fichier).mode == mode
    assert Image.open(fiche.image["vignette"]).format == "WEBP"


def test_text_hidden_in_a_png_does_not_survive():
    infos = PngInfo()
    infos.add_text("Author", "Marie")
    fiche = controler(televerse("a.png", image("PNG", pnginfo=infos) + b"<script>alert(1)</script>"))
    octets = fiche.fichier.read()
    assert b"Marie" not in octets and b"script" not in octets


def test_an_image_of_too_many_pixels_is_refused_before_it_is_decoded(settings, monkeypatch):
    settings.FICHIERS_PIXELS_MAX = 1000
    monkeypatch.setattr(images, "_reencoder", lambda image: pytest.fail("decoded"))
    with pytest.raises(ValidationError, match="trop grande"):
        controler(televerse("a.png", image("PNG")))


@pytest.mark.parametrize(
    "brut, propre",
    [
        ("../../etc/passwd.txt", "passwd.txt"),
        ("C:\\Users\\Marie\\plan.pdf", "plan.pdf"),
        ("plan\u202efdp.exe", "planfdp.exe"),
        ("a\r\nb\x00.pdf", "a b.pdf"),
        ('été "2026" <1>.pdf', "été 2026 1.pdf"),
        ("...", "fichier"),
        ("", "fichier"),
        (".htaccess", "htaccess"),
        ("e\u0301te\u0301.pdf", "été.pdf"),
    ],
)
def test_a_name_is_cleaned(brut, propre):
    assert nom_propre(brut) == propre


def test_a_long_name_keeps_its_extension():
    assert nom_propre("a" * 500 + ".pdf") == "a" * 146 + ".pdf"
    assert len(nom_propre("a." + "b" * 500)) <= 150


def test_a_large_upload_on_disk_passes_too():
    fichier = TemporaryUploadedFile("a.txt", "text/plain", 3, None)
    fichier.write(b"abc")
    assert controler(fichier).taille == 3


class Formulaire(forms.Form):
    pieces = FichiersField(max_fichiers=2, required=False)


def formulaire(*fichiers, classe=Formulaire):
    return classe({}, MultiValueDict({"pieces": list(fichiers)}))


def test_the_field_takes_several_files_and_names_each_refused_one():
    bon = formulaire(televerse("a.txt", b"a"), televerse("b.pdf", ACCEPTES["plan.pdf"]))
    assert bon.is_valid()
    assert [fiche.nom_origine for fiche in bon.cleaned_data["pieces"]] == ["a.txt", "b.pdf"]
    mauvais = formulaire(televerse("a.exe", b"a"), televerse("vide.pdf", b""))
    assert not mauvais.is_valid()
    premiere, seconde = mauvais.errors["pieces"]
    assert "a.exe" in premiere and "vide.pdf" in seconde and "vide" in seconde


def test_the_field_has_a_limit_may_be_empty_and_may_be_required():
    class Exigeant(forms.Form):
        pieces = FichiersField()

    trop = formulaire(*[televerse("a.txt", b"a")] * 3)
    assert trop.errors["pieces"] == ["2 fichiers au plus par envoi."]
    vide = formulaire()
    assert vide.is_valid() and vide.cleaned_data["pieces"] == []
    assert formulaire(classe=Exigeant).errors["pieces"] == ["Choisissez au moins un fichier."]
    rendu = str(Formulaire()["pieces"])
    assert "multiple" in rendu and ".pdf" in rendu and ".zip" not in rendu


def deposer(nom, contenu):
    piece = PieceJointe(contribution_id=1, **controler(televerse(nom, contenu)).champs())
    for champ in ("fichier", "version_web", "vignette"):
        fichier = getattr(piece, champ)
        if fichier:
            fichier.save(fichier.name, fichier.file, save=False)
    return piece


def test_a_file_is_stored_under_a_generated_name(disque):
    piece = deposer("secret.pdf", ACCEPTES["plan.pdf"])
    assert piece.fichier.name.startswith("reseau/piecejointe/") and "secret" not in piece.fichier.name
    assert (disque / piece.fichier.name).read_bytes() == ACCEPTES["plan.pdf"]


def requete(methode="get", **en_tetes):
    return getattr(RequestFactory(), methode)("/piece/", **en_tetes)


def test_a_document_is_always_downloaded_and_never_obeyed():
    piece = deposer("bilan été.pdf", ACCEPTES["plan.pdf"])
    for telechargement in (True, False):
        reponse = servir(requete(), piece, telechargement)
        assert b"".join(reponse) == ACCEPTES["plan.pdf"]
        assert reponse["Content-Disposition"] == "attachment; filename*=utf-8''bilan%20%C3%A9t%C3%A9.pdf"
        assert reponse["Content-Type"] == "application/pdf"
        assert reponse["X-Content-Type-Options"] == "nosniff"
        assert reponse["Content-Security-Policy"] == POLITIQUE
        assert reponse["Cache-Control"] == "private, no-cache"


def test_a_document_that_has_a_thumbnail_is_no_image():
    piece = deposer("plan.pdf", ACCEPTES["plan.pdf"])
    piece.vignette.save("vignette", ContentFile(b"RIFF"), save=False)
    assert not piece.est_image
    assert servir(requete(), piece, False)["Content-Disposition"].startswith("attachment")
    assert servir(requete(), piece, False, "vignette")["Content-Disposition"].startswith("inline")


def test_an_image_is_shown_in_the_page_or_downloaded():
    piece = deposer("a.png", image("PNG"))
    assert piece.est_image
    assert servir(requete(), piece, False)["Content-Disposition"] == 'inline; filename="a.png"'
    assert servir(requete(), piece)["Content-Disposition"].startswith("attachment")
    vignette = servir(requete(), piece, False, "vignette")
    assert vignette["Content-Type"] == "image/webp" and b"".join(vignette)[:4] == b"RIFF"


def test_a_file_that_the_browser_has_is_not_sent_again():
    piece = deposer("a.png", image("PNG"))
    etag = servir(requete(), piece)["ETag"]
    reponse = servir(requete(HTTP_IF_NONE_MATCH=etag), piece)
    assert reponse.status_code == 304 and not reponse.content and reponse["ETag"] == etag
    assert servir(requete(HTTP_IF_NONE_MATCH=etag), piece, version="vignette").status_code == 200


def test_nginx_sends_the_file_when_there_is_one(settings):
    settings.FICHIERS_X_ACCEL = "/fichiers-proteges/"
    piece = deposer("a.txt", b"a")
    reponse = servir(requete(), piece)
    assert reponse["X-Accel-Redirect"] == f"/fichiers-proteges/{piece.fichier.name}"
    assert reponse.content == b"" and reponse["Content-Type"] == "text/plain"


def test_an_absent_version_or_a_lost_file_is_absent(disque):
    piece = deposer("a.txt", b"a")
    with pytest.raises(Http404):
        servir(requete(), piece, version="vignette")
    (disque / piece.fichier.name).unlink()
    with pytest.raises(Http404):
        servir(requete(), piece)


def test_a_folder_out_of_reach_is_absent_and_the_administrators_are_told(disque, caplog):
    piece = deposer("a.txt", b"a")
    shutil.rmtree(disque / "reseau")
    (disque / "reseau").write_text("not a folder")
    with pytest.raises(Http404):
        servir(requete(), piece)
    assert "could not be read" in caplog.text


@pytest.mark.django_db
def test_a_file_without_a_row_goes_after_a_day_and_the_others_stay(disque):
    (disque / "ailleurs").mkdir()
    (disque / "ailleurs" / "a").write_text("a")
    fiche = controler(televerse("a.png", image("PNG")))
    with transaction.atomic():
        gardee = PieceJointe.depuis_fiche(fiche, contribution_id=1)
        with pytest.raises(ZeroDivisionError), transaction.atomic():
            perdue = PieceJointe.depuis_fiche(controler(televerse("b.txt", b"b")), contribution_id=1)
            raise ZeroDivisionError
        assert balayer_les_fichiers() == 0
        assert balayer_les_fichiers(timedelta(0)) == 1
        assert not (disque / perdue.fichier.name).exists()
        for nom in (gardee.fichier.name, gardee.version_web.name, gardee.vignette.name, "ailleurs/a"):
            assert (disque / nom).exists()
        gardee.delete()
    assert balayer_les_fichiers(timedelta(0)) == 3


@pytest.mark.parametrize(
    ("plage", "statut", "attendu", "entete"),
    [
        ("bytes=0-3", 206, b"0123", "bytes 0-3/10"),
        ("bytes=4-", 206, b"456789", "bytes 4-9/10"),
        ("bytes=-2", 206, b"89", "bytes 8-9/10"),
        ("bytes=-99", 206, b"0123456789", "bytes 0-9/10"),
        ("bytes=9-9", 206, b"9", "bytes 9-9/10"),
        ("bytes=8-99", 206, b"89", "bytes 8-9/10"),
        ("bytes=10-", 416, b"", "bytes */10"),
        ("bytes=5-2", 416, b"", "bytes */10"),
        ("bytes=-", 200, b"0123456789", None),
        ("bytes=0-1,4-5", 200, b"0123456789", None),
        ("octets=0-1", 200, b"0123456789", None),
        ("bytes=x-1", 200, b"0123456789", None),
    ],
)
def test_a_part_of_a_file_is_served_alone(plage, statut, attendu, entete):
    reponse = servir(requete(HTTP_RANGE=plage), deposer("a.txt", b"0123456789"))
    corps = reponse.getvalue() if reponse.streaming else reponse.content
    assert (reponse.status_code, corps) == (statut, attendu)
    assert reponse.headers.get("Content-Range") == entete
    if statut != 416:
        assert reponse["Content-Length"] == str(len(attendu))


def test_a_download_begun_with_another_content_begins_again():
    piece = deposer("a.txt", b"0123456789")
    etag = servir(requete(), piece)["ETag"]
    for si, statut in ((etag, 206), ('"autre"', 200)):
        assert servir(requete(HTTP_RANGE="bytes=4-", HTTP_IF_RANGE=si), piece).status_code == statut
