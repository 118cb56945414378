"""The demo, walked through on a telephone at night; test_demo.py does it on a screen by day."""

import pytest

from .parcours import MEMBRES, fautes_de_la_demo

pytestmark = [pytest.mark.navigateur, pytest.mark.sqlite, pytest.mark.django_db]


@pytest.mark.parametrize("courriels", [[None], MEMBRES], ids=["visiteur", "membres"])
def test_no_page_of_the_demo_has_a_fault_scrolls_sideways_or_asks_outside(ouvrir, courriels):
    trouvees = fautes_de_la_demo(ouvrir, courriels, 320, "dark")
    assert not trouvees, "\n".join(trouvees)
