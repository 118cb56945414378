"""The demo walked through from link to link, in one window: a page of each kind is looked at.

Each window is walked in a file of its own, so that two processes share them.
"""

import html
import re
from collections import Counter
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from django.urls import resolve
from playwright.sync_api import Error

# One who answers, one who keeps her commune's people, one who animates, one who administers.
MEMBRES = [
    "camille.marchand@louverne.example",
    "remi.aubry@louverne.example",
    "jeanne.tessier@laval-agglomeration.example",
    "noor.bellanger@laval-agglomeration.example",
]
# So many of each kind are asked for, by each member: a list has a link for every choice of its facets.
DE_CHAQUE_ESPECE = 3
LIENS = re.compile(r'<a [^>]*href="(/[^"#]*)')
AILLEURS = ("/admin/", "/static/", "/media/")
# All the rules are run; of what they find right, no detail is asked for.
REGLES = {"preload": False, "resultTypes": ["violations"]}


def fautes_de_la_demo(ouvrir, courriels, largeur, jour):
    """What is wrong with what each of these members (None: a visitor) is shown in this window."""
    vues, trouvees = set(), []
    for courriel in courriels:
        page = ouvrir(courriel)
        page.set_viewport_size({"width": largeur, "height": 800})
        page.emulate_media(color_scheme=jour, reduced_motion="reduce")
        for adresse in pages_a_regarder(page, vues):
            trouvees += fautes(page, adresse, largeur, jour)
        trouvees += page.exterieur
    return trouvees


def pages_a_regarder(page, vues):
    """Follow the links from the home page; stop, the page open, at the first of each kind not in `vues`."""
    attente, connues, demandees = ["/"], {"/"}, Counter()
    while attente:
        adresse = attente.pop()
        demandees[espece(adresse)] += 1
        if demandees[espece(adresse)] > DE_CHAQUE_ESPECE:
            continue
        nouvelle = espece(adresse) not in vues
        reponse = ouverte(page, adresse) if nouvelle else page.request.get(adresse)
        assert reponse.status == 200, f"{adresse} leads to a {reponse.status}"
        if "text/html" not in reponse.headers["content-type"]:
            continue
        liens = {html.unescape(lien) for lien in LIENS.findall(reponse.text())}
        nouveaux = {lien for lien in liens - connues if not lien.startswith(AILLEURS)}
        connues |= nouveaux
        attente += sorted(nouveaux)
        if nouvelle:
            vues.add(espece(adresse))
            yield adresse


def espece(adresse):
    """What tells two kinds of pages apart; Wagtail's pages are each of their own."""
    chemin = urlsplit(adresse).path
    nom = resolve(chemin).view_name
    return chemin if nom == "wagtail_serve" else nom


def ouverte(page, adresse):
    try:
        return page.goto(adresse)
    except Error as erreur:
        if "Download is starting" not in str(erreur):
            raise
        return page.request.get(adresse)


def fautes(page, adresse, largeur, jour):
    """What is wrong with the page that is open."""
    if page.evaluate("document.documentElement.scrollWidth") > largeur:
        yield f"{adresse} is wider than {largeur} pixels"
    trouvees = Axe().run(page, options=REGLES)
    if trouvees.violations_count:
        yield f"{adresse} {largeur} {jour}\n{trouvees.generate_report()}"
