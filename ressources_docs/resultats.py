"""What a page of results says of each contribution that was found: where the words stand, in the texts as
they are now, in which message or on which page of its file when it is not in its own."""

from dataclasses import dataclass

from django.db.models.functions import Left
from django.utils.translation import gettext as _

from plateforme.socle.extraits import Dits, Motif
from plateforme.socle.texte import extrait, sans_accents
from reseau.models import Contribution, Message, PieceJointe

from .models import Ressource, Version

MESSAGES_LUS = 2000  # of the threads of one page, the last ones
# Of the files of one page of results: characters that are gone through, and kept around what may be asked.
LETTRES_LUES, AUTOUR = 400_000, 1_000
PAGES_LUES = 20  # of a file, among those that may hold what was asked


@dataclass
class Resultat:
    """`lieu`: which of its texts the extract comes from, if not the main one, and where that one is read
    (`adresse`) when it is not on its page; `message`: who says it; `manquants`: what it does not say."""

    contribution: Contribution
    titre: str
    extrait: str
    lieu: str = ""
    adresse: str = ""
    message: Message | None = None
    manquants: tuple = ()


def resultats(contributions, motif, user, q=""):
    """Three statements read the messages, the files and the annexes of those that do not say alone all that
    is asked; `q`, as it was read, is what the page of a text marks too."""
    lus = [(c, c.passages(), motif.trouves(c.titre)) for c in contributions]
    muettes = [c for c in contributions if not motif.repond(Dits(c.textes()))]
    messages = _messages([c.pk for c in muettes], user)
    pages = _pages([c.pk for c in muettes if isinstance(c, Ressource)], user, motif, q)
    pieces = _pieces([c.pk for c in muettes], user, motif)
    ailleurs = {
        c.pk: [p for par_pk in (pages, pieces, messages) for p in par_pk.get(c.pk, [])] for c in muettes
    }
    return [_resultat(c, passages, dits, ailleurs.get(c.pk, []), motif) for c, passages, dits in lus]


def resultats_de(filtre, contributions, user):
    """The same, of what a form of facets has found, read as it was."""
    return resultats(contributions, Motif.de(filtre.q_lue), user, filtre.q_lue)


def _messages(contributions, user):
    """{contribution: [("", text, "", message)]}: its messages that stand, the oldest first."""
    if not contributions:
        return {}
    lus = Message.objects.visibles_par(user).filter(contribution__in=contributions, retire_le=None)
    par_contribution = {}
    for message in reversed(lus.select_related("auteur", "collectivite").order_by("-pk")[:MESSAGES_LUS]):
        par_contribution.setdefault(message.contribution_id, []).append(("", message.texte, "", message))
    return par_contribution


def _pages(ressources, user, motif, q):
    """{document: [(« page 21 », text, address, None)]}: of its file, what stands around what begins as one of
    the words that are asked; a file may hold a million letters, and there may be twenty of them."""
    if not ressources:
        return {}
    versions = Version.objects.visibles_par(user).courantes().filter(ressource__in=ressources)
    pages, reste = {}, LETTRES_LUES
    for version in versions.defer("texte").annotate(debut_du_texte=Left("texte", LETTRES_LUES)):
        trouvees = pages.setdefault(version.ressource_id, [])
        lues = version.pages_de(version.debut_du_texte[:reste])
        plusieurs = bool(lues) and lues[-1][0] > 1
        for numero, texte in lues:
            reste -= len(texte)
            if len(trouvees) < PAGES_LUES and (passage := _autour(texte, motif)):
                lieu = _("page %d") % numero if plusieurs else _("dans le fichier")
                trouvees.append((lieu, passage, version.adresse_du_texte(numero, q), None))
    return pages


def _pieces(contributions, user, motif):
    """{contribution: [(« dans la pièce jointe… », text, address, None)]}: of what is joined to it or to its
    messages, the name and what stands around what may be asked."""
    if not contributions:
        return {}
    trouvees, reste = {}, LETTRES_LUES
    jointes = PieceJointe.objects.visibles_par(user).filter(contribution__in=contributions)
    for piece in (
        jointes.select_related(None).order_by("pk").annotate(debut_du_texte=Left("texte", LETTRES_LUES))
    ):
        texte = piece.debut_du_texte[:reste]
        reste -= len(texte)
        if passage := _autour(f"{piece.nom_origine}\n{texte}", motif):
            lieu = _("dans la pièce jointe « %s »") % piece.nom_origine
            trouvees.setdefault(piece.contribution_id, []).append(
                (lieu, passage, piece.get_absolute_url(), None)
            )
    return trouvees


def _autour(texte, motif):
    """The part of this page that begins a little before the first of what may be asked, or ""."""
    trouve = motif.debut_probable.search(sans_accents(texte))
    if not trouve:
        return ""
    # Folding may lengthen a text by a letter here and there, never by so much.
    ici = max(0, trouve.start() - AUTOUR)
    return texte[ici : ici + 3 * AUTOUR]


def _resultat(contribution, passages, dits, ailleurs, motif):
    """The text that says most of what the title does not; the contribution's own ones first."""
    candidats = [*((lieu, texte, "", None) for lieu, texte in passages), *ailleurs]
    scores = [
        len(motif.trouves(texte) - dits) or bool(motif.trouves(texte)) / 2
        for _lieu, texte, _adresse, _message in candidats
    ]
    resultat = Resultat(contribution, motif.marquer(contribution.titre), extrait(contribution.corps))
    if scores and max(scores):
        resultat.lieu, texte, resultat.adresse, resultat.message = candidats[scores.index(max(scores))]
        resultat.extrait = motif.extrait(texte)
    return resultat
