from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from plateforme.socle.limites import HEURE, Limite, adresse_ip, consommer
from plateforme.socle.models import Tentative

CHEMIN = "203.0.113.66, 198.51.100.4, 192.0.2.7"


@pytest.mark.parametrize(
    "mandataires, chemin, proche, vue",
    [
        (0, CHEMIN, "192.0.2.1", "192.0.2.1"),
        (1, CHEMIN, "172.18.0.5", "192.0.2.7"),
        (2, CHEMIN, "172.18.0.5", "198.51.100.4"),
        (1, "192.0.2.7", "", "192.0.2.7"),
        (1, "", "192.0.2.1", "192.0.2.1"),
        (4, CHEMIN, "192.0.2.1", "192.0.2.1"),
        (1, "", "", ""),
        (1, "2001:db8:1:2:3:4:5:6", "127.0.0.1", "2001:db8:1:2::"),
        (0, "", "::ffff:192.0.2.1", "192.0.2.1"),
        (1, "n'importe quoi", "127.0.0.1", "n'importe quoi"),
    ],
    ids=[
        "no-proxy",
        "one",
        "two",
        "unix-socket",
        "no-header",
        "shorter-than-said",
        "nothing",
        "ipv6",
        "mapped",
        "not-an-address",
    ],
)
def test_an_address_is_what_our_own_proxies_saw(rf, settings, mandataires, chemin, proche, vue):
    settings.MANDATAIRES_DE_CONFIANCE = mandataires
    requete = rf.get("/", headers={"X-Forwarded-For": chemin} if chemin else {}, REMOTE_ADDR=proche)
    assert adresse_ip(requete) == vue


def test_a_host_that_says_nothing_of_its_proxies_trusts_none(rf, settings):
    del settings.MANDATAIRES_DE_CONFIANCE
    requete = rf.get("/", headers={"X-Forwarded-For": "10.0.0.1"}, REMOTE_ADDR="192.0.2.7")
    assert adresse_ip(requete) == "192.0.2.7"


def test_each_limit_counts_each_value_apart(db):
    deux, autre = Limite("deux", 2, HEURE), Limite("autre", 1, HEURE)
    assert [consommer((deux, "a"), (autre, n)) for n in range(3)] == [True, True, False]
    assert consommer((deux, "b")) and consommer((autre, 2))


def test_counters_of_the_day_before_are_swept(db):
    Tentative.objects.create(cle="hier", expire_le=timezone.now() - timedelta(hours=25))
    Tentative.objects.create(cle="tout a l’heure", expire_le=timezone.now() - timedelta(hours=1))
    call_command("entretien")
    assert [tentative.cle for tentative in Tentative.objects.all()] == ["tout a l’heure"]
