"""A list of people in a spreadsheet becomes invitations: read, shown with its errors, then confirmed."""

import logging
from collections import Counter
from dataclasses import asdict, dataclass, field

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django_tasks import task
from wagtail.coreutils import string_to_ascii

from plateforme.socle.fichiers import nom_propre

from .forms.invitations import PersonneForm
from .invitations import PAS_ENCORE_MEMBRE, Invitation, collectivites_ouvertes, reserve_aux_membres
from .models import Collectivite, Entree, ImportDeMembres, Membre
from .tableurs import lire_tableur

logger = logging.getLogger(__name__)

LIGNES_MAX = 300
COLONNES = {
    "courriel": {
        "courriel",
        "email",
        "e-mail",
        "mail",
        "adresse-electronique",
        "adresse-mail",
        "adresse-email",
    },
    "prenom": {"prenom"},
    "nom": {"nom", "nom-de-famille"},
    "telephone": {"telephone", "tel", "portable", "mobile"},
    "collectivite": {"collectivite", "commune", "code-insee"},
    "intitule": {"fonction", "intitule", "poste"},
}
OBLIGATOIRES = {
    "courriel": gettext_lazy("courriel"),
    "prenom": gettext_lazy("prénom"),
    "nom": gettext_lazy("nom"),
}
_DEBUTS_DE_FORMULE = tuple("=+-@")


@dataclass
class Ligne:
    """One line of the file, what is wrong with it, and what it will do."""

    numero: int
    courriel: str = ""
    prenom: str = ""
    nom: str = ""
    telephone: str = ""
    collectivite: str = ""
    intitule: str = ""
    collectivite_id: int | None = None
    erreurs: list = field(default_factory=list)
    effets: list = field(default_factory=list)


def preparer(fichier, *, par, reseau):
    """The ImportDeMembres of this file, not confirmed yet; or a ValidationError about the whole file."""
    lignes = _lignes(lire_tableur(fichier))
    _controler(lignes)
    _situer(lignes, par, reseau)
    _annoncer(lignes, par, reseau)
    return ImportDeMembres.objects.create(
        par=par, reseau=reseau, fichier=nom_propre(fichier.name), lignes=[asdict(ligne) for ligne in lignes]
    )


@transaction.atomic
def confirmer(depot):
    """Have its valid lines invited, by a task: each is a mail to write. Whether it was the first time."""
    premiere = depot.confirmer()
    if premiere:
        importer.enqueue(depot.pk)
    return premiere


@task()
def importer(pk):
    """Each line in its own transaction; run again after a worker was killed, it invites nobody twice."""
    depot = ImportDeMembres.objects.select_related("par__utilisateur", "reseau").get(pk=pk)
    collectivites = Collectivite.objects.in_bulk({ligne["collectivite_id"] for ligne in depot.valides})
    for ligne in depot.valides:
        try:
            _inviter(ligne, collectivites, depot.reseau, depot.par)
        except ValidationError as refus:
            ligne["erreurs"] = refus.messages
        except Exception:
            # Whatever it is, the others have been told that their invitation leaves.
            logger.exception("Import %s, line %s", depot.pk, ligne["numero"])
            ligne["erreurs"] = [_("L’invitation n’a pas pu partir : vérifiez la ligne, puis renvoyez-la.")]
    if depot.terminer():
        detail = f"{depot.fichier} ({len(depot.valides)})"
        Entree.noter(Entree.Geste.IMPORT, par=depot.par, reseau=depot.reseau, detail=detail)


def _inviter(ligne, collectivites, reseau, par):
    champs = {nom: ligne[nom] for nom in ("courriel", "prenom", "nom", "telephone", "intitule")}
    collectivite = collectivites[ligne["collectivite_id"]]
    Invitation(**champs, collectivite=collectivite, reseau=reseau).envoyer(par=par)


def _lignes(rangees):
    """The lines under the row of titles, by the names of our columns whatever their order."""
    pleines = [(numero, rangee) for numero, rangee in enumerate(rangees, start=1) if any(rangee)]
    if not pleines:
        raise ValidationError(_("Ce fichier est vide."))
    (_numero, titres), *suite = pleines
    rangs = {nom: rang for rang, titre in enumerate(titres) if (nom := _colonne(titre))}
    absentes = [str(titre) for nom, titre in OBLIGATOIRES.items() if nom not in rangs]
    if absentes:
        raise ValidationError(
            _("La première ligne doit nommer les colonnes. Il manque : %s.") % ", ".join(absentes)
        )
    if not suite:
        raise ValidationError(_("Ce fichier n’a que la ligne des titres."))
    if len(suite) > LIGNES_MAX:
        raise ValidationError(_("%d personnes au plus par fichier : coupez-le en plusieurs.") % LIGNES_MAX)
    return [
        Ligne(numero, **{nom: rangee[rang] for nom, rang in rangs.items() if rang < len(rangee)})
        for numero, rangee in suite
    ]


