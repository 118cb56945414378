"""« À faire »: what awaits a collectivité and the member who speaks for it, from every app, in order of date.

Each source below gives rows of the same six columns (see `rangs`), so that one statement reads them all,
whatever their number; a few more fetch what the lines shown speak of.
"""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from django.db.models import BigIntegerField, CharField, DateField, F, Q, TextChoices, Value
from django.db.models.functions import Cast, Coalesce
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from besoins.models import (
    Besoin,
    Consultation,
    Deliberation,
    Jalon,
    PieceDActe,
    Position,
    Preparation,
    Projet,
    Sollicitation,
    Tache,
    Utilite,
)
from besoins.models.deliberations import au_terme
from plateforme.socle.memoire import memoire_locale
from reseau.models import (
    Annonce,
    Contribution,
    Demande,
    EnvoiDAnnonce,
    Rencontre,
    ReponseDeDate,
    Reseau,
    Signalement,
)

# Beyond, the latest ones wait for the first ones to be done.
LIGNES_MAX = 200
SEMAINE = timedelta(days=7)
# What a schedule foresees later than that is not to be done yet.
HORIZON = timedelta(days=30)
# An announcement is acknowledged while it is news.
FRAICHEUR = timedelta(days=30)
NOMBRE_SECONDES = 60
TEXTES = ("corps", "corps_html", "reperes", "retire_motif")

COLONNES = ("a_genre", "a_contribution", "a_objet", "a_le", "a_mot", "a_rang")
VIDE = Value("", CharField())
AUCUN_JOUR = Cast(Value(None), DateField())
AUCUN_OBJET = Cast(Value(None), BigIntegerField())


class Genre(TextChoices):
    """What is asked, in the order in which what has no day is told."""

    VALIDATION = "validation", _("Valider ou renvoyer la réponse préparée")
    SOLLICITATION = "sollicitation", _("Répondre\u202f: votre commune est sollicitée")
    AVIS = "avis", _("Donner l’avis de votre collectivité")
    ACCUSE = "accuse", _("Accuser réception du projet")
    PROJET = "projet", _("Dire si votre commune participe")
    EXECUTOIRE = "executoire", _("Dire quand l’acte d’engagement est exécutoire")
    PIECE = "piece", _("Joindre le PDF de l’acte d’engagement")
    DELIBERATION = "deliberation", _("Faire délibérer le conseil")
    ADMISSION = "admission", _("Enregistrer un membre")
    TACHE = "tache", _("Faire")
    JALON = "jalon", _("Tenir le jalon")
    DEMANDE = "demande", _("Répondre aux demandes")
    MODERATION = "moderation", _("Modérer")
    SANS_ANIMATEUR = "sans_animateur", _("Nommer quelqu’un pour l’animer")
    SONDAGE = "sondage", _("Dire quelles dates vous conviennent")
    ANNONCE = "annonce", _("Lire l’annonce")
    UTILITE = "utilite", _("Dire si cela a aidé")
    RETOUR = "retour", _("Raconter ce que vous en avez appris")
    BESOIN = "besoin", _("Dire si votre commune est intéressée")


# Asked of her, whichever collectivité she speaks for.
PERSONNELS = {
    Genre.VALIDATION, Genre.ADMISSION, Genre.TACHE, Genre.JALON, Genre.SONDAGE, Genre.ANNONCE, Genre.RETOUR,
    Genre.DEMANDE, Genre.MODERATION, Genre.SANS_ANIMATEUR,
}  # fmt: skip
# Told in one line, however many.
REUNIS = {Genre.DEMANDE, Genre.MODERATION}
RANGS = list(Genre)


def rangs(objets, genre, *, contribution="pk", objet=None, le=None, mot=None):
    """These objects as rows: what is asked, of which contribution and object (ids), by when, some words."""
    return (
        objets.order_by()
        .annotate(
            a_genre=Value(genre.value, CharField()),
            a_contribution=F(contribution) if contribution else AUCUN_OBJET,
            a_objet=F(objet) if objet else AUCUN_OBJET,
            a_le=_colonne(le, AUCUN_JOUR),
            a_mot=_colonne(mot, VIDE),
            a_rang=Value(RANGS.index(genre)),
        )
        .values_list(*COLONNES)
    )


def _colonne(nom, rien):
    if nom is None:
        return rien
    return F(nom) if isinstance(nom, str) else nom


