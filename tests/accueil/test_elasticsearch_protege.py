"""A node as production has it: TLS, accounts, and a key with rights on our indexes alone."""

import base64
import hashlib
import os
import subprocess

import pytest
from django.core.management import call_command
from elasticsearch import AuthorizationException, Elasticsearch

from deploiement import elasticsearch as moteur
from deploiement import services
from plateforme.socle import recherche
from tests.accueil.conftest import PREFIXE
from tests.fabriques import faire_besoin

MOT_DE_PASSE = "seulement-pour-les-tests"
REGLAGES = """\
xpack.security.enabled: true
xpack.security.http.ssl.enabled: true
xpack.security.http.ssl.key: http.key
xpack.security.http.ssl.certificate: http.crt
"""


@pytest.fixture
def certificat(tmp_path):
    """(key, certificate that vouches for itself)."""
    cle, signe = tmp_path / "http.key", tmp_path / "http.crt"
    demande = [
        "openssl",
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=localhost",
    ]
    noms = ["-addext", "subjectAltName=DNS:localhost,IP:127.0.0.1", "-keyout", cle, "-out", signe]
    subprocess.run([*demande, *noms], check=True, capture_output=True)
    return cle, signe


def hache(mot_de_passe):
    """As the file of accounts of Elasticsearch wants it."""
    sel = os.urandom(32)
    hache = hashlib.pbkdf2_hmac("sha512", mot_de_passe.encode(), sel, 10_000, 32)
    return f"{{PBKDF2}}10000${base64.b64encode(sel).decode()}${base64.b64encode(hache).decode()}"


@pytest.mark.elasticsearch
@pytest.mark.sqlite
def test_the_platform_needs_a_key_and_no_right_but_on_its_own_indexes(
    certificat, brancher, connecter, monkeypatch, caplog, camille, bruno, rst
):
    if moteur.absent():
        pytest.skip("a server that is not ours to protect")
    cle, signe = certificat
    fichiers = {
        "elasticsearch.yml": REGLAGES,
        "users": f"admin:{hache(MOT_DE_PASSE)}\n",
        "users_roles": "superuser:admin\n",
        "http.key": cle.read_text(),
        "http.crt": signe.read_text(),
    }
    with moteur.lancer(services.port_libre(), fichiers) as enfant:
        adresse = enfant.adresse.replace("http:", "https:")
        admin = Elasticsearch(
            adresse, basic_auth=("admin", MOT_DE_PASSE), ca_certs=str(signe), request_timeout=60
        )
        droits = {"indices": [{"names": [f"{PREFIXE}*"], "privileges": ["all"]}]}
        accordee = admin.security.create_api_key(name="mutualisons", role_descriptors={"mutualisons": droits})

        faire_besoin("Balayeuse", bruno, reseau=rst)
        monkeypatch.setenv("ELASTICSEARCH_CLE", accordee["encoded"])
        brancher(adresse, secondes=20)
        visibles = "/recherche/?q=balayeuses"
        assert "mode réduit" in connecter(camille).get(visibles).text, "its certificate is not vouched for"
        monkeypatch.setenv("ELASTICSEARCH_CA", str(signe))
        brancher(adresse, secondes=20)
        call_command("entretien", verbosity=0)
        page = connecter(camille).get(visibles)
        assert [c.titre for c in page.context["contributions"]] == ["Balayeuse"]
        assert recherche.disjoncteur.ferme and "mode réduit" not in page.text

        with pytest.raises(AuthorizationException):
            recherche.get_search_backend("elasticsearch").es.indices.create(index="autre")
    assert accordee["encoded"] not in caplog.text and accordee["api_key"] not in caplog.text
