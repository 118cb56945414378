from django.utils.translation import gettext_lazy as _

from reseau.liens import lien
from reseau.taches import prevenir_les_nouveaux_lecteurs

from ..membres import Membre


class Particularites:
    """What a type says of itself, where it differs from the others."""

    # How it looks in a list: the name of an icon, a tint, and the part of the line that its type adds.
    icone = "file-text"
    teinte = "ardoise"
    gabarit_de_ligne = None
    # The chips of its page's header, in an element whose id is `etat`.
    gabarit_d_etat = "reseau/contributions/etat.html"
    # How it is offered to who wants to publish; without a view it is not.
    vue_de_publication = None
    mot_a_publier = ""
    rang_a_publier = 10
    # And to who runs a network, where a search has found nothing; a type that answers none leaves this empty.
    mot_pour_repondre = ""
    # What a récapitulatif lets a commune that owes a word say at once: (words, name of the link's view).
    geste_attendu = None
    # Whether its publication is told by mail as each adhésion asks; not for a type that writes its own mail.
    previent_par_courriel = True
    # What decides whether one may still add something: read again once its thread's counter is taken.
    CHAMPS_D_OUVERTURE = ("publie_le", "clos_le", "verrouille_le", "retire_le")
    # Whether its page shows its files elsewhere than under its text.
    pieces_a_part = False
    # Whether it may go to another network once it has appeared in one.
    se_deplace = True
    # Whether a form that corrects it must say what it has read.
    exige_la_lecture = False
    # What closing writes, and how it is then told to who wanted to answer.
    champs_de_cloture = ("clos_le", "clos_par")
    phrase_de_cloture = _("Cette contribution est close\u202f: elle ne prend plus de message.")

    @classmethod
    def publiable_par(cls, membre):
        """Whether this type is offered to her, who speaks for a collectivité."""
        return True

    @classmethod
    def gestes_d_animation(cls, reseau, user):
        """What this type adds to what one finds on the page of a network that she runs: [{texte, url, icone,
        presse}], `presse` if something waits for her."""
        return []

    @staticmethod
    def poids_des_fichiers(*, membre=None, reseau=None):
        """What the files of this type weigh, beside those that are joined to any of them: those that this
        member deposited, or those of this network."""
        return 0

    @property
    def conclusion(self):
        """What came of it once closed, in a few words; a type that does not ask leaves this empty."""
        return ""

    @property
    def en_bref(self):
        """What a mail says of it before its text; a type that has such a thing says it."""
        return ""

    @property
    def d_autres_ont_parle(self):
        return any(
            Membre.objects.exclude(pk=self.auteur_id).filter(pk__in=paroles).exists()
            for paroles in self.paroles()
        )

    @property
    def deja_lies(self):
        """Ids of itself and of what it follows: that it resembles these is no news."""
        return {self.pk, self.issue_de_id} - {None}

    def paroles(self):
        """Whose words or names its readers know (queries of the ids of members): once somebody else is among
        them, its author no longer opens it to more readers."""
        return [self.participants().values("pk")]

    def refus_de_publication(self, membre):
        """Why she may not publish it, in a sentence, or ""; a type may hold to rules of its own."""
        if self.collectivite_id not in membre.droits.collectivites:
            return _("Vous ne parlez plus au nom de %s.") % self.collectivite
        if self.reseau_id and self.reseau_id not in membre.droits.reseaux:
            return _("Vous n’êtes plus du réseau où ce brouillon devait paraître : choisissez-en un autre.")
        return ""

    def controler_la_modification(self, enregistree):
        """ValidationError if what is saved (`enregistree`, whose row is held) may not become this; a type
        may hold to rules of its own."""

    def fragments_pour(self, user):
        """Those of the live parts of its page that depend on who reads it: id → HTML; none by default."""
        return {}

    def destinataires(self):
        """The members to tell that it was published; a type that tells nobody leaves this empty."""
        return Membre.objects.none()

    def gestes_par_courriel(self, membre):
        """What a mail about it lets this member do in one click: [{texte, url}]; a type adds its own."""
        return [{"texte": _("Marquer comme lu"), "url": lien("reseau:lien_lu", self, membre)}]

    def participants(self):
        """The members who answered it; a type adds those who did otherwise than by a message."""
        return Membre.objects.filter(pk__in=self.messages.values("auteur"))

    @classmethod
    def message_ecrit(cls, message):
        """Somebody has just answered one of this type, which says so if it keeps who has read it."""

    def message_retire(self, message, *, par):
        """A message of its thread was withdrawn; a type that leaned on it says what becomes of it."""

    def lecteurs_ont_change(self, *, par, depart, visibilite, elargit):
        """It left the network `depart` or its `visibilite`, and shows to others if it `elargit`: those who
        wait for it are told; a type that leaned on it says what else follows."""
        if elargit:
            prevenir_les_nouveaux_lecteurs.enqueue(self.pk, visibilite, depart and depart.pk)

    def prenant_part(self):
        """The members whom an answer concerns: who carries it, and who answered."""
        return self.participants() | Membre.objects.filter(pk__in={self.auteur_id, self.responsable_id})

    def interesses_par_la_cloture(self):
        """Those who follow it; a type may have others to tell."""
        return Membre.objects.filter(pk__in=self.suivis.values("membre"))

    def consequences(self):
        """What else follows, for its type, from its being closed, withdrawn, or back; none by default."""