# Of the collectivité


def besoins(membre, collectivite):
    """Needs of others on which it has said nothing; first of all those for which it was asked."""
    attendus = Besoin.objects.visibles_par(membre.utilisateur).attendus_de(collectivite)
    attendus = attendus.exclude(pk__in=deja_preparees(collectivite))
    muette = Sollicitation.objects.muettes().filter(collectivite=collectivite).values("besoin")
    yield rangs(attendus.filter(pk__in=muette), Genre.SOLLICITATION, le="echeance")
    yield rangs(attendus.exclude(pk__in=muette), Genre.BESOIN, le="echeance")


def consultations(membre, collectivite):
    """Opinions to give, and for the EPCI receipts to acknowledge, be their window closed."""
    attendues = Consultation.objects.visibles_par(membre.utilisateur).attendus_de(collectivite)
    attendues = attendues.exclude(pk__in=deja_preparees(collectivite))
    aujourd_hui = timezone.localdate()
    en_cours = Q(ouverte_du__lte=aujourd_hui, jusqu_au__gte=aujourd_hui)
    yield rangs(attendues.filter(en_cours), Genre.AVIS, le="jusqu_au")
    yield rangs(attendues.exclude(en_cours), Genre.ACCUSE, le="jusqu_au")


def projets(membre, collectivite):
    attendus = Projet.objects.visibles_par(membre.utilisateur).attendus_de(collectivite)
    attendus = attendus.exclude(pk__in=deja_preparees(collectivite))
    yield rangs(attendus, Genre.PROJET, le="positions_jusqu_au")


def actes(membre, collectivite):
    """Of who decides for it: what its acts still lack."""
    if not membre.decide_pour(collectivite):
        return
    projets_ouverts = Projet.objects.visibles_par(membre.utilisateur).publiees().ouvertes()
    engagees = Position.objects.filter(
        contribution__in=projets_ouverts.values("pk"),
        collectivite=collectivite,
        niveau__in=Position.ENGAGEES,
        acte__isnull=False,
    )
    colonnes = {"contribution": "contribution_id", "objet": "acte_id"}
    yield rangs(engagees.filter(acte__executoire_le=None), Genre.EXECUTOIRE, **colonnes)
    sans_piece = engagees.exclude(acte__in=PieceDActe.objects.values("acte"))
    yield rangs(sans_piece.filter(acte__executoire_le__isnull=False), Genre.PIECE, **colonnes)


def deliberations(membre, collectivite):
    """Its council is awaited; by which day, its delay in months tells (`Ligne.de`)."""
    attendues = (
        Deliberation.objects.visibles_par(membre.utilisateur)
        .en_cours()
        .filter(collectivite=collectivite, sens="")
    )
    mois = Coalesce(Cast("delai__mois", CharField()), VIDE)
    yield rangs(
        attendues, Genre.DELIBERATION, contribution="projet_id", objet="pk", le="notifiee_le", mot=mois
    )


def utilites(membre, collectivite):
    """Needs of the commune for which she answers, that are over."""
    if membre.engage(collectivite):
        yield _utilites(membre, Q(collectivite=collectivite))


def utilites_portees(membre):
    """Needs that she carried, and that are over."""
    yield _utilites(membre, Q(auteur=membre) | Q(responsable=membre))


def _utilites(membre, siens):
    besoins_clos = Besoin.objects.visibles_par(membre.utilisateur).publiees().filter(siens)
    attendues = Utilite.objects.filter(
        reponse="", a_demander_le__lte=timezone.localdate(), besoin__in=besoins_clos.values("pk")
    )
    return rangs(attendues.filter(besoin__clos_le__isnull=False), Genre.UTILITE, contribution="besoin_id")


def deja_preparees(collectivite):
    """What waits for the agreement of who decides is no longer to be answered by the others."""
    attentes = Preparation.objects.en_attente().filter(collectivite=collectivite)
    return attentes.values("contribution")


# Of the member


def validations(membre):
    limite = Coalesce(
        "contribution__besoin__echeance",
        "contribution__projet__positions_jusqu_au",
        "contribution__consultation__jusqu_au",
    )
    a_temps = Q(limite=None) | Q(limite__gte=timezone.localdate())
    yield rangs(
        Preparation.objects.attendues_de(membre).alias(limite=limite).filter(a_temps),
        Genre.VALIDATION,
        contribution="contribution_id",
        objet="pk",
        le="limite",
        mot="collectivite__nom",
    )


