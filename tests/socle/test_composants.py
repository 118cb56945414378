import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client

from plateforme.socle.templatetags.socle import adresse, icone

STATIQUES = Path(apps.get_app_config("socle").path) / "static" / "socle"
GABARITS = Path(apps.get_app_config("socle").path) / "templates" / "socle" / "composants"


@pytest.fixture
def client_qui_verifie(db):
    return Client(enforce_csrf_checks=True)


@pytest.mark.django_db
@pytest.mark.parametrize("etat", ["", "?visiteur", "?refuse"])
def test_every_component_stands_on_one_page(client, etat):
    page = client.get(f"/composants/{etat}")
    assert page.status_code == 200
    avec_gabarit = {gabarit.stem for gabarit in GABARITS.glob("*.html")}
    assert {f"socle/composants/{nom}.html" for nom in avec_gabarit} <= {g.name for g in page.templates}
    classes = {mot for attribut in re.findall(r'class="([^"]+)"', page.text) for mot in attribut.split()}
    assert {feuille.stem for feuille in (STATIQUES / "composants").glob("*.css")} <= classes | avec_gabarit


def test_no_page_gives_its_own_class_the_name_of_a_component():
    composants = {feuille.stem for feuille in (STATIQUES / "composants").glob("*.css")}
    for nom in ("accueil", "reseau", "besoins", "ressources_docs"):
        config = apps.get_app_config(nom)
        for feuille in (Path(config.path) / "static").rglob("*.css"):
            regles = re.sub(r"/\*.*?\*/|\([^)]*\)", "", feuille.read_text(), flags=re.DOTALL)
            nus = {
                s.strip() for selecteur in re.findall(r"[^{}]+(?={)", regles) for s in selecteur.split(", ")
            }
            assert not nus & {f".{nom}" for nom in composants}, feuille


def test_the_template_of_a_component_is_shared_by_pages_and_has_a_style_sheet():
    racines = [Path(c.path) / "templates" for c in apps.get_app_configs() if "socle" not in c.path]
    pages = [
        f.read_text() for r in [*racines, *settings.TEMPLATES[0]["DIRS"]] for f in Path(r).rglob("*.html")
    ]
    for gabarit in GABARITS.glob("*.html"):
        assert any(f"socle/composants/{gabarit.name}" in page for page in pages), gabarit.name
        assert (STATIQUES / "composants" / f"{gabarit.stem}.css").exists()


def test_the_entry_files_import_every_stylesheet_and_every_behaviour():
    feuilles = re.findall(r'@import "(.+?)";', (STATIQUES / "plateforme.css").read_text())
    assert sorted(feuilles) == sorted(str(f.relative_to(STATIQUES)) for f in STATIQUES.glob("*/*.css"))
    entree = STATIQUES / "js" / "plateforme.js"
    autres = [fichier for fichier in entree.parent.glob("*.js") if fichier != entree]
    modules = re.findall(r'import "\./(.+?)";', entree.read_text())
    assert sorted(modules) == sorted(fichier.name for fichier in autres)
    # Set between braces in one file, a module can neither give nor take a name.
    assert not any(re.search(r"^(export|import)\b", f.read_text(), re.MULTILINE) for f in autres)


@pytest.mark.parametrize("feuille", sorted(STATIQUES.glob("*/*.css")), ids=lambda feuille: feuille.stem)
def test_a_stylesheet_stays_in_its_layer_and_asks_for_no_other_file(feuille):
    regles = re.sub(r"/\*.*?\*/", "", feuille.read_text(), flags=re.DOTALL)
    assert re.match(r"\s*@layer (reset|jetons|base|composants|utilitaires) \{", regles)
    assert regles.count("@layer") == 1
    assert "!important" not in regles
    assert "url(" not in regles  # its address would change with the place where the file is inlined


def test_an_icon_is_hidden_from_readers_and_sized_by_its_word():
    dessin = icone("lightbulb")
    assert dessin.startswith('<svg class="i" ')
    assert 'aria-hidden="true"' in dessin
    assert "<path" in dessin


def test_a_link_to_a_view_that_the_site_does_not_have_is_left_out():
    assert adresse("nulle:part") == ""
    assert adresse("socle:composants") == "/composants/"


@pytest.mark.parametrize("gabarit, mots", [("400.html", "pu être traitée"), ("500.html", "notre côté")])
def test_the_page_of_a_failure_needs_no_context(gabarit, mots):
    page = render_to_string(gabarit)
    assert mots in page
    assert "<nav" not in page


def test_a_form_refused_for_its_token_says_how_to_go_on(client_qui_verifie):
    page = client_qui_verifie.post("/composants/", headers={"referer": "http://testserver/composants/"})
    assert page.status_code == 403
    assert '<a class="bouton" href="/composants/">' in page.text
    assert "brouillon" in page.text


def test_a_form_refused_for_its_token_never_leads_elsewhere(client_qui_verifie):
    page = client_qui_verifie.post("/composants/", headers={"referer": "https://ailleurs.example/"})
    assert "ailleurs.example" not in page.text
