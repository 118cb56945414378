"""How often the same one may ask, counted in the database; and an answer that never comes sooner."""

import ipaddress
import time
from contextlib import contextmanager
from datetime import timedelta

from django.conf import settings

from .models import Limite, Tentative

__all__ = ["HEURE", "Limite", "adresse_ip", "au_moins", "consommer"]

HEURE = timedelta(hours=1)
ABONNE_IPV6 = 64  # bits: one subscriber has the rest to himself


def consommer(*couples):
    """Take one attempt of each (limit, value), stopping at the first that has none left."""
    return all(Tentative.objects.consommer(limite, valeur) for limite, valeur in couples)


def adresse_ip(request):
    """Where the request comes from, as the first of our own proxies saw it: what stands before, anybody can
    write. Of an IPv6 address, the network that one subscriber gets."""
    mandataires = getattr(settings, "MANDATAIRES_DE_CONFIANCE", 0)
    vues = request.headers.get("X-Forwarded-For", "").split(",")
    vue = vues[-mandataires].strip() if 0 < mandataires <= len(vues) else ""
    adresse = vue or request.META.get("REMOTE_ADDR", "")
    try:
        ip = ipaddress.ip_address(adresse)
    except ValueError:  # a unix socket has none
        return adresse
    if ip.version == 6 and not ip.ipv4_mapped:
        return str(ipaddress.ip_network((ip, ABONNE_IPV6), strict=False).network_address)
    return str(getattr(ip, "ipv4_mapped", None) or ip)


@contextmanager
def au_moins(secondes):
    """Take that long whatever is done inside: the time of an answer tells nothing about an address."""
    debut = time.monotonic()
    try:
        yield
    finally:
        time.sleep(max(0, debut + secondes - time.monotonic()))