def echeances(membre):
    """Tasks that she holds, and the next jalons of the projects that she pilots."""
    colonnes = {"contribution": "projet_id", "objet": "pk", "le": "pour_le", "mot": "libelle"}
    yield rangs(Tache.objects.a_faire_par(membre), Genre.TACHE, **colonnes)
    proches = Jalon.objects.attendus_de(membre).filter(pour_le__lte=timezone.localdate() + HORIZON)
    yield rangs(proches, Genre.JALON, **colonnes)


def admissions(membre):
    """Communes whose act is executory, of the projects that she pilots."""
    menes = Projet.objects.modifiables_par(membre.utilisateur).publiees().ouvertes()
    admissibles = Position.objects.admissibles().filter(
        contribution__in=menes.filter(responsable=membre).values("pk")
    )
    colonnes = {"contribution": "contribution_id", "objet": "pk", "mot": "collectivite__nom"}
    yield rangs(admissibles, Genre.ADMISSION, **colonnes)


def retours(membre):
    menes = Projet.objects.visibles_par(membre.utilisateur).sans_retour_de(membre)
    yield rangs(menes, Genre.RETOUR)


def sondages(membre):
    """Polls of dates of her networks in which she has ticked nothing."""
    siens = Q(reseau=None) | Q(reseau__in=membre.droits.reseaux)
    ouverts = Rencontre.objects.visibles_par(membre.utilisateur).acceptant_les_messages().filter(siens)
    repondus = ReponseDeDate.objects.filter(membre=membre).values("date__rencontre")
    ouverts = ouverts.filter(sondage_ouvert_le__isnull=False, sondage_clos_le=None)
    yield rangs(ouverts.exclude(pk__in=repondus), Genre.SONDAGE)


def annonces(membre):
    """Addressed to her not long ago, and not opened."""
    recentes = Annonce.objects.visibles_par(membre.utilisateur).publiees()
    recentes = recentes.filter(partie_le__gte=timezone.now() - FRAICHEUR)
    envois = EnvoiDAnnonce.objects.filter(membre=membre, ouverte_le=None, annonce__in=recentes.values("pk"))
    yield rangs(envois, Genre.ANNONCE, contribution="annonce_id")


def animation(membre):
    """What waits for who runs a network, or the site."""
    user, droits = membre.utilisateur, membre.droits
    if not (droits.est_administrateur or droits.reseaux_animes):
        return
    yield rangs(
        Demande.objects.modifiables_par(user).en_attente(), Genre.DEMANDE, contribution=None, objet="pk"
    )
    signales = Signalement.objects.modifiables_par(user).en_attente()
    # An object that several people reported is one to look at: the rows of the statement are distinct.
    yield rangs(signales, Genre.MODERATION, contribution="contribution_id", objet="message_id")
    yield rangs(Contribution.objects.a_relire_par(user), Genre.MODERATION)
    if droits.est_administrateur:
        seuls = Reseau.objects.sans_animateur()
        yield rangs(seuls, Genre.SANS_ANIMATEUR, contribution=None, objet="pk", mot="nom")


SIENNES = (validations, admissions, echeances, utilites_portees, retours, sondages, annonces, animation)
DE_LA_COLLECTIVITE = (besoins, consultations, projets, actes, deliberations, utilites)


