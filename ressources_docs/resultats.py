"""What a page of results says of each contribution that was found: where the words stand, in the texts as
they are now, in which message or on which page of its file when it is not in its own."""

from dataclasses import dataclass

from django.db.models.functions import Left
from django.utils.translation import gettext as _

from plateforme.socle.extraits import Dits, Motif
from plateforme.socle.moteurs.demande import developper
from plateforme.socle.texte import extrait, requete, sans_accents
from reseau.models import Contribution, Message

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


def resultats(contributions, motif, user):
    """Two statements read the messages and the files of those that do not say alone all that is asked."""
    lus = [(c, c.passages(), motif.trouves(c.titre)) for c in contributions]
    muettes = [c for c, passages, _dits in lus if not _dit(c, passages, motif)]
    messages = _messages([c.pk for c in muettes], user)
    pages = _pages([c.pk for c in muettes if isinstance(c, Ressource)], user, motif)
    ailleurs = {c.pk: pages.get(c.pk, []) + messages.get(c.pk, []) for c in muettes}
    return [_resultat(c, passages, dits, ailleurs.get(c.pk, []), motif) for c, passages, dits in lus]


def resultats_de(filtre, contributions, user):
    """The same, of what a form of facets has found, read as it was."""
    recherche = requete(filtre.q_lue or filtre.requete)
    return resultats(contributions, Motif(recherche and developper(recherche)), user)


def _dit(contribution, passages, motif):
    textes = [contribution.titre, contribution.texte_des_reperes, *(texte for _lieu, texte in passages)]
    return motif.repond(Dits(textes))


def _messages(contributions, user):
    """{contribution: [("", text, "", message)]}: its messages that stand, the oldest first."""
    if not contributions:
        return {}
    lus = Message.objects.visibles_par(user).filter(contribution__in=contributions, retire_le=None)
    par_contribution = {}
    for message in reversed(lus.select_related("auteur", "collectivite").order_by("-pk")[:MESSAGES_LUS]):
        par_contribution.setdefault(message.contribution_id, []).append(("", message.texte, "", message))
    return par_contribution


def _pages(ressources, user, motif):
    """{document: [(« page 21 », text, address, None)]}: of its file, what stands around a word that begins as
    one of those that are asked; a file may hold a million letters, and there may be twenty of them."""
    if not ressources:
        return {}
    debuts = {mot[:4] for mot in motif.cherches}
    versions = Version.objects.visibles_par(user).courantes().filter(ressource__in=ressources)
    pages, reste = {}, LETTRES_LUES
    for version in versions.defer("texte").annotate(debut_du_texte=Left("texte", LETTRES_LUES)):
        trouvees = pages.setdefault(version.ressource_id, [])
        lues = version.pages_de(version.debut_du_texte[:reste])
        plusieurs = bool(lues) and lues[-1][0] > 1
        for numero, texte in lues:
            reste -= len(texte)
            if len(trouvees) < PAGES_LUES and (passage := _autour(texte, debuts)):
                lieu = _("page %d") % numero if plusieurs else _("dans le fichier")
                trouvees.append((lieu, passage, version.adresse_du_texte(numero), None))
    return pages


def _autour(texte, debuts):
    """The part of this page that begins a little before the first of these, or ""."""
    plie = sans_accents(texte)
    places = [place for debut in debuts if (place := plie.find(debut)) >= 0]
    if not places:
        return ""
    # Folding may lengthen a text by a letter here and there, never by so much.
    ici = max(0, min(places) - AUTOUR)
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
