"""What each récapitulatif tells: read for many members at once, in as many queries as for one."""

import logging
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.text import get_text_list
from django.utils.translation import gettext as _

from plateforme.socle.courriel import envoyer

from .courriels import en_tetes
from .desabonnement import ListeDesRecapitulatifs
from .liens import lien
from .models import (
    Adhesion,
    Contribution,
    Fonction,
    Lecture,
    Membre,
    Niveaux,
    Notification,
    Recapitulatif,
    Reseau,
    Silences,
    Suivi,
)

logger = logging.getLogger(__name__)

# Few enough: on SQLite, who writes a page waits for the end of the transaction.
TOURNEE_MAX = 50
NOUVELLES_MAX = 7
PLACE_DES_AUTRES = 3
APRES_LES_AUTRES = -10  # what is immediate does not queue behind two thousand of them
# Long texts, of which a line says nothing.
TEXTES = ("corps", "corps_html", "reperes", "retire_motif")


@transaction.atomic
def ecrire_une_tournee():
    """Write some of those that are due, and say when the next ones are: both or neither. → how many"""
    a = timezone.now()
    dus = Recapitulatif.objects.dus(a).order_by("prochain_le", "pk").select_for_update(skip_locked=True)
    tournee = list(dus[:TOURNEE_MAX])
    lues = {}
    for recapitulatif, membre, contenu in Tournee(tournee, a).contenus():
        try:
            with transaction.atomic():
                _ecrire(recapitulatif, membre, contenu)
        except Exception:
            # One address that no mail can bear does not keep the others waiting.
            logger.exception("The récapitulatif of member %s was not written", membre.pk)
        else:
            lues |= {(membre.pk, n.contribution.pk): n.le for n in contenu.nouvelles}
    Lecture.objects.noter(lues)
    for recapitulatif in tournee:
        recapitulatif.prochain_le = recapitulatif.apres(a)
    Recapitulatif.objects.bulk_update(tournee, ["prochain_le"])
    return len(tournee)


def _ecrire(recapitulatif, membre, contenu):
    liste = ListeDesRecapitulatifs(membre.pk)
    clef = f"recapitulatif-{membre.pk}-{recapitulatif.periode:%Y-%m-%d}"
    envoyer(
        "reseau/courriels/recapitulatif",
        {"contenu": contenu, "membre": membre, "desabonnement": liste.adresse},
        membre.courriel,
        clef=clef,
        priorite=APRES_LES_AUTRES,
        en_tetes=en_tetes(liste, clef),
    )


@dataclass
class Nouvelle:
    """One object, and the last thing that happened to it: its publication, if nothing else did."""

    contribution: Contribution
    le: datetime
    notification: Notification | None = None
    # The network of hers where it happened, if it is one.
    reseau: Reseau | None = None
    # Those of her collectivités whose word it awaits, and by when.
    attendues: list = field(default_factory=list)
    echeance: date | None = None
    # What she may answer from the mail itself, in the name of each of these.
    geste: dict | None = None

    @property
    def est_une_publication(self):
        return not self.notification or self.notification.genre == Notification.Genre.PUBLICATION

    @property
    def est_une_mention(self):
        return bool(self.notification) and self.notification.genre == Notification.Genre.MENTION

    @property
    def auteur(self):
        return self.notification.acteur if self.notification else self.contribution.auteur

    @property
    def communes(self):
        return en_liste(self.attendues)

    @property
    def phrase(self):
        if self.notification:
            return self.notification.phrase
        return Notification(genre=Notification.Genre.PUBLICATION, acteur=self.auteur).phrase

    @property
    def adresse(self):
        return (self.notification or self.contribution).get_absolute_url()


def en_liste(noms):
    return get_text_list(list(noms), _("et"))


def geste_attendu(contribution, membre):
    geste = Contribution.modele(contribution.type).geste_attendu
    return geste and {"texte": geste[0], "url": lien(geste[1], contribution, membre)}