@dataclass
class Ligne:
    """One thing to do."""

    genre: Genre
    contribution_id: int | None
    objet: int | None
    le: date | None
    mot: str
    nombre: int = 1
    contribution: Contribution | None = None
    reseau: Reseau | None = None

    @classmethod
    def de(cls, genre, contribution, objet, le, mot, _rang):
        """A row, as a line; None when a delay has run out, which settles it."""
        ligne = cls(Genre(genre), contribution, objet, le, mot)
        if ligne.genre == Genre.DELIBERATION:
            ligne.le = au_terme(le, int(mot)) if mot else None
            if ligne.le and ligne.le < timezone.localdate():
                return None
        return ligne

    @property
    def ordre(self):
        """Late first, then the nearest; without a day, the most pressing, then the newest."""
        return self.le is None, self.le or date.max, RANGS.index(self.genre), -(self.contribution_id or 0)

    @property
    def personnelle(self):
        return self.genre in PERSONNELS

    @property
    def demande(self):
        return self.genre.label

    @property
    def titre(self):
        match self.genre:
            case Genre.DEMANDE:
                mots = ngettext("%d demande à traiter", "%d demandes à traiter", self.nombre)
                return mots % self.nombre
            case Genre.MODERATION:
                mots = ngettext("%d publication à modérer", "%d publications à modérer", self.nombre)
                return mots % self.nombre
            case Genre.SANS_ANIMATEUR:
                return _("«\u202f%s\u202f» n’a plus personne pour l’animer") % self.mot
            case Genre.ADMISSION:
                return _("Enregistrer %s comme membre") % self.mot
            case Genre.TACHE | Genre.JALON:
                return self.mot
        return self.contribution.titre

    @property
    def url(self):
        """Where one does it."""
        match self.genre:
            case Genre.VALIDATION:
                return reverse("besoins:preparation", args=[self.objet])
            case Genre.ADMISSION:
                return reverse("besoins:admission", args=[self.objet])
            case Genre.EXECUTOIRE | Genre.PIECE:
                return reverse("besoins:acte", args=[self.objet])
            case Genre.TACHE | Genre.JALON:
                return (
                    f"{reverse('besoins:echeancier', args=[self.contribution_id])}#{self.genre}-{self.objet}"
                )
            case Genre.RETOUR:
                return f"{reverse('besoins:retour_publier')}?de={self.contribution_id}"
            case Genre.SONDAGE:
                return reverse("reseau:sondage_de_dates", args=[self.contribution_id])
            case Genre.DEMANDE:
                return reverse("reseau:demandes")
            case Genre.MODERATION:
                return reverse("reseau:signalements")
            case Genre.SANS_ANIMATEUR:
                return reverse("reseau:reseau_membres", args=[self.reseau.slug])
        return f"{self.contribution.get_absolute_url()}{ANCRES.get(self.genre, '')}"

    @property
    def geste(self):
        """What the button that leads there says."""
        return GESTES.get(self.genre, _("Voir"))

    @property
    def icone(self):
        return self._apparence.icone if self.contribution else "inbox"

    @property
    def teinte(self):
        return self._apparence.teinte if self.contribution else "ardoise"

    @property
    def _apparence(self):
        return Contribution.modele(self.contribution.type)

    @property
    def url_de_reponse(self):
        vue = {Genre.PROJET: "accueil:reponse_projet"}.get(self.genre, "accueil:reponse")
        return reverse(vue, args=[self.contribution_id])

    @property
    def url_de_fait(self):
        return reverse(f"besoins:{self.genre}_fait", args=[self.objet])


GESTES = {
    Genre.VALIDATION: _("Voir et valider"),
    Genre.AVIS: _("Donner un avis"),
    Genre.ACCUSE: _("Accuser réception"),
    Genre.ADMISSION: _("Enregistrer"),
    Genre.EXECUTOIRE: _("Compléter l’acte"),
    Genre.PIECE: _("Joindre le PDF"),
    Genre.SONDAGE: _("Répondre"),
    Genre.DEMANDE: _("Répondre"),
    Genre.MODERATION: _("Voir et décider"),
    Genre.SANS_ANIMATEUR: _("Nommer quelqu’un"),
    Genre.ANNONCE: _("Lire"),
    Genre.RETOUR: _("Raconter"),
}
ANCRES = {
    Genre.AVIS: "#mon-avis",
    Genre.ACCUSE: "#accuse",
    Genre.BESOIN: "#ma-position",
    Genre.SOLLICITATION: "#ma-position",
    Genre.PROJET: "#ma-position",
    Genre.DELIBERATION: "#deliberations",
}


class Pour(TextChoices):
    """Of whom it is asked: the part of the list that the address names (`?pour=`)."""

    TOUT = "", _("Tout")
    MOI = "moi", _("Pour moi")
    COMMUNE = "commune", _("Ma commune")

    def garde(self, ligne):
        return self == Pour.TOUT or ligne.personnelle == (self == Pour.MOI)

    @classmethod
    def lu(cls, demande):
        return cls(demande) if demande in cls.values else cls.TOUT


