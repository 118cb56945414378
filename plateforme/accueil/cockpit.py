"""What waits for who runs networks, over all of hers: each line with what she may do of it in one click.

Only who runs the same networks sees it: that a commune is silent everywhere is said to nobody else.
"""

from dataclasses import dataclass, field
from datetime import timedelta
from functools import cached_property
from itertools import chain
from urllib.parse import urlencode

from django.db.models import Exists, Max, OuterRef
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from besoins.models import Besoin, Consultation, Jalon, Position, Projet, Ressemblance
from besoins.models.sollicitations import avec_muettes
from plateforme.socle.jours import en_jour
from reseau.heures import minuit
from reseau.models import (
    Adhesion,
    Collectivite,
    Contribution,
    Discussion,
    Fonction,
    Membre,
    Message,
    Modification,
    RechercheSansReponse,
    Reseau,
    Seance,
)

LIGNES_MAX = 5
COMMUNES_MAX = 50
# How long before a need, a project, a commune is one that nothing happens to.
BESOIN_IMMOBILE = timedelta(days=45)
PROJET_IMMOBILE = timedelta(days=60)
COMMUNE_MUETTE = timedelta(days=60)
A_VENIR = timedelta(days=30)
NOUVEAUX = timedelta(days=30)


@dataclass
class Geste:
    """`poste`: done by a POST, whose body is these fields; otherwise the link itself."""

    texte: str
    url: str
    icone: str
    poste: bool = False
    champs: dict = field(default_factory=dict)
    precision: str = ""


@dataclass
class Ligne:
    titre: str
    url: str
    details: list
    gestes: list
    rang: object = None  # what the lines of a section are sorted by


@dataclass
class Section:
    """`nombre`: in all, of which `lignes` are the first; `tout`: where they all are, (words, url) pairs."""

    code: str
    titre: str
    phrase: str
    vide: str
    icone: str
    nombre: int
    lignes: list
    tout: list = field(default_factory=list)


