"""Take the pictures of the guide again: start `make demo`, then `python docs/guide/captures.py`.

Chromium speaks French with Debian's chromium-l10n.

Signs in as the demo's people with the code shown on the development page of mails.
"""

import os
import re
from pathlib import Path

from playwright.sync_api import sync_playwright

ADRESSE = os.environ.get("ADRESSE", "http://localhost:8000")
MEMBRE = "camille.marchand@louverne.example"
ANIMATRICE = "jeanne.tessier@laval-agglomeration.example"
PROJET = "Mutualisation des services techniques"
DOCUMENT = "Convention de prêt de matériel"
IMAGES = Path(__file__).parent / "images"
ECRANS = {"telephone": {"width": 360, "height": 780}, "ordinateur": {"width": 1280, "height": 900}}
PAGES = {
    None: {"ordinateur": {"documents-publics": "/documents-publics/"}},
    MEMBRE: {
        "telephone": {
            "accueil": "/",
            "publier": "/besoins/publier/",
            "annuaire": "/membres/",
            "a-faire": "/a-faire/",
            "deposer": "/documents/deposer/",
            "outils": "/outils/",
            "matrice": "/projets/matrice/",
        },
        "ordinateur": {
            "accueil": "/",
            "besoins": "/besoins/",
            "reseau": "/reseaux/rst/",
            "rencontres": "/rencontres/",
            "courriels": "/moi/courriels/",
            "matrice": "/projets/matrice/",
            "economies": "/projets/economies/",
            "recherche": "/recherche/?q=balayeuse",
        },
    },
    ANIMATRICE: {
        "ordinateur": {
            "cockpit": "/cockpit/",
            "chiffres": "/chiffres/",
            "sans-reponse": "/recherches-sans-reponse/",
        }
    },
}
# The first one of each list, or the one of this title, is opened, and taken whole.
OUVERTS = {
    "telephone": {
        "besoin": ("/besoins/", None),
        "discussion": ("/fil/?type=discussion&etat=resolu", None),
        "retour": ("/retours/", None),
        "projet": ("/projets/", PROJET),
        "document": ("/documents/?thematique=prets", DOCUMENT),
    },
    "ordinateur": {"besoin": ("/besoins/", None), "consultation": ("/fil/?type=consultation", None)},
}
# From a project's page, one tab further.
ONGLETS = {"ordinateur": {"echeancier": ("/projets/", PROJET, "Échéancier")}}


def connecter(page, adresse):
    page.goto("/compte/connexion/")
    page.get_by_label("Adresse").first.fill(adresse)
    page.locator("main form button").first.click()
    page.wait_for_url("**/code/**")
    mails = page.context.new_page()
    mails.goto("/courriels/")
    code = re.search(r"\b(\d{6})\b", mails.locator("main").inner_text())[1]
    mails.close()
    page.locator("input[name=code]").fill(code)
    page.locator("main form button").first.click()
    page.wait_for_url(f"{ADRESSE}/")


def capturer(navigateur, adresse, pages):
    session = None
    for ecran, taille in ECRANS.items():
        if ecran not in pages:
            continue
        contexte = navigateur.new_context(
            base_url=ADRESSE,
            viewport=taille,
            locale="fr-FR",
            device_scale_factor=1,
            storage_state=session,
            bypass_csp=True,  # for the style of `photographier`
        )
        page = contexte.new_page()
        if session is None and adresse:
            page.goto("/compte/connexion/")
            if adresse == MEMBRE:
                photographier(page, f"connexion-{ecran}")
            connecter(page, adresse)
            session = contexte.storage_state()
        for nom, chemin in pages[ecran].items():
            page.goto(chemin)
            photographier(page, f"{nom}-{ecran}")
        if adresse == MEMBRE:
            for nom, (liste, titre) in OUVERTS[ecran].items():
                ouvrir(page, liste, titre)
                photographier(page, f"{nom}-{ecran}", full_page=True)
            for nom, (liste, titre, onglet) in ONGLETS.get(ecran, {}).items():
                ouvrir(page, liste, titre)
                page.get_by_role("link", name=onglet).first.click()
                photographier(page, f"{nom}-{ecran}")
        contexte.close()


def ouvrir(page, liste, titre):
    page.goto(liste)
    page.locator(".ligne .titre").filter(has_text=titre).first.click()


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
        for adresse, pages in PAGES.items():
            capturer(chromium, adresse, pages)
