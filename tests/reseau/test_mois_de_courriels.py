"""A month of three networks and forty members: what each received, against what happened to her."""

import re
from collections import Counter, defaultdict
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
import time_machine
from django.core.mail.backends.locmem import EmailBackend
from django.utils import timezone

from besoins.models import Besoin
from plateforme.socle.courriel import relancer_les_oublies
from plateforme.socle.models import Courriel
from reseau.models import Adhesion, Discussion, Lecture, Notification, Recapitulatif
from reseau.signal_handlers import ecrire_les_recapitulatifs
from tests.fabriques import faire_commune, faire_contribution, faire_membre, faire_message, faire_reseau

DEBUT = datetime(2026, 11, 30, tzinfo=ZoneInfo("Europe/Paris"))  # a Monday
JOURS, MEMBRES, RESEAUX = 30, 40, 3
HEURES_DU_MINUTEUR = (8, 8.1, 13, 18)
JOUR_DE_PANNE = 10  # a Thursday
MARDI = 1


class Serveur(EmailBackend):
    """A mail server that may be down."""

    en_panne = False

    def send_messages(self, messages):
        if Serveur.en_panne:
            raise ConnectionRefusedError
        return super().send_messages(messages)


class Mois:
    def __init__(self, horloge):
        self.hasard, self.horloge = Random(30), horloge
        self.reseaux = [faire_reseau(f"Réseau {n}") for n in range(RESEAUX)]
        communes = [faire_commune(f"Commune {n}") for n in range(MEMBRES // 2)]
        self.membres = [self.membre(n, communes[n // 2]) for n in range(MEMBRES)]
        Recapitulatif.objects.ouvrir()
        self.publiees = []
        # (member, contribution) → the instants when she was to be told, at once or not, and when she read it
        self.pressants, self.nouvelles, self.lectures = Counter(), defaultdict(list), defaultdict(list)

    def membre(self, n, commune):
        reseaux = [self.reseaux[n % RESEAUX], self.reseaux[(n + 1) % RESEAUX]]
        membre = faire_membre(f"Ana{n}", "Morel", commune, reseaux=reseaux)
        membre.niveau, membre.les_siens = Adhesion.Niveau.values[n % 4], reseaux
        membre.adhesions.update(niveau_courriel=membre.niveau)
        return membre

    def passer(self, jour, heure):
        self.horloge.move_to(DEBUT + timedelta(days=jour, hours=heure))

    def vivre(self):
        for jour in range(JOURS):
            for heure in HEURES_DU_MINUTEUR:
                if heure == 13 and (DEBUT + timedelta(days=jour)).weekday() < 5:
                    self.travailler(jour)
                Serveur.en_panne = jour == JOUR_DE_PANNE
                self.passer(jour, heure)
                relancer_les_oublies()
                ecrire_les_recapitulatifs(None)

    def travailler(self, jour):
        """Some publish, some read, some answer; each has read the page where she answers."""
        for n, reseau in enumerate(self.hasard.sample(self.reseaux, 2)):
            self.passer(jour, 9 + n)
            auteur = self.hasard.choice([m for m in self.membres if reseau in m.les_siens])
            modele = self.hasard.choice([Besoin, Discussion])
            contribution = faire_contribution(modele, f"Sujet {jour}-{n}", auteur, reseau=reseau)
            self.publiees.append(contribution)
            for membre in self.lecteurs(contribution):
                self.nouvelles[membre, contribution.pk].append(timezone.now())
        self.passer(jour, 11)
        for contribution in self.hasard.sample(self.publiees, 2):
            for membre in self.hasard.sample(self.lecteurs(contribution), 5):
                self.lire(membre, contribution)
        for n, contribution in enumerate(self.hasard.sample(self.publiees[-6:], 2)):
            self.passer(jour, 12 + n / 4)
            auteur = self.hasard.choice(self.lecteurs(contribution))
            self.lire(auteur, contribution)
            self.passer(jour, 12.1 + n / 4)
            for membre in contribution.prenant_part().exclude(pk=auteur.pk):
                membre = self.membres[self.membres.index(membre)]
                if membre.niveau == "immediat":
                    self.pressants[membre, contribution.pk] += 1
                else:
                    self.nouvelles[membre, contribution.pk].append(timezone.now())
            faire_message(contribution, auteur)

    def lecteurs(self, contribution):
        return [m for m in self.membres if contribution.reseau in m.les_siens and m != contribution.auteur]

    def lire(self, membre, contribution):
        """What the page of the contribution does."""
        Notification.lues(membre, [contribution.pk])
        Lecture.noter(membre, contribution)
        self.lectures[membre, contribution.pk].append(timezone.now())

    def attendus(self):
        """{(member, day): contributions that her récapitulatif of that day has to tell}"""
        attendus = defaultdict(set)
        for (membre, contribution), instants in self.nouvelles.items():
            if membre.niveau == "aucun":
                continue
            for instant in instants:
                jour = self.periode(membre, instant)
                due = DEBUT + timedelta(days=jour, hours=8)
                lue = any(instant <= lu <= due for lu in self.lectures[membre, contribution])
                if jour < JOURS and not lue:
                    attendus[membre.pk, jour].add(contribution)
        return attendus

    def dues(self, membre, jour):
        """The needs that then awaited her commune: nobody ever answers one here."""
        due = DEBUT + timedelta(days=jour, hours=8)
        (commune,) = membre.droits.collectivites
        besoins = [c for c in self.publiees if c.type == "besoin" and c.publie_le <= due]
        return {besoin.pk for besoin in besoins if besoin.collectivite_id != commune}

    @staticmethod
    def periode(membre, instant):
        jour = (instant - DEBUT).days + 1
        while membre.niveau == "hebdomadaire" and jour % 7 != MARDI:
            jour += 1
        return jour


@pytest.fixture
def mois(db, settings):
    settings.SERVEUR_EMAIL_BACKEND = f"{Serveur.__module__}.{Serveur.__name__}"
    with time_machine.travel(DEBUT, tick=False) as horloge:
        mois = Mois(horloge)
        mois.vivre()
        yield mois


def test_in_a_month_each_is_told_once_of_what_concerns_her_and_of_nothing_else(mois, mailoutbox):
    attendus, trouves, pressants = mois.attendus(), {}, Counter()
    membres = {membre.courriel: membre for membre in mois.membres}
    for courriel in Courriel.objects.all():
        membre = membres[courriel.destinataire]
        objets = [int(pk) for pk in re.findall(r"testserver/(?:besoins|discussions)/(\d+)/", courriel.texte)]
        assert len(set(objets)) == len(objets) >= 1, courriel.texte
        if not courriel.clef.startswith("recapitulatif-"):
            pressants[membre, objets[0]] += 1
            continue
        jour = (datetime.fromisoformat(courriel.clef[-10:]).replace(tzinfo=DEBUT.tzinfo) - DEBUT).days
        assert (membre.pk, jour) not in trouves
        # All that awaits her commune comes again each time, and nothing is written only to repeat it.
        dues = mois.dues(membre, jour)
        a_faire = re.match(r"Commune \d+\s: (\d+) réponse", courriel.sujet)
        assert (int(a_faire[1]) if a_faire else 0) == len(dues)
        reste = re.search(r"et (\d+) autres?\s:", courriel.texte)
        trouves[membre.pk, jour] = set(objets) - dues, int(reste[1]) if reste else 0, dues
    assert pressants == mois.pressants
    assert {clef for clef, objets in attendus.items() if objets} == set(trouves)
    for clef, (objets, reste, dues) in trouves.items():
        assert objets <= attendus[clef], clef
        assert len(objets) + reste == len(attendus[clef] - dues), clef
    par_niveau = defaultdict(list)
    for membre in mois.membres:
        par_niveau[membre.niveau].append(sum(pk == membre.pk for pk, _jour in trouves))
    assert set(par_niveau["aucun"]) == {0} and max(par_niveau["hebdomadaire"]) <= 5
    assert min(par_niveau["quotidien"]) > 10 and pressants.total() > 10
    # The server was down for a day: each mail has arrived, and arrived once.
    assert Courriel.objects.filter(essais__gt=1).count() > 10
    assert not Courriel.objects.filter(envoye_le=None).exists()
    identifiants = {courriel.message()["Message-ID"] for courriel in mailoutbox}
    assert len(mailoutbox) == len(identifiants) == Courriel.objects.count()