class Contenu:
    """What one member has to read, in so many lines at most: what her communes owe, the most pressing first,
    which leaves some room to what is new elsewhere.

    `attendues`: all that awaits their word; `nouvelles`: what is new, some of which may be owed too.
    """

    def __init__(self, nouvelles, attendues):
        self.nouvelles = nouvelles
        self.attendues = sorted(
            attendues, key=lambda n: (n.echeance or date.max, -n.le.timestamp(), n.contribution.pk)
        )
        dues = {n.contribution.pk for n in attendues}
        autres = [n for n in nouvelles if n.contribution.pk not in dues]
        autres.sort(key=lambda n: n.le, reverse=True)
        self.a_faire = self.attendues[: NOUVELLES_MAX - min(len(autres), PLACE_DES_AUTRES)]
        self.autres = autres[: NOUVELLES_MAX - len(self.a_faire)]
        self.nombre_a_faire, self.nombre_d_autres = len(attendues), len(autres)
        self.reste_a_faire = self.nombre_a_faire - len(self.a_faire)
        self.reste = self.nombre_d_autres - len(self.autres)

    @property
    def montrees(self):
        return [*self.a_faire, *self.autres]

    @cached_property
    def communes(self):
        return en_liste(dict.fromkeys(nom for nouvelle in self.attendues for nom in nouvelle.attendues))

    @cached_property
    def par_reseau(self):
        """[(network or None, its lines)]: newest first, networks and lines."""
        groupes = defaultdict(list)
        for nouvelle in self.autres:
            groupes[nouvelle.reseau].append(nouvelle)
        return list(groupes.items())


