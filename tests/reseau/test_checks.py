import copy

import pytest
from django.apps import apps
from django.core.checks import run_checks
from django.urls import include, path
from wagtail import urls as wagtail_urls


def reproches():
    return [str(m.msg) for m in run_checks(include_deployment_checks=True) if m.id.startswith("reseau.")]


@pytest.fixture
def gabarits(settings):
    """A copy of TEMPLATES, put back by `settings`."""
    settings.TEMPLATES = copy.deepcopy(settings.TEMPLATES)
    return settings.TEMPLATES[0]["OPTIONS"]


@pytest.fixture
def complet(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend", "QUEUES": []}}


def test_our_own_site_lacks_nothing(complet):
    assert reproches() == []


@pytest.mark.parametrize(
    "nom",
    [
        "django_htmx.middleware.HtmxMiddleware",
        "reseau.middleware.MembreMiddleware",
        "reseau.views.acces.PorteMiddleware",
    ],
)
def test_a_missing_middleware_is_named(settings, complet, nom):
    settings.MIDDLEWARE = [chemin for chemin in settings.MIDDLEWARE if chemin != nom]
    assert reproches() == [f"{nom} is not in MIDDLEWARE."]


def test_a_host_may_extend_our_middleware(settings, complet, monkeypatch):
    from reseau import middleware

    class Heritier(middleware.MembreMiddleware):
        pass

    monkeypatch.setattr(middleware, "Heritier", Heritier, raising=False)
    nom = "reseau.middleware.MembreMiddleware"
    settings.MIDDLEWARE = [
        "reseau.middleware.Heritier" if chemin == nom else chemin for chemin in settings.MIDDLEWARE
    ]
    assert reproches() == []


def test_the_member_is_known_after_the_account(settings, complet):
    nom = "reseau.middleware.MembreMiddleware"
    settings.MIDDLEWARE = [nom, *(chemin for chemin in settings.MIDDLEWARE if chemin != nom)]
    assert reproches() == ["MembreMiddleware comes before AuthenticationMiddleware."]


@pytest.mark.parametrize("nom", ["django.template.context_processors.request", "reseau.contexte.entete"])
def test_a_missing_context_processor_is_named(gabarits, complet, nom):
    gabarits["context_processors"].remove(nom)
    assert reproches() == [f"{nom} is not in the context_processors of TEMPLATES."]


@pytest.mark.parametrize("reglage", ["builtins", "loaders"])
def test_templates_without_partials_are_told(gabarits, settings, complet, reglage):
    del gabarits[reglage]
    if reglage == "loaders":
        settings.TEMPLATES[0]["APP_DIRS"] = True
    (reproche,) = reproches()
    assert reproche.startswith("TEMPLATES has no partials")


def test_a_site_without_a_base_template_is_told(settings, complet):
    settings.TEMPLATES = [{**settings.TEMPLATES[0], "DIRS": []}]
    assert reproches() == ["The site has no base.html."]


def test_members_files_need_a_place_of_their_own(settings, complet):
    settings.STORAGES = {alias: v for alias, v in settings.STORAGES.items() if alias != "fichiers"}
    assert reproches() == ['STORAGES has no alias "fichiers".']


def test_members_files_may_not_lie_where_anybody_reads(settings, complet, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    systeme = "django.core.files.storage.FileSystemStorage"
    ouvert = {"BACKEND": systeme, "OPTIONS": {"location": tmp_path / "fichiers"}}
    settings.STORAGES = {**settings.STORAGES, "fichiers": ouvert}
    assert reproches() == ["Members' files are under MEDIA_ROOT, where anybody may read them."]


def test_missing_urls_are_told_by_app(settings, complet):
    settings.ROOT_URLCONF = (path("", include("reseau.urls")),)
    assert sorted(reproches()) == [
        "besoins.urls is not included.",
        "ressources_docs.urls is not included.",
    ]


def test_urls_behind_the_catch_all_of_wagtail_are_told(settings, complet):
    ours = [path("", include(f"{app}.urls")) for app in ("besoins", "ressources_docs", "reseau")]
    settings.ROOT_URLCONF = (path("", include(wagtail_urls)), *ours)
    assert sorted(reproches()) == [
        "Other URLs answer before those of besoins: Wagtail's come last.",
        "Other URLs answer before those of reseau: Wagtail's come last.",
        "Other URLs answer before those of ressources_docs: Wagtail's come last.",
    ]


def test_an_application_that_we_need_is_named(complet, monkeypatch):
    # Wagtail 8 cannot load its applications twice in a process: no change of INSTALLED_APPS.
    installee = apps.is_installed
    monkeypatch.setattr(apps, "is_installed", lambda nom: nom != "django_htmx" and installee(nom))
    assert reproches() == ["django_htmx is not in INSTALLED_APPS."]


def test_what_slows_or_silences_a_live_site_is_a_warning_of_deployment(settings):
    settings.TASKS = {"default": {"BACKEND": "django_tasks.backends.immediate.ImmediateBackend"}}
    settings.CHANNEL_LAYERS = {}
    settings.CSRF_TRUSTED_ORIGINS = []
    assert reproches() == [
        "TASKS is immediate: a slow mail server slows the pages.",
        "CHANNEL_LAYERS is not set: no page is live.",
        "CSRF_TRUSTED_ORIGINS is empty: every socket is refused.",
    ]
    assert [m for m in run_checks() if m.id == "reseau.W001"] == []


@pytest.mark.parametrize("adresse", ["reponse", "@x.example", "a@", "a+b@x.example", "a" * 24 + "@x.example"])
def test_an_address_of_answers_that_could_bear_no_token_is_named(settings, complet, adresse):
    settings.ADRESSE_DE_REPONSE = adresse
    [reproche] = reproches()
    assert "ADRESSE_DE_REPONSE" in reproche
    settings.ADRESSE_DE_REPONSE = "a" * 23 + "@x.example"
    assert reproches() == []