class Cockpit:
    """The sections of one reader; the number of statements depends on no row."""

    def __init__(self, user, parle=True):
        """`parle`: whether she speaks for a collectivité, and so may bring together and convert."""
        self.user, self.parle = user, parle
        self.animes = Membre.de(user).droits.reseaux_animes
        self.maintenant, self.aujourd_hui = timezone.now(), timezone.localdate()
        self._siens = {}

    @cached_property
    def reseaux(self):
        return list(Reseau.objects.filter(pk__in=self.animes))

    @cached_property
    def sections(self):
        return [
            self.sans_reponse(),
            self.bloques(),
            self.echeances(),
            self.communes_muettes(),
            *([self.semblables()] if self.parle else []),
            self.recherches(),
            self.nouveaux(),
        ]

    def des_siens(self, modele):
        """What stands in her networks, of this type of contribution: asked often, built once."""
        if modele not in self._siens:
            lus = modele.objects.visibles_par(self.user).publiees()
            self._siens[modele] = lus.filter(reseau__in=self.animes)
        return self._siens[modele]

    # Needs stand in three sections: what is said of those that are shown is read at once

    @cached_property
    def besoins(self):
        siens, bornes = self.des_siens(Besoin), (self.aujourd_hui, self.aujourd_hui + A_VENIR)
        bloques = immobiles(siens.rapprochables(), self.maintenant - BESOIN_IMMOBILE)
        return {
            "sans_reponse": siens.sans_reponse().order_by("publie_le", "pk"),
            "bloques": bloques.exclude(pk__in=Besoin.objects.sans_reponse().values("pk")).order_by(
                "publie_le"
            ),
            "echeances": siens.relancables().filter(echeance__range=bornes).order_by("echeance"),
        }

    @cached_property
    def premiers_besoins(self):
        premiers = {section: list(premieres(besoins)) for section, besoins in self.besoins.items()}
        avec_muettes(chain.from_iterable(premiers.values()))
        return premiers

    # Questions and needs without an answer

    def sans_reponse(self):
        besoins = self.besoins["sans_reponse"]
        questions = self.des_siens(Discussion).sans_reponse().order_by("publie_le", "pk")
        lignes = [
            *map(self._besoin, self.premiers_besoins["sans_reponse"]),
            *map(self._question, premieres(questions)),
        ]
        return Section(
            "sans-reponse",
            _("Sans réponse"),
            _("Questions de plus de cinq jours, besoins que les communes sollicitées laissent sans réponse."),
            _("Tout ce qui est demandé a reçu une réponse."),
            "bell-ring",
            besoins.count() + questions.count(),
            trier(lignes),
            [
                (_("Tous les besoins sans réponse"), reverse("besoins:sans_reponse")),
                (_("Toutes les questions sans réponse"), f"{reverse('reseau:fil')}?etat=sans_reponse"),
            ],
        )

    def _besoin(self, besoin):
        details = [_("besoin"), besoin.collectivite.nom, depuis(besoin.publie_le)]
        gestes = []
        if besoin.noms_des_muettes:
            noms = ", ".join(besoin.noms_des_muettes[:3])
            details.append(_("sans réponse\u202f: %s") % noms)
        if besoin.noms_des_muettes and besoin.accepte_les_positions:
            if recente := besoin.vient_d_etre_demande_le:
                details.append(_("sollicitées le %s") % en_jour(timezone.localtime(recente), "j F"))
            else:
                gestes.append(relance("besoins:relance", besoin))
        if self.parle:
            gestes += [
                Geste(_("Rapprocher"), reverse("besoins:rapprochement", args=[besoin.pk]), "handshake"),
                Geste(
                    _("En faire un projet"),
                    f"{reverse('besoins:projet_publier')}?besoins={besoin.pk}",
                    "arrow-right",
                ),
            ]
        return Ligne(besoin.titre, besoin.get_absolute_url(), details, gestes, besoin.publie_le)

    def _question(self, question):
        details = [_("question"), question.collectivite.nom, depuis(question.publie_le)]
        gestes = []
        if question.vient_d_etre_relancee:
            le = en_jour(timezone.localtime(question.relancee_le), "j F")
            details.append(_("relancée le %s") % le)
        else:
            gestes.append(relance("reseau:discussion_relance", question))
        if self.parle:
            suite = f"{reverse('besoins:publier')}?de={question.pk}"
            gestes.append(Geste(_("En faire un besoin"), suite, "arrow-right"))
        return Ligne(question.titre, question.get_absolute_url(), details, gestes, question.publie_le)

    # What does not move any more

    def bloques(self):
        besoins = self.besoins["bloques"]
        projets = immobiles(self.des_siens(Projet).ouvertes(), self.maintenant - PROJET_IMMOBILE)
        projets = projets.order_by("publie_le")
        jalons = Jalon.objects.en_retard().filter(projet__in=self.des_siens(Projet)).order_by("pour_le")
        en_retard = list(jalons.select_related("projet__collectivite")[:LIGNES_MAX])
        sans_suite = list(premieres(projets))
        pilotes = self._joignables({p.responsable_id for p in [*sans_suite, *(j.projet for j in en_retard)]})
        lignes = [
            *map(self._besoin, self.premiers_besoins["bloques"]),
            *(self._projet(projet, pilotes) for projet in sans_suite),
            *(self._jalon(jalon, pilotes, jalon.retard_en_clair) for jalon in en_retard),
        ]
        return Section(
            "bloques",
            _("Bloqués"),
            _("Besoins sans mouvement depuis 45 jours, projets depuis 60, jalons en retard."),
            _("Rien n’est bloqué."),
            "triangle-alert",
            besoins.count() + projets.count() + jalons.count(),
            trier(lignes),
            [
                (_("Tous les besoins"), reverse("besoins:besoins")),
                (_("Les jalons qui restent"), f"{reverse('besoins:echeancier_general')}?reste"),
            ],
        )

    def _projet(self, projet, pilotes):
        details = [_("projet"), projet.collectivite.nom, projet.etat, depuis(projet.publie_le)]
        gestes = [*appel(pilotes.get(projet.responsable_id)), ouvrir(projet.url_de_l_echeancier)]
        return Ligne(projet.titre, projet.get_absolute_url(), details, gestes, projet.publie_le)

    def _jalon(self, jalon, pilotes, quand):
        """`quand`: how late, or which day."""
        fait = Geste(_("C’est fait"), jalon.url_de_fait, "check", poste=True)
        gestes = [fait, *appel(pilotes.get(jalon.projet.responsable_id))]
        details = [_("jalon"), jalon.projet.titre, quand]
        return Ligne(jalon.libelle, jalon.get_absolute_url(), details, gestes, minuit(jalon.pour_le))

    def _joignables(self, membres):
        """{id: member, with what this reader may know of how to reach her}"""
        return self._membres.in_bulk(membres)

    @cached_property
    def _membres(self):
        return Membre.objects.avec_coordonnees(self.user)

    # What falls within a month

    def echeances(self):
        limite = self.aujourd_hui + A_VENIR
        bornes = (self.aujourd_hui, limite)
        ouvertes = Contribution.objects.acceptant_les_messages().values("pk")
        besoins = self.besoins["echeances"]
        projets = self.des_siens(Projet).filter(pk__in=ouvertes, positions_jusqu_au__range=bornes)
        avis = self.des_siens(Consultation).filter(pk__in=ouvertes, jusqu_au__range=bornes)
        jalons = Jalon.objects.a_faire().filter(projet__in=self.des_siens(Projet), pour_le__range=bornes)
        seances = Seance.objects.publiees_pour(self.user).maintenues()
        seances = seances.filter(
            rencontre__reseau__in=self.animes,
            debut__gte=self.maintenant,
            debut__lt=minuit(limite + timedelta(days=1)),
        )
        a_venir = list(jalons.select_related("projet__collectivite").order_by("pour_le")[:LIGNES_MAX])
        pilotes = self._joignables({jalon.projet.responsable_id for jalon in a_venir})
        lignes = [
            *map(self._besoin_attendu, self.premiers_besoins["echeances"]),
            *map(self._projet_attendu, premieres(projets.order_by("positions_jusqu_au"))),
            *map(self._avis_attendu, premieres(avis.order_by("jusqu_au"))),
            *(self._jalon(jalon, pilotes, jour(jalon.pour_le)) for jalon in a_venir),
            *map(self._seance, seances.pour_agenda()[:LIGNES_MAX]),
        ]
        return Section(
            "echeances",
            _("Dans les trente jours"),
            _("Échéances des besoins, entrées dans les projets, avis, jalons, rencontres."),
            _("Rien ne tombe dans les trente jours."),
            "calendar-clock",
            sum(lignes_.count() for lignes_ in (besoins, projets, avis, jalons, seances)),
            trier(lignes),
            [
                (_("Tous les besoins, par échéance"), f"{reverse('besoins:besoins')}?tri=echeance"),
                (_("L’échéancier des projets"), f"{reverse('besoins:echeancier_general')}?reste"),
                (_("Les rencontres"), reverse("reseau:rencontres")),
            ],
        )

    def _besoin_attendu(self, besoin):
        ligne = self._besoin(besoin)
        ligne.details[2] = jour(besoin.echeance)
        ligne.rang = minuit(besoin.echeance)
        return ligne

    def _projet_attendu(self, projet):
        details = [_("entrées dans le projet"), projet.collectivite.nom, jour(projet.positions_jusqu_au)]
        gestes = [ouvrir(reverse("besoins:projet_communes", args=[projet.pk]), _("Voir les communes"))]
        rang = minuit(projet.positions_jusqu_au)
        return Ligne(projet.titre, projet.get_absolute_url(), details, gestes, rang)

    def _avis_attendu(self, consultation):
        adresse = consultation.get_absolute_url()
        details = [_("avis"), consultation.collectivite.nom, jour(consultation.jusqu_au)]
        gestes = [ouvrir(adresse, _("Voir les avis"))]
        return Ligne(consultation.titre, adresse, details, gestes, minuit(consultation.jusqu_au))

    def _seance(self, seance):
        adresse = seance.rencontre.get_absolute_url()
        details = [_("rencontre"), jour(timezone.localdate(seance.debut)), seance.lieu]
        gestes = [ouvrir(adresse, _("Voir les inscrits"))]
        return Ligne(seance.rencontre.titre, adresse, details, gestes, seance.debut)

    # Communes from which nothing comes

    def communes_muettes(self):
        """Those that are in her networks for so long, and have said nothing there for so long."""
        depuis_le = self.maintenant - COMMUNE_MUETTE
        anciennes = Adhesion.objects.actives().filter(reseau__in=self.animes, debut__lte=depuis_le.date())
        communes = Collectivite.objects.communes().filter(pk__in=anciennes.collectivites())
        derniers = self._derniers_mots()
        muettes = [c for c in communes if c.pk not in derniers or derniers[c.pk] < depuis_le]
        muettes.sort(key=lambda c: (derniers[c.pk].timestamp() if c.pk in derniers else 0, c.slug))
        montrees = muettes[:COMMUNES_MAX]
        a_appeler = self._qui_appeler([c.pk for c in montrees])
        return Section(
            "communes",
            _("Communes silencieuses"),
            _(
                "Ni publication, ni message, ni position dans vos réseaux depuis 60 jours. Seul qui les "
                "anime le voit\u202f: un appel vaut mieux qu’un rappel."
            ),
            _("Toutes les communes de vos réseaux se sont exprimées."),
            "phone",
            len(muettes),
            [self._commune(c, derniers.get(c.pk), a_appeler.get(c.pk)) for c in montrees],
        )

    def _derniers_mots(self):
        """{collectivité: when it last published, wrote or took a position there}: three queries"""
        la = {"contribution__reseau__in": self.animes}
        dits = chain(
            self.des_siens(Contribution).order_by().values_list("collectivite").annotate(Max("publie_le")),
            Message.objects.filter(**la, retire_le=None)
            .order_by()
            .values_list("collectivite")
            .annotate(Max("cree_le")),
            Position.objects.filter(**la).order_by().values_list("collectivite").annotate(Max("dite_le")),
        )
        derniers = {}
        for collectivite, le in dits:
            derniers[collectivite] = max(le, derniers.get(collectivite, le))
        return derniers

    def _qui_appeler(self, communes):
        """{commune: its référent, or whoever is of it and whose number this reader may read}: two queries"""
        fonctions = Fonction.objects.en_cours().filter(
            collectivite__in=communes, membre__in=Membre.objects.actifs()
        )
        fonctions = list(fonctions.exclude(role=Fonction.Role.INTERLOCUTEUR).order_by("pk"))
        membres = self._joignables({f.membre_id for f in fonctions})
        fonctions.sort(
            key=lambda f: (f.role != Fonction.Role.REFERENT, not membres[f.membre_id].telephone_lisible)
        )
        return {f.collectivite_id: membres[f.membre_id] for f in reversed(fonctions)}

    def _commune(self, commune, dernier, qui):
        vue = depuis(dernier) if dernier else _("jamais encore")
        details = [vue, *([qui.nom_complet] if qui else [])]
        return Ligne(commune.nom, commune.get_absolute_url(), details, appel(qui))

    # Needs that are one and the same

    def semblables(self):
        groupes = Ressemblance.objects.a_rapprocher(self.user)
        return Section(
            "semblables",
            _("Besoins qui se ressemblent"),
            _("Plusieurs communes demandent la même chose."),
            _("Aucun besoin ouvert ne ressemble à celui d’une autre commune."),
            "copy",
            len(groupes),
            [self._groupe(groupe) for groupe in groupes[:LIGNES_MAX]],
        )

    def _groupe(self, groupe):
        premier, combien = groupe.besoins[0], len(groupe.autres_communes)
        communes = (
            ngettext("%d autre commune a ce besoin", "%d autres communes ont ce besoin", combien) % combien
        )
        noms = ", ".join(commune.nom for commune in groupe.autres_communes[:4])
        gestes = [Geste(_("Les rapprocher"), groupe.url, "handshake")]
        return Ligne(premier.titre, premier.get_absolute_url(), [communes, noms], gestes)

    # What was looked for and not found

    def recherches(self):
        recherches = RechercheSansReponse.objects.visibles_par(self.user).a_traiter().select_related("reseau")
        return Section(
            "recherches",
            _("Recherches sans réponse"),
            _("Ce que des membres ont cherché sans rien trouver."),
            _("Rien n’attend."),
            "search-x",
            recherches.count(),
            [self._recherche(recherche) for recherche in recherches[:LIGNES_MAX]],
            [(_("Toutes les recherches sans réponse"), reverse("reseau:recherches_sans_reponse"))],
        )

    def _recherche(self, recherche):
        details = [ngettext("%d fois", "%d fois", recherche.nombre) % recherche.nombre]
        details += [recherche.reseau.nom_court] if recherche.reseau else []
        lieu = {"reseau": recherche.reseau.slug} if recherche.reseau else {}
        adresse = f"{reverse('accueil:recherche')}?{urlencode({'q': recherche.texte, **lieu})}"
        question = f"{reverse('reseau:discussion_publier')}?{urlencode({'titre': recherche.texte, **lieu})}"
        gestes = [ouvrir(question, _("En faire une question"))] if self.parle else []
        traiter = reverse("reseau:recherche_traitement", args=[recherche.pk])
        gestes.append(Geste(_("C’est traité"), traiter, "check", poste=True))
        return Ligne(recherche.texte, adresse, details, gestes)

    # Who has just come in

    def nouveaux(self):
        depuis_le = self.aujourd_hui - NOUVEAUX
        entrees = Adhesion.objects.actives().filter(
            reseau__in=self.animes, debut__gte=depuis_le, accueillie_le=None
        )
        entrees = entrees.exclude(membre=Membre.de(self.user)).order_by("-debut", "-pk")
        premieres_ = entrees.pour_liste(self.user).order_by("-debut", "-pk")[:LIGNES_MAX]
        listes = [
            (reseau.nom_court, reverse("reseau:reseau_membres", args=[reseau.slug]))
            for reseau in self.reseaux
        ]
        return Section(
            "nouveaux",
            _("Nouveaux venus"),
            _("Entrés depuis trente jours, et que personne n’a encore accueillis."),
            _("Tous les nouveaux venus ont été accueillis."),
            "user-round-plus",
            entrees.count(),
            [self._nouveau(adhesion) for adhesion in premieres_],
            listes,
        )

    def _nouveau(self, adhesion):
        membre = adhesion.membre
        communes = ", ".join(f.collectivite.nom for f in membre.fonctions_propres)
        entree = _("entré·e le %s") % en_jour(adhesion.debut, "j F")
        adresse = reverse("reseau:bienvenue", args=[adhesion.reseau.slug, membre.pk])
        bienvenue = Geste(_("Souhaiter la bienvenue"), adresse, "hand", poste=True)
        details = [communes, adhesion.reseau.nom_court, entree]
        return Ligne(
            membre.nom_complet,
            membre.get_absolute_url(),
            [d for d in details if d],
            [bienvenue, *appel(membre)],
        )