class Tournee:
    """Some récapitulatifs, and what there is to tell in each."""

    def __init__(self, recapitulatifs, a):
        self.a, self.recapitulatifs = a, recapitulatifs
        actifs = Membre.objects.actifs().joignables().filter(pk__in=[r.pk for r in recapitulatifs])
        self.membres = actifs.select_related("utilisateur").in_bulk() if recapitulatifs else {}
        self.recapitulatifs = [r for r in recapitulatifs if r.pk in self.membres]

    def contenus(self):
        """[(récapitulatif, member, what she has to read)], of those who have something to read."""
        if not self.membres:
            return []
        self.niveaux = Niveaux(self.membres)
        self.depuis = min(recapitulatif.debut(self.a) for recapitulatif in self.recapitulatifs)
        candidates = self._candidates()
        trouvees = {r: self._nouvelles(r, candidates[r.pk]) for r in self.recapitulatifs}
        trouvees = {r: nouvelles for r, nouvelles in trouvees.items() if nouvelles}
        if not trouvees:
            return []
        attendues = self._attendues({r.pk: nouvelles for r, nouvelles in trouvees.items()})
        contenus = [(r, Contenu(nouvelles, attendues[r.pk])) for r, nouvelles in trouvees.items()]
        for recapitulatif, contenu in contenus:
            for nouvelle in contenu.a_faire:
                nouvelle.geste = geste_attendu(nouvelle.contribution, self.membres[recapitulatif.pk])
        return [(r, self.membres[r.pk], contenu) for r, contenu in contenus]

    def _candidates(self):
        """{member: what rang her bell, then what her networks published without ringing it}"""
        notifications, publiees = list(self._notifications()), self._publiees()
        contributions = {n.contribution_id for n in notifications} | {c.pk for c in publiees}
        self.lectures = Lecture.objects.dates(self.membres, contributions)
        self.silences = Silences(self.membres, contributions)
        # What she follows, she has seen: its publication is no news.
        self.suivies = self._paires(Suivi, contributions)
        sonnees = self._paires(Notification, [c.pk for c in publiees])
        candidates, par_reseau = defaultdict(list), defaultdict(list)
        for n in notifications:
            candidates[n.membre_id].append(Nouvelle(n.contribution, n.le, n))
        for contribution in publiees:
            par_reseau[contribution.reseau_id].append(contribution)
        for membre in self.membres:
            for contribution in par_reseau[None]:
                if (membre, contribution.pk) not in sonnees:
                    candidates[membre].append(Nouvelle(contribution, contribution.publie_le))
        for (membre, reseau), adhesion in self.niveaux.adhesions.items():
            for contribution in par_reseau[reseau]:
                depuis_son_entree = timezone.localdate(contribution.publie_le) >= adhesion.debut
                if depuis_son_entree and (membre, contribution.pk) not in sonnees:
                    candidates[membre].append(Nouvelle(contribution, contribution.publie_le))
        return candidates

    def _notifications(self):
        a_lire = Notification.objects.a_lire().filter(membre__in=self.membres)
        return (
            a_lire.filter(le__gt=self.depuis, le__lte=self.a, message__retire_le=None)
            .select_related("acteur", "message", "contribution__collectivite")
            .defer("message__texte", "message__html", *(f"contribution__{champ}" for champ in TEXTES))
        )

    def _publiees(self):
        """What is visible to all the members of where it was published."""
        reseaux = {reseau for _membre, reseau in self.niveaux.adhesions}
        publiees = Contribution.objects.publiees().filter(publie_le__gt=self.depuis, publie_le__lte=self.a)
        return list(
            publiees.filter(Q(reseau=None) | Q(reseau__in=reseaux))
            .select_related("auteur", "collectivite")
            .defer(*TEXTES)
        )

    def _paires(self, modele, contributions):
        lignes = modele.objects.filter(membre__in=self.membres, contribution__in=contributions)
        return set(lignes.values_list("membre", "contribution"))

    def _nouvelles(self, recapitulatif, candidates):
        """Those that this one tells: recent, asked for, never what she did or was already shown."""
        membre, debut, dus = recapitulatif.pk, recapitulatif.debut(self.a), recapitulatif.niveaux_dus(self.a)

        def est_due(nouvelle):
            couple = (membre, nouvelle.contribution.pk)
            if nouvelle.le <= debut or nouvelle.auteur.pk == membre:
                return False
            # What writes its own mail when it appears has had it.
            ecrit = not Contribution.modele(nouvelle.contribution.type).previent_par_courriel
            if nouvelle.est_une_publication and (ecrit or couple in self.suivies):
                return False
            if self.silences.taisent(membre, nouvelle.contribution, nommement=nouvelle.est_une_mention):
                return False
            if couple in self.lectures and self.lectures[couple] >= nouvelle.le:
                return False
            return self.niveaux.de(membre, nouvelle.contribution).quand(concerne=False) in dus

        nouvelles = [nouvelle for nouvelle in candidates if est_due(nouvelle)]
        for nouvelle in nouvelles:
            adhesion = self.niveaux.adhesion(membre, nouvelle.contribution)
            nouvelle.reseau = adhesion and adhesion.reseau
        return nouvelles

    def _attendues(self, nouvelles):
        """{member: what awaits the word of one of her collectivités}, new or not, for those who have
        something to read (`nouvelles`, by member): what the site asks, less what they want no mail about."""
        paroles = self._paroles(nouvelles)
        collectivites = {collectivite for siennes in paroles.values() for collectivite in siennes}
        attentes = defaultdict(dict)
        for modele in Contribution.types().values():
            for (pk, collectivite), echeance in modele.objects.attentes(collectivites).items():
                attentes[pk][collectivite] = echeance
        contributions = Contribution.objects.filter(pk__in=attentes).select_related("auteur", "collectivite")
        contributions = list(contributions.defer(*TEXTES))
        silences, attendues = Silences(nouvelles, attentes), defaultdict(list)
        for membre, siennes in paroles.items():
            connues = {nouvelle.contribution.pk: nouvelle for nouvelle in nouvelles[membre]}
            for contribution in contributions:
                demandees = attentes[contribution.pk].keys() & siennes.keys()
                if not demandees or not self._a_dire(membre, contribution, silences):
                    continue
                nouvelle = connues.get(contribution.pk) or Nouvelle(contribution, contribution.publie_le)
                nouvelle.attendues = [nom for pk, nom in siennes.items() if pk in demandees]
                nouvelle.echeance = attentes[contribution.pk][demandees.pop()]
                attendues[membre].append(nouvelle)
        return attendues

    def _paroles(self, membres):
        """{member: {collectivité for which she speaks: its name}}, ids"""
        paroles = defaultdict(dict)
        fonctions = Fonction.objects.en_cours().exclude(role=Fonction.Role.INTERLOCUTEUR).order_by("pk")
        noms = fonctions.filter(membre__in=membres).values_list("membre", "collectivite", "collectivite__nom")
        for membre, collectivite, nom in noms:
            paroles[membre][collectivite] = nom
        return paroles

    def _a_dire(self, membre, contribution, silences):
        adhesion = self.niveaux.adhesion(membre, contribution)
        lisible = adhesion or contribution.visibilite != Contribution.Visibilite.RESEAU
        voulue = self.niveaux.de(membre, contribution) != Adhesion.Niveau.AUCUN
        return lisible and voulue and not silences.taisent(membre, contribution)