def _colonne(titre):
    clef = _clef(titre)
    return next((nom for nom, titres in COLONNES.items() if clef in titres), None)


def _clef(texte):
    """« L’Huisserie », « l huisserie » and « L'HUISSERIE » are the same commune."""
    return slugify(string_to_ascii(texte.replace("'", "-").replace("’", "-")))


def _controler(lignes):
    vues = {}
    for ligne in lignes:
        ligne.courriel = ligne.courriel.lower()
        if ligne.telephone.isdecimal() and len(ligne.telephone) == 9:
            ligne.telephone = f"0{ligne.telephone}"  # the zero that a spreadsheet takes off
        form = PersonneForm(asdict(ligne))
        ligne.erreurs += [f"{form[nom].label} : {e}" for nom, erreurs in form.errors.items() for e in erreurs]
        if len(ligne.intitule) > 120:
            ligne.erreurs.append(_("Fonction : 120 caractères au plus."))
        textes = (ligne.courriel, ligne.prenom, ligne.nom, ligne.collectivite, ligne.intitule)
        if any(texte.startswith(_DEBUTS_DE_FORMULE) for texte in textes):
            ligne.erreurs.append(_("Une cellule commence comme une formule."))
        premiere = vues.setdefault(ligne.courriel, ligne.numero)
        if ligne.courriel and premiere != ligne.numero:
            ligne.erreurs.append(_("Cette adresse est déjà à la ligne %d.") % premiere)


def _situer(lignes, par, reseau):
    """Each line's collectivité, among those whose people `par` may invite."""
    ouvertes = collectivites_ouvertes(par.utilisateur, reseau)
    proposees = list(ouvertes.values_list("pk", "nom", "code_insee"))
    noms = Counter(_clef(nom) for _pk, nom, _code in proposees)
    par_nom = {_clef(nom): pk for pk, nom, _code in proposees}
    par_code = {code: pk for pk, _nom, code in proposees if code}
    for ligne in lignes:
        clef = _clef(ligne.collectivite)
        if not clef and len(proposees) == 1:
            ligne.collectivite_id = proposees[0][0]
        elif not clef:
            ligne.erreurs.append(_("Collectivité : à remplir."))
        elif noms[clef] > 1:
            ligne.erreurs.append(_("Plusieurs communes portent ce nom : écrivez le code Insee."))
        else:
            ligne.collectivite_id = par_nom.get(clef) or par_code.get(ligne.collectivite.upper().zfill(5))
            if ligne.collectivite_id is None:
                ligne.erreurs.append(_("Commune inconnue, ou qui n’est pas la vôtre."))


def _annoncer(lignes, par, reseau):
    """What each sound line will open: an account, a function, an adhésion, or nothing new."""
    connus = {membre.courriel.lower(): membre for membre in _membres_connus(lignes)}
    dans_le_reseau = set()
    if reseau:
        dans_le_reseau = set(reseau.adhesions.en_cours().values_list("membre", flat=True))
    for ligne in lignes:
        if ligne.erreurs:
            continue
        membre = connus.get(ligne.courriel)
        en_poste = membre is not None and membre.fonctions_actuelles
        if not en_poste and reserve_aux_membres(reseau, ligne.collectivite_id, par):
            ligne.erreurs.append(str(PAS_ENCORE_MEMBRE))
        elif membre is None:
            ligne.effets = ["compte", "fonction", *(["adhesion"] if reseau else [])]
        elif not membre.utilisateur.is_active:
            ligne.erreurs.append(_("Le compte de cette personne est désactivé."))
        else:
            ligne.effets = _effets_pour(membre, ligne, par, reseau and membre.pk not in dans_le_reseau)


def _effets_pour(membre, ligne, par, adhesion):
    lieux = {fonction.collectivite_id for fonction in membre.fonctions_actuelles}
    gere = par.droits.est_administrateur or ligne.collectivite_id in par.droits.collectivites_engagees
    fonction = ligne.collectivite_id not in lieux and (gere or not lieux)
    return [nom for nom, vrai in (("fonction", fonction), ("adhesion", adhesion)) if vrai]


def _membres_connus(lignes):
    return Membre.objects.des_courriels([ligne.courriel for ligne in lignes]).avec_fonctions()