class Groupe(TextChoices):
    RETARD = "retard", _("En retard")
    SEMAINE = "semaine", _("Cette semaine")
    PLUS_TARD = "plus-tard", _("Plus tard")
    SANS_DATE = "sans-date", _("Sans date")

    @classmethod
    def du(cls, jour):
        aujourd_hui = timezone.localdate()
        if jour is None:
            return cls.SANS_DATE
        if jour < aujourd_hui:
            return cls.RETARD
        return cls.SEMAINE if jour < aujourd_hui + SEMAINE else cls.PLUS_TARD


class AFaire:
    """The list of this member, who speaks for this collectivité (or for none)."""

    def __init__(self, membre, collectivite):
        self.membre, self.collectivite = membre, collectivite

    @cached_property
    def lignes(self):
        """In order; one statement. Those that are shown are to be passed through `montrer`."""
        seules, reunies = [], {}
        for rang in self._rangs():
            ligne = Ligne.de(*rang)
            if ligne is None:
                continue
            if ligne.genre in reunies:
                reunies[ligne.genre].nombre += 1
                continue
            if ligne.genre in REUNIS:
                reunies[ligne.genre] = ligne
            seules.append(ligne)
        return sorted(seules, key=lambda ligne: ligne.ordre)

    def _rangs(self):
        sources = [rang for source in SIENNES for rang in source(self.membre)]
        if self.collectivite:
            qui = self.membre, self.collectivite
            sources += [rang for source in DE_LA_COLLECTIVITE for rang in source(*qui)]
        premiere, *autres = sources
        union = premiere.union(*autres)
        # As `Ligne.ordre`: what is cut is what would come last.
        return union.order_by(F("a_le").asc(nulls_last=True), "a_rang", "-a_contribution")[:LIGNES_MAX]

    @cached_property
    def nombre(self):
        return len(self.lignes)

    def montrer(self, combien=None):
        """The first ones (or all), with what each speaks of: a statement more, two for an administrator."""
        lignes = self.lignes[:combien]
        lues = Contribution.objects.select_related("collectivite").defer(*TEXTES)
        lues = lues.in_bulk({ligne.contribution_id for ligne in lignes if ligne.genre not in REUNIS} - {None})
        sans = {ligne.objet for ligne in lignes if ligne.genre == Genre.SANS_ANIMATEUR}
        reseaux = Reseau.objects.in_bulk(sans) if sans else {}
        for ligne in lignes:
            ligne.contribution = lues.get(ligne.contribution_id)
            ligne.reseau = reseaux.get(ligne.objet) if ligne.genre == Genre.SANS_ANIMATEUR else None
        return lignes

    def nombres(self):
        """[(part, how many)]"""
        return [(pour, sum(map(pour.garde, self.lignes))) for pour in Pour]

    def groupes(self, pour=Pour.TOUT):
        """[(Groupe, lines)] of this part: late, within seven days, later, without a day; in each, what is for
        her first."""
        groupes = {groupe: [] for groupe in Groupe}
        for ligne in sorted(filter(pour.garde, self.lignes), key=lambda ligne: not ligne.personnelle):
            groupes[Groupe.du(ligne.le)].append(ligne)
        return [(groupe, lignes) for groupe, lignes in groupes.items() if lignes]


# The number that every page shows: a minute old at most, and counted anew once she, or a colleague of hers,
# has done something here (see AFaireMiddleware). « Here » is this process: where several serve the pages,
# what was done through another one shows within that minute. A mark shared by all would cost each page a
# statement (the shared cache is a table) for a number that is no right and holds no list.


def nombre_pour(membre, collectivite):
    if membre is None:
        return 0
    liste = AFaire(membre, collectivite)
    return memoire_locale().get_or_set(_cle(liste), lambda: liste.nombre, NOMBRE_SECONDES)


def noter_le_nombre(liste):
    """What a page has just counted is what its header says."""
    memoire_locale().set(_cle(liste), liste.nombre, NOMBRE_SECONDES)


def recompter(membre):
    """Something was done by this member: the number of her colleagues has moved too."""
    marque = timezone.now().isoformat()
    marques = [*membre.droits.collectivites, f"membre-{membre.pk}"]
    memoire_locale().set_many({f"a-faire:marque:{m}": marque for m in marques}, NOMBRE_SECONDES)


def _cle(liste):
    ou = liste.collectivite.pk if liste.collectivite else f"membre-{liste.membre.pk}"
    marque = memoire_locale().get(f"a-faire:marque:{ou}", "")
    return f"a-faire:{liste.membre.pk}:{ou}:{timezone.localdate()}:{marque}"
