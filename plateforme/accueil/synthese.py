"""The week of a network, as a draft that who runs it edits and sends: an announcement like another.

It holds only what every member of that network may read, and is for them alone unless she says otherwise:
each line ends with an address, so that AnnonceForm names those that the wider readers may not open.
"""

from datetime import timedelta
from uuid import NAMESPACE_URL, uuid5

from django.db import IntegrityError, transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext as _

from besoins.models import Besoin, Jalon, Projet
from plateforme.socle.jours import en_jour
from reseau.heures import en_creneau
from reseau.ical import adresse_de
from reseau.models import Adhesion, Annonce, Decision, Discussion, Membre, Rencontre, Seance
from reseau.models.annonces import semaine_de

PAR_RUBRIQUE = 8
PASSE, A_VENIR = timedelta(days=7), timedelta(days=14)


class Synthese:
    """What happened in a network in the last seven days, and what comes in the next fourteen."""

    def __init__(self, reseau):
        self.reseau, self.maintenant = reseau, timezone.now()
        self.depuis = self.maintenant - PASSE
        self.lundi = timezone.localdate(semaine_de(self.maintenant)[0])

    def preparer(self, *, par, collectivite):
        """Her draft of this week: made once, whatever she has done of it since."""
        clef = uuid5(NAMESPACE_URL, f"synthese/{self.reseau.pk}/{self.lundi}")
        siennes = Annonce.objects.filter(auteur=par, envoi=clef)
        if deja := siennes.first():
            return deja
        try:
            return self._ecrire(auteur=par, collectivite=collectivite, envoi=clef)
        except IntegrityError:  # a double click
            return siennes.get()

    @transaction.atomic
    def _ecrire(self, **qui):
        dit = {"titre": self.titre, "corps": self.corps, "reseau": self.reseau}
        annonce = Annonce.objects.create(visibilite=Annonce.Visibilite.RESEAU, **dit, **qui)
        annonce.noter_reperes()
        return annonce

    @property
    def titre(self):
        mots = {"reseau": self.reseau.nom_court, "jour": en_jour(self.lundi, "j F")}
        return _("%(reseau)s\u202f: la semaine du %(jour)s") % mots

    @property
    def corps(self):
        rubriques = [(titre, lignes) for titre, lignes in self.rubriques() if lignes]
        if not rubriques:
            return _("Bonjour,\n\nPeu de choses cette semaine dans notre réseau.")
        blocs = ["\n".join([titre, *(f"- {ligne}" for ligne in lignes)]) for titre, lignes in rubriques]
        return "\n\n".join([_("Bonjour,\n\nVoici la semaine de notre réseau."), *blocs])

    def rubriques(self):
        """[(title, lines)], empty ones too."""
        return [
            (_("Nouveaux besoins"), self.publies(Besoin)),
            (_("Questions posées"), self.publies(Discussion)),
            (_("Projets qui ont avancé"), self.projets()),
            (_("Décisions"), self.decisions()),
            (_("Dates à venir"), self.dates()),
            (_("Bienvenue à"), self.arrivees()),
        ]

    def du_reseau(self, modele):
        return modele.objects.publiees().filter(reseau=self.reseau)

    def publies(self, modele):
        nouveaux = self.du_reseau(modele).filter(publie_le__gte=self.depuis).select_related("collectivite")
        return [en_une_ligne(c, c.collectivite.nom) for c in nouveaux.order_by("publie_le")[:PAR_RUBRIQUE]]

    def projets(self):
        recent = Q(publie_le__gte=self.depuis) | Q(phase_le__gte=self.depuis) | Q(clos_le__gte=self.depuis)
        avances = self.du_reseau(Projet).filter(recent)
        return [en_une_ligne(p, p.etat) for p in avances.order_by("publie_le")[:PAR_RUBRIQUE]]

    def decisions(self):
        prises = Decision.objects.notees().filter(rencontre__in=self.du_reseau(Rencontre))
        prises = prises.filter(le__gte=self.depuis).select_related("rencontre")
        return [
            f"{decision.texte} ({decision.rencontre.titre})\u202f: {adresse_de(decision.rencontre)}"
            for decision in prises.order_by("le")[:PAR_RUBRIQUE]
        ]

    def dates(self):
        """The meetings, the last days to answer and the steps of the projects, by day."""
        jours = timezone.localdate(), timezone.localdate() + A_VENIR
        seances = (
            Seance.objects.prevues()
            .maintenues()
            .filter(
                rencontre__in=self.du_reseau(Rencontre),
                debut__range=(self.maintenant, self.maintenant + A_VENIR),
            )
        )
        besoins = self.du_reseau(Besoin).ouvertes().filter(echeance__range=jours)
        jalons = Jalon.objects.a_faire().filter(projet__in=self.du_reseau(Projet), pour_le__range=jours)
        dates = [
            *((timezone.localdate(s.debut), s.rencontre, self._seance(s)) for s in seances.pour_agenda()),
            *((b.echeance, b, _("répondre d’ici le %s") % en_jour(b.echeance, "j F")) for b in besoins),
            *((j.pour_le, j.projet, self._jalon(j)) for j in jalons.select_related("projet")),
        ]
        dates = sorted(dates, key=lambda date: date[0])[:PAR_RUBRIQUE]
        return [en_une_ligne(contribution, precision) for _le, contribution, precision in dates]

    @staticmethod
    def _seance(seance):
        return ", ".join(filter(None, [en_creneau(seance.debut, seance.fin), seance.lieu]))

    @staticmethod
    def _jalon(jalon):
        return f"{jalon.libelle}, {en_jour(jalon.pour_le, 'j F')}"

    def arrivees(self):
        entrees = Adhesion.objects.actives().filter(reseau=self.reseau, debut__gte=self.depuis.date())
        membres = Membre.objects.filter(pk__in=entrees.values("membre")).avec_fonctions()
        return [self._arrivee(membre) for membre in membres.order_by("nom", "prenom")[:PAR_RUBRIQUE]]

    @staticmethod
    def _arrivee(membre):
        communes = ", ".join(dict.fromkeys(f.collectivite.nom for f in membre.fonctions_propres))
        nom = f"{membre.nom_complet} ({communes})" if communes else membre.nom_complet
        return f"{nom}\u202f: {adresse_de(membre)}"


def en_une_ligne(contribution, precision):
    """Its address last, so that a mail program makes a link of it."""
    return f"{contribution.titre} ({precision})\u202f: {adresse_de(contribution)}"
