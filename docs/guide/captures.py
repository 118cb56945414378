"""Take the pictures of the guide again: start `make demo`, then `python docs/guide/captures.py`.

Chromium speaks French with Debian's chromium-l10n.

Signs in as the demo's people with the code shown on the development page of mails.
"""

import os
import re
from pathlib import Path

from playwright.sync_api import sync_playwright

ADRESSE = os.environ.get("ADRESSE", "http://localhost:8000")
MEMBRE = os.environ.get("MEMBRE", "camille.marchand@louverne.example")
IMAGES = Path(__file__).parent / "images"
ECRANS = {"telephone": {"width": 360, "height": 780}, "ordinateur": {"width": 1280, "height": 900}}
PAGES = {
    "telephone": {"accueil": "/", "publier": "/besoins/publier/", "annuaire": "/membres/"},
    "ordinateur": {
        "accueil": "/",
        "besoins": "/besoins/",
        "reseau": "/reseaux/rst/",
        "rencontres": "/rencontres/",
        "courriels": "/moi/courriels/",
    },
}
# The first one of each list is opened, and taken whole.
OUVERTS = {
    "telephone": {"besoin": "/besoins/", "discussion": "/fil/?type=discussion&etat=resolu"},
    "ordinateur": {"besoin": "/besoins/", "consultation": "/fil/?type=consultation"},
}


def connecter(page):
    page.goto("/compte/connexion/")
    page.get_by_label("Adresse").first.fill(MEMBRE)
    page.locator("main form button").first.click()
    page.wait_for_url("**/code/**")
    mails = page.context.new_page()
    mails.goto("/courriels/")
    code = re.search(r"\b(\d{6})\b", mails.locator("main").inner_text())[1]
    mails.close()
    page.locator("input[name=code]").fill(code)
    page.locator("main form button").first.click()
    page.wait_for_url(f"{ADRESSE}/")


def capturer(navigateur):
    session = None
    for ecran, taille in ECRANS.items():
        contexte = navigateur.new_context(
            base_url=ADRESSE,
            viewport=taille,
            locale="fr-FR",
            device_scale_factor=1,
            storage_state=session,
            bypass_csp=True,  # for the style of `photographier`
        )
        page = contexte.new_page()
        if session is None:
            page.goto("/compte/connexion/")
            photographier(page, f"connexion-{ecran}")
            connecter(page)
            session = contexte.storage_state()
        for nom, chemin in PAGES[ecran].items():
            page.goto(chemin)
            photographier(page, f"{nom}-{ecran}")
        for nom, liste in OUVERTS[ecran].items():
            page.goto(liste)
            page.locator(".ligne .titre").first.click()
            photographier(page, f"{nom}-{ecran}", full_page=True)
        contexte.close()


def photographier(page, nom, **options):
    page.wait_for_load_state("networkidle")
    # In a picture of the whole page, the thumb bar would stand in its middle.
    style = ".barre { position: static }" if options else ""
    page.screenshot(path=IMAGES / f"{nom}.png", style=style, **options)


if __name__ == "__main__":
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=os.environ.get("CHROMIUM", "/usr/bin/chromium"),
            args=["--no-sandbox"],
            env={**os.environ, "LANGUAGE": "fr"},  # the words of the browser's own buttons
        )
        capturer(chromium)
