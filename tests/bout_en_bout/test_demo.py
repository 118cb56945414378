"""The demo as a newcomer starts it, walked through from link to link."""

import html
import re
from collections import Counter
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve

from tests.serveur import en_un_processus

pytestmark = [pytest.mark.navigateur, pytest.mark.sqlite]

# Of each kind of pages, one is looked at on a telephone at night, one on a screen by day.
FENETRES = [(320, "dark"), (1280, "light")]
# So many of each kind are asked for, by each member: a list has a link for every choice of its facets.
DE_CHAQUE_ESPECE = 3
# One who answers, one who keeps her commune's people, one who animates, one who administers.
MEMBRES = [
    "camille.marchand@louverne.example",
    "remi.aubry@louverne.example",
    "jeanne.tessier@laval-agglomeration.example",
    "noor.bellanger@laval-agglomeration.example",
]
LIENS = re.compile(r'<a [^>]*href="(/[^"#]*)')
AILLEURS = ("/admin/", "/static/", "/media/")


@pytest.fixture(scope="module")
def demo(tmp_path_factory):
    with en_un_processus(tmp_path_factory.mktemp("demo"), "--demo") as enfant:
        yield enfant.adresse


@pytest.fixture
def ouvrir(browser, demo):
    """`ouvrir(courriel)`: a window of hers, signed in; `ouvrir(None)`: a visitor's."""
    contextes = []

    def ouvrir(courriel):
        contexte = browser.new_context(base_url=demo, locale="fr-FR", reduced_motion="reduce")
        contextes.append(contexte)
        page = contexte.new_page()
        page.exterieur = []
        page.on("request", lambda demande: page.exterieur.extend(exterieur(demande.url, demo)))
        page.on("console", lambda m: page.exterieur.append(m.text) if "Content Security" in m.text else None)
        if courriel:
            se_connecter(page, courriel)
        return page

    yield ouvrir
    for contexte in contextes:
        contexte.close()


def exterieur(url, demo):
    return [] if url.startswith((demo, demo.replace("http", "ws", 1), "data:", "blob:")) else [url]


def se_connecter(page, courriel):
    page.goto("/compte/connexion/")
    page.get_by_label("Adresse électronique").fill(courriel)
    page.get_by_role("button", name="Continuer").click()
    boite = page.context.new_page()
    boite.goto("/courriels/")
    code = re.search(r"\b\d{6}\b", boite.inner_text("main"))[0]
    boite.close()
    page.get_by_label("Code à 6 chiffres").fill(code)
    page.get_by_role("button", name="Se connecter", exact=True).click()
    page.wait_for_url("/")


def espece(adresse):
    """What tells two kinds of pages apart; Wagtail's pages are each of their own."""
    chemin = urlsplit(adresse).path
    nom = resolve(chemin).view_name
    return chemin if nom == "wagtail_serve" else nom


def pages_a_regarder(contexte, vues):
    """Follow the links from the home page → an address of each kind for each window, counted in `vues`."""
    attente, connues, demandees = ["/"], {"/"}, Counter()
    while attente:
        adresse = attente.pop()
        demandees[espece(adresse)] += 1
        if demandees[espece(adresse)] > DE_CHAQUE_ESPECE:
            continue
        reponse = contexte.request.get(adresse)
        assert reponse.status == 200, f"{adresse} leads to a {reponse.status}"
        if "text/html" not in reponse.headers["content-type"]:
            continue
        liens = {html.unescape(lien) for lien in LIENS.findall(reponse.text())}
        nouveaux = {lien for lien in liens - connues if not lien.startswith(AILLEURS)}
        connues |= nouveaux
        attente += sorted(nouveaux)
        vues[espece(adresse)] += 1
        if vues[espece(adresse)] <= len(FENETRES):
            yield adresse, *FENETRES[vues[espece(adresse)] - 1]


def fautes(page, adresse, largeur, jour):
    """What is wrong with this page in this window."""
    page.set_viewport_size({"width": largeur, "height": 800})
    page.emulate_media(color_scheme=jour, reduced_motion="reduce")
    page.goto(adresse)
    if page.evaluate("document.documentElement.scrollWidth") > largeur:
        yield f"{adresse} is wider than {largeur} pixels"
    trouvees = Axe().run(page, options={"preload": False})
    if trouvees.violations_count:
        yield f"{adresse} {largeur} {jour}\n{trouvees.generate_report()}"


@pytest.mark.parametrize("courriels", [[None, None], MEMBRES], ids=["visiteur", "membres"])
def test_no_page_of_the_demo_has_a_fault_scrolls_sideways_or_asks_outside(ouvrir, courriels):
    vues, trouvees = Counter(), []
    for courriel in courriels:
        page = ouvrir(courriel)
        for adresse, largeur, jour in pages_a_regarder(page.context, vues):
            trouvees += fautes(page, adresse, largeur, jour)
        trouvees += page.exterieur
    assert not trouvees, "\n".join(trouvees)