def immobiles(contributions, depuis_le):
    """Of these, those that were published before, and where nobody has written, said or changed anything
    since."""
    la = {"contribution": OuterRef("pk")}
    return contributions.filter(
        ~Exists(Message.objects.filter(**la, cree_le__gte=depuis_le)),
        ~Exists(Position.objects.filter(**la, dite_le__gte=depuis_le)),
        ~Exists(Modification.objects.filter(**la, le__gte=depuis_le)),
        publie_le__lt=depuis_le,
    )


def premieres(contributions):
    return contributions.pour_page()[:LIGNES_MAX]


def trier(lignes):
    return sorted(lignes, key=lambda ligne: ligne.rang)[:LIGNES_MAX]


def relance(vue, contribution):
    adresse = reverse(vue, args=[contribution.pk])
    return Geste(_("Relancer"), adresse, "bell-ring", poste=True, champs={"liste": "1"})


def ouvrir(adresse, texte=""):
    return Geste(texte or _("Voir l’échéancier"), adresse, "arrow-right")


def appel(membre):
    """Her number and her address, as far as she lets this reader see them; else her page."""
    if membre is None:
        return []
    nom, gestes = membre.nom_complet, []
    if membre.telephone_lisible:
        numero = {"url": f"tel:{membre.lien_telephone}", "precision": membre.telephone_lisible}
        gestes.append(Geste(_("Appeler %s") % nom, icone="phone", **numero))
    if membre.courriel_lisible:
        texte = _("Lui écrire") if gestes else _("Écrire à %s") % nom
        gestes.append(Geste(texte, f"mailto:{membre.courriel_lisible}", "mail"))
    return gestes or [Geste(_("Voir la fiche de %s") % nom, membre.get_absolute_url(), "contact-round")]


def depuis(instant):
    return _("depuis le %s") % en_jour(timezone.localtime(instant), "j F Y")


def jour(le):
    return _("le %s") % en_jour(le, "j F")
