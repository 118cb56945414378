import pytest
from django.core.exceptions import ValidationError

from reseau.models import Collectivite, Domaine

pytestmark = pytest.mark.django_db


def test_the_thirteen_domains_are_there():
    assert Domaine.objects.actifs().count() == 13


def test_coords():
    with pytest.raises(ValidationError, match="vont ensemble"):
        Collectivite(nom="x", nature="autre", latitude=3).full_clean()
