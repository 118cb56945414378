"""The arrows of the house hold in templates too, where import-linter sees nothing."""

import importlib
import pkgutil
import re

import pytest
from django.apps import apps
from django.conf import settings
from django.views.generic.edit import FormMixin

from plateforme.socle.views.formulaires import RefusMixin

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


@pytest.mark.parametrize("app", ["plateforme.accueil", "reseau", "besoins", "ressources_docs"])
def test_every_form_view_of_ours_answers_a_refusal_alike(app):
    """Django's own answer 200 to a refused form: ours stand in plateforme.socle.views.formulaires."""
    vues = importlib.import_module(f"{app}.views")
    modules = [importlib.import_module(m.name) for m in pkgutil.walk_packages(vues.__path__, f"{app}.views.")]
    formulaires = {
        objet
        for module in modules
        for objet in vars(module).values()
        if isinstance(objet, type) and issubclass(objet, FormMixin) and objet.__module__.startswith(f"{app}.")
    }
    assert formulaires
    d_allauth = {v for v in formulaires if any(c.__module__.startswith("allauth.") for c in v.__mro__)}
    assert [vue for vue in formulaires - d_allauth if not issubclass(vue, RefusMixin)] == []
