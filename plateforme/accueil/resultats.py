"""What a page of results says of each contribution that was found: where the words stand, in the texts as
they are now, and in which message when it is not in its own."""

from dataclasses import dataclass

from plateforme.socle.extraits import Dits
from plateforme.socle.texte import extrait
from reseau.models import Contribution, Message

MESSAGES_LUS = 2000  # of the threads of one page, the last ones


@dataclass
class Resultat:
    """`lieu`: which of its texts the extract comes from, if not the main one; `message`: who says it."""

    contribution: Contribution
    titre: str
    extrait: str
    lieu: str = ""
    message: Message | None = None


def resultats(contributions, motif, user):
    """One statement reads the messages of those whose own texts do not say all that was asked."""
    lus = [(c, c.passages(), motif.trouves(c.titre)) for c in contributions]
    messages = _messages([c.pk for c, passages, _dits in lus if not _dit(c, passages, motif)], user)
    return [_resultat(c, passages, dits, messages.get(c.pk, ()), motif) for c, passages, dits in lus]


def _dit(contribution, passages, motif):
    textes = [contribution.titre, contribution.texte_des_reperes, *(texte for _lieu, texte in passages)]
    return motif.repond(Dits(textes))


def _messages(contributions, user):
    """{contribution: its messages that stand, the oldest first}"""
    if not contributions:
        return {}
    lus = Message.objects.visibles_par(user).filter(contribution__in=contributions, retire_le=None)
    par_contribution = {}
    for message in reversed(lus.select_related("auteur", "collectivite").order_by("-pk")[:MESSAGES_LUS]):
        par_contribution.setdefault(message.contribution_id, []).append(message)
    return par_contribution


def _resultat(contribution, passages, dits, messages, motif):
    """The text that says most of what the title does not; the contribution's own ones before its thread."""
    candidats = [(lieu, texte, None) for lieu, texte in passages]
    candidats += [("", message.texte, message) for message in messages]
    scores = [
        len(motif.trouves(texte) - dits) or bool(motif.trouves(texte)) / 2 for _l, texte, _m in candidats
    ]
    resultat = Resultat(contribution, motif.marquer(contribution.titre), extrait(contribution.corps))
    if scores and max(scores):
        resultat.lieu, texte, resultat.message = candidats[scores.index(max(scores))]
        resultat.extrait = motif.extrait(texte)
    return resultat
