from datetime import timedelta

import pytest
from django.core.signing import Signer
from django.http import Http404
from django.test import RequestFactory
from django.utils import timezone
from django.views.generic import ListView

from plateforme.socle.models import Courriel
from plateforme.socle.pagination import CurseurMixin, paginer

TRI = ("-cree_le", "-pk")


class CourrielsView(CurseurMixin, ListView):
    model = Courriel
    paginate_by, tri = 10, TRI
    template_name = "socle/courriels/liste.html"


@pytest.fixture
def vingt_cinq(db):
    # Five per date: the second field decides between them.
    maintenant = timezone.now()
    dates = [maintenant - timedelta(microseconds=n // 5) for n in range(25)]
    return Courriel.objects.bulk_create(
        Courriel(expediteur=f"{n % 3}", destinataire=f"{n}@a.fr", source=b"", cree_le=date)
        for n, date in enumerate(dates)
    )


def parcourir(queryset, **options):
    pages, apres = [], ""
    while True:
        page = paginer(queryset, apres, **options)
        pages.append([objet.pk for objet in page])
        if not page.has_next():
            return pages
        apres = page.suivant


@pytest.mark.parametrize(
    "tri",
    [
        TRI,
        ("cree_le", "pk"),
        ("-cree_le", "pk"),
        ("expediteur", "-cree_le", "-id"),
        ("-expediteur", "pk"),
        ("-pk",),
    ],
)
def test_the_pages_give_every_line_once_in_order(vingt_cinq, tri):
    pages = parcourir(Courriel.objects.all(), par_page=4, tri=tri)
    assert [len(page) for page in pages] == [4] * 6 + [1]
    assert sum(pages, []) == list(Courriel.objects.order_by(*tri).values_list("pk", flat=True))


def test_a_full_last_page_has_no_next(vingt_cinq):
    assert [len(page) for page in parcourir(Courriel.objects.all(), par_page=5, tri=TRI)] == [5] * 5


def test_a_line_that_arrives_meanwhile_neither_repeats_nor_hides_another(vingt_cinq):
    premiere = paginer(Courriel.objects.all(), par_page=10, tri=TRI)
    Courriel.objects.create(expediteur="x", destinataire="y", source=b"")
    suite = paginer(Courriel.objects.all(), premiere.suivant, par_page=20, tri=TRI)
    vues = [c.pk for c in [*premiere, *suite]]
    assert sorted(vues) == sorted(c.pk for c in vingt_cinq)


def test_a_page_is_one_query_without_count_or_offset(vingt_cinq, django_assert_num_queries):
    apres = paginer(Courriel.objects.all(), par_page=10, tri=TRI).suivant
    with django_assert_num_queries(1) as requetes:
        paginer(Courriel.objects.all(), apres, par_page=10, tri=TRI)
    sql = requetes.captured_queries[0]["sql"].upper()
    assert "OFFSET" not in sql and "COUNT" not in sql


@pytest.mark.parametrize(
    "apres",
    [
        "x",
        "\x00",
        "é" * 500,
        "a:b:c",
        "=" * 99,
        "W10:x",
        "9" * 5000,
        "'; DROP TABLE",
        "../",
        "\ud800",
        "%",
        ":",
    ],
)
def test_a_hostile_cursor_is_absent(vingt_cinq, apres):
    with pytest.raises(Http404):
        paginer(Courriel.objects.all(), apres, tri=TRI)


def test_a_cursor_of_another_list_or_of_another_order_is_absent(vingt_cinq):
    apres = paginer(Courriel.objects.all(), par_page=3, tri=("-pk",)).suivant
    for etranger in (apres, Signer().sign_object(["1"]), Signer(salt="curseur").sign_object([1, 2])):
        with pytest.raises(Http404):
            paginer(Courriel.objects.all(), etranger, tri=TRI)


def test_the_mixin_gives_the_link_and_keeps_the_filters(vingt_cinq):
    requete = RequestFactory().get("/", {"domaine": ["voirie", "eau"], "q": "é&="})
    contexte = CourrielsView.as_view()(requete).context_data
    lien = contexte["lien_suivant"]
    assert lien.startswith("?domaine=voirie&domaine=eau&q=%C3%A9%26%3D&apres=")
    assert len(contexte["object_list"]) == 10 and contexte["is_paginated"]
    suite = CourrielsView.as_view()(RequestFactory().get(f"/{lien}")).context_data
    assert len(suite["page_obj"]) == 10
    derniere = CourrielsView.as_view()(RequestFactory().get(f"/{suite['lien_suivant']}")).context_data
    assert (len(derniere["page_obj"]), derniere["lien_suivant"]) == (5, "")


def test_an_empty_list_is_an_empty_page(db):
    contexte = CourrielsView.as_view()(RequestFactory().get("/")).context_data
    assert list(contexte["page_obj"]) == [] and not contexte["is_paginated"]
