from datetime import timedelta

import pytest
from django.utils import timezone

from plateforme.socle import jetons

SEL = "essai"


def test_a_token_gives_its_numbers_back_whatever_the_case():
    jeton = jetons.signer(SEL, 12, 2**40 - 1, jours=90)
    assert jetons.lire(SEL, jeton) == jetons.lire(SEL, jeton.upper()) == (12, 2**40 - 1)
    assert len(jeton) == jetons.LONGUEUR and jeton == jeton.lower() and jeton.isalnum()


def test_no_other_word_is_taken_for_a_token():
    jeton = jetons.signer(SEL, 12, 3, jours=90)
    autre = ("a" if jeton[0] != "a" else "b") + jeton[1:]
    for faux in ("", "é", "=", "a", jeton[:-1], jeton[:-8], jeton + "a", autre, jeton[::-1], "a" * 40):
        with pytest.raises(jetons.JetonFaux):
            jetons.lire(SEL, faux)
    with pytest.raises(jetons.JetonFaux):
        jetons.lire("another use", jeton)


def test_a_token_ends_after_its_last_day_and_still_says_whose_it_was(monkeypatch):
    jeton = jetons.signer(SEL, 12, 3, jours=90)
    aujourdhui = timezone.localdate()
    monkeypatch.setattr(timezone, "localdate", lambda: aujourdhui + timedelta(days=90))
    assert jetons.lire(SEL, jeton) == (12, 3)
    monkeypatch.setattr(timezone, "localdate", lambda: aujourdhui + timedelta(days=91))
    with pytest.raises(jetons.JetonPerime) as perime:
        jetons.lire(SEL, jeton)
    assert perime.value.nombres == (12, 3)


def test_a_changed_secret_keeps_the_old_tokens_as_long_as_it_is_a_fallback(settings):
    jeton = jetons.signer(SEL, 12, 3, jours=90)
    settings.SECRET_KEY, ancienne = "une autre clef, plus récente que la précédente", settings.SECRET_KEY
    with pytest.raises(jetons.JetonFaux):
        jetons.lire(SEL, jeton)
    settings.SECRET_KEY_FALLBACKS = [ancienne]
    assert jetons.lire(SEL, jeton) == (12, 3)
