"""The arrows of the house hold in templates too, where import-linter sees nothing."""

import re

import pytest
from django.apps import apps
from django.conf import settings

PLUS_HAUT = {
    "plateforme.socle": {"accueil", "besoins", "ressources_docs", "reseau"},
    "reseau": {"accueil", "besoins", "ressources_docs"},
    "besoins": {"accueil", "ressources_docs"},
    "ressources_docs": {"accueil", "besoins"},
}


@pytest.mark.parametrize("app", PLUS_HAUT)
def test_a_template_names_no_app_above_its_own(app):
    """Neither its URLs ("besoins:publier"), nor its templates ("besoins/…"), nor its tags."""
    dossier = settings.RACINE.joinpath(*app.split("."), "templates")
    for gabarit in dossier.rglob("*.html"):
        texte = gabarit.read_text()
        nommes = set(re.findall(r"""["'](\w+)[:/]""", texte))
        charges = {mot for mots in re.findall(r"{% load ([^%]*) %}", texte) for mot in mots.split()}
        assert not (nommes | charges) & PLUS_HAUT[app], gabarit


def test_the_arrows_name_every_app_of_ours():
    nommees = {apps.get_app_config(nom).name for hauts in PLUS_HAUT.values() for nom in hauts}
    assert nommees | {"plateforme.socle"} == {"plateforme.accueil", *PLUS_HAUT}


@pytest.mark.parametrize("app", ["plateforme/accueil", "reseau", "besoins"])
def test_every_form_view_of_ours_answers_a_refusal_alike(app):
    """Django's own answer 200 to a refused form: ours stand in plateforme.socle.views.formulaires."""
    for module in (settings.RACINE / app / "views").rglob("*.py"):
        noms = re.findall(r"^from django\.views\.generic(?:\.edit)? import (.*)", module.read_text(), re.M)
        assert not re.search("FormView|CreateView|UpdateView", " ".join(noms)), module
