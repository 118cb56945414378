"""What is asked of an engine, whichever it is, for what was typed: words of the same meaning too."""

from wagtail.search.query import And, Or, Phrase, PlainText

from plateforme.socle.models import Synonymes

from . import francais


def developper(recherche):
    """The SearchQuery that stands for this one. Phrases in quotes and what is left out are taken as typed."""
    match recherche:
        case PlainText(operator="and"):
            return _texte(francais.mots(recherche.query_string)) or recherche
        case And() | Or():
            return type(recherche)([developper(sous) for sous in recherche.subqueries])
    return recherche


def _texte(mots):
    voulus = termes(mots)
    groupes = [list(_alternatives(terme)) for terme in voulus]
    if all(len(groupe) == 1 for groupe in groupes):
        # The engines rank better the words of one text than a conjunction of queries.
        return PlainText(" ".join(mot for terme in voulus for mot in terme)) if voulus else None
    return _un_seul(And, [_un_seul(Or, groupe) for groupe in groupes])


def termes(mots):
    """The words that say something, those of a known term together; all of them if none does."""
    tous = list(decouper(mots))
    return [terme for terme in tous if not est_vide(terme)] or tous


def decouper(mots):
    """All the words in their order, those of a known term together: the longest first."""
    table = Synonymes.objects.table()
    racines = [francais.racine(mot) for mot in mots]
    longueur_max = max(map(len, table), default=1)
    debut = 0
    while debut < len(mots):
        for fin in range(min(debut + longueur_max, len(mots)), debut, -1):
            if fin == debut + 1 or tuple(racines[debut:fin]) in table:
                yield tuple(mots[debut:fin])
                break
        debut = fin


def est_vide(terme):
    return len(terme) == 1 and terme[0] in francais.MOTS_VIDES


def _alternatives(terme):
    if len(terme) == 1:
        yield PlainText(terme[0])
    else:
        yield PlainText(" ".join(francais.utiles(terme)))
    for autre in Synonymes.objects.table().get(tuple(map(francais.racine, terme)), ()):
        yield PlainText(autre[0]) if len(autre) == 1 else Phrase(" ".join(autre))


def _un_seul(operateur, queries):
    return queries[0] if len(queries) == 1 else operateur(queries)
