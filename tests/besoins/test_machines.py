"""The state machines as tables: from each state, each gesture, by each of those who might try.

What a table does not name is refused: whoever has no door gets the 404 (a visitor, the way to sign-in),
whoever has one is told why, or is sent back to the page that says its state. Each refusal leaves no trace,
and the same gesture done twice is done once.
"""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from django.db import transaction
from django.test import Client
from django.utils import timezone

from besoins.models import (
    Avis,
    Besoin,
    Consultation,
    Deliberation,
    Position,
    Preparation,
    Projet,
    Relance,
    Sollicitation,
)
from reseau.models import Fonction
from tests.fabriques import faire_besoin, faire_consultation, faire_membre, faire_message, faire_projet

MOTIF = "Plus d’actualité"
LOIN = date(2999, 1, 1)
# Who carries it: its author, who took over from her, the référent of her commune, the network's animatrice.
PORTEURS = {"autrice", "responsable", "referent", "animatrice"}
# Of another commune: its référent and an agent of his, in the network; of another network; signed out.
VOISINS = {"voisin", "voisine"}
DEHORS = {"etrangere", "visiteur"}
TOUS = PORTEURS | VOISINS | DEHORS


@dataclass
class Geste:
    """What is posted, and where."""

    adresse: str
    saisie: dict = field(default_factory=dict)

    def faire(self, client, **numeros):
        saisie = {champ: valeur.format(**numeros) for champ, valeur in self.saisie.items()}
        return client.post(self.adresse.format(**numeros), saisie)


@pytest.fixture
def distribution(camille, remi, diane, bruno, chantal, louverne, change, rst):
    """{role: member}; the visitor is nobody."""
    return {
        "autrice": camille,
        "responsable": faire_membre("Lucie", "Renard", louverne, reseaux=[rst]),
        "referent": remi,
        "animatrice": diane,
        "voisin": bruno,
        "voisine": faire_membre("Salomé", "Huet", change, reseaux=[rst]),
        "etrangere": chantal,
        "visiteur": None,
    }


@pytest.fixture
def clients(distribution):
    clients = {role: Client() for role in distribution}
    for role, membre in distribution.items():
        if membre:
            clients[role].force_login(membre.utilisateur)
    return clients


def eprouver(clients, gestes, permis, photo, refus, **numeros):
    """Each gesture by each of them, undone after; what does not go as the table says, in a list.

    `permis`: {gesture: (who may, the state where it leads)}; `photo`: all that a gesture might change, its
    state first; `refus`: {gesture: what is told to who has the door, where it comes at a wrong time}.
    """
    ecarts = []
    for nom, geste in gestes.items():
        qui, arrivee = permis.get(nom, ((), None))
        redits = {next((role for role in clients if role in qui), None)}
        for role, client in clients.items():
            with transaction.atomic():
                avant = photo()
                reponse = geste.faire(client, **numeros)
                apres = photo()
                if role in qui:
                    juste = apres != avant and apres[0] == arrivee
                    if juste and role in redits:
                        juste = geste.faire(client, **numeros).status_code < 500 and photo() == apres
                else:
                    juste = apres == avant and _dit_pourquoi(client, role, reponse, refus.get(nom, ""))
                if not juste:
                    ecarts.append((nom, role, reponse.status_code, avant, apres))
                transaction.set_rollback(True)
    return ecarts


def _dit_pourquoi(client, role, reponse, phrase):
    if role == "visiteur":
        return reponse.status_code == 302 and "/compte/connexion/" in reponse.url
    if reponse.status_code == 302 and phrase:
        reponse = client.get(reponse.url)
    if reponse.status_code in (302, 403, 404):
        return True
    return reponse.status_code in (200, 422) and phrase in reponse.text


# The need

BESOIN = "/besoins/{pk}/"
CONTRIBUTION = "/contributions/{pk}/"
DES_CONTRIBUTIONS = {
    "publier": Geste(CONTRIBUTION + "publication/"),
    "rouvrir": Geste(CONTRIBUTION + "reouverture/"),
    "retirer": Geste(CONTRIBUTION + "retrait/", {"motif": MOTIF}),
    "retablir": Geste(CONTRIBUTION + "retablissement/"),
    "verrouiller": Geste(CONTRIBUTION + "verrou/", {"motif": MOTIF}),
    "deverrouiller": Geste(CONTRIBUTION + "deverrouillage/"),
}
GESTES_DU_BESOIN = DES_CONTRIBUTIONS | {
    "clore": Geste(BESOIN + "cloture/", {"issue": "pret"}),
    "clore en projet": Geste(BESOIN + "cloture/", {"issue": "projet"}),
    "laisser sans suite": Geste(BESOIN + "cloture/", {"issue": "sans_suite", "motif": MOTIF}),
    "rapprocher": Geste(BESOIN + "rapprochement/", {"projet": "{projet}"}),
    "separer": Geste(BESOIN + "separation/"),
    "solliciter": Geste(BESOIN + "sollicitations/", {"autres": "{montflours}"}),
    "relancer": Geste(BESOIN + "relance/"),
    "se dire interessee": Geste(BESOIN + "positions/", {"niveau": "interessee"}),
    "se dire membre": Geste(BESOIN + "positions/", {"niveau": "membre"}),
}
REFUS_DU_BESOIN = {
    "rapprocher": "est clos, ou déjà rapproché",
    "solliciter": "ne prend plus de réponse",
    "relancer": "ne prend plus de réponse",
}
# Of the communes that answer: all but the one in need.
REPONDENT = VOISINS | {"animatrice"}
VIVANT = {
    "clore": (PORTEURS, "clos"),
    "laisser sans suite": (PORTEURS, "sans suite"),
    "retirer": (PORTEURS, "retiré"),
}


def ouvert(etat):
    """What may be done of a need that nothing answers yet, in this state."""
    return VIVANT | {
        "clore en projet": (PORTEURS, "clos"),
        "rapprocher": (PORTEURS, "rapproché"),
        "verrouiller": ({"animatrice"}, etat),
        "solliciter": (PORTEURS, etat),
        "relancer": (PORTEURS, etat),
        "se dire interessee": (REPONDENT, etat),
    }


def clos(ouverture="ouvert"):
    return {
        "rouvrir": (PORTEURS, ouverture),
        "retirer": (PORTEURS, "retiré"),
    }


DU_BESOIN = {
    "brouillon": {"publier": ({"autrice"}, "ouvert")},
    "ouvert": ouvert("ouvert"),
    "en discussion": ouvert("en discussion"),
    "rapproché": VIVANT
    | {
        "clore en projet": (PORTEURS, "converti"),
        "separer": (PORTEURS, "ouvert"),
        "verrouiller": ({"animatrice"}, "rapproché"),
    },
    "converti": clos("rapproché")
    | {"separer": (PORTEURS, "clos"), "verrouiller": ({"animatrice"}, "converti")},
    "clos": clos() | {"verrouiller": ({"animatrice"}, "clos")},
    "sans suite": clos() | {"verrouiller": ({"animatrice"}, "sans suite")},
    # By who withdrew it, or by the animatrice.
    "retiré": {"retablir": ({"autrice", "animatrice"}, "ouvert")},
    "verrouillé": VIVANT
    | {
        "clore en projet": (PORTEURS, "clos"),
        "rapprocher": (PORTEURS, "rapproché"),
        "deverrouiller": ({"animatrice"}, "ouvert"),
    },
    "échu": VIVANT
    | {
        "clore en projet": (PORTEURS, "clos"),
        "rapprocher": (PORTEURS, "rapproché"),
        "verrouiller": ({"animatrice"}, "ouvert"),
    },
}


def mettre_le_besoin(besoin, etat, projet, distribution):
    autrice = distribution["autrice"]
    if etat == "en discussion":
        faire_message(besoin, distribution["animatrice"])
    elif etat in ("rapproché", "converti"):
        projet.rapprocher([besoin], par=autrice)
    elif etat == "retiré":
        besoin.retirer(par=autrice, motif=MOTIF)
    elif etat == "verrouillé":
        besoin.verrouiller(par=distribution["animatrice"], motif=MOTIF)
    elif etat == "échu":
        Besoin.objects.update(echeance=timezone.localdate() - timedelta(days=1))
    issues = {"converti": "projet", "clos": "pret", "sans suite": "sans_suite"}
    if etat in issues:
        besoin.clore(par=autrice, issue=issues[etat], motif=MOTIF)


@pytest.mark.parametrize("etat", DU_BESOIN)
def test_a_need_goes_as_its_table_says(etat, clients, distribution, rst, change, montflours, sylvie):
    autrice, voisin = distribution["autrice"], distribution["voisin"]
    projet = faire_projet("Salage", voisin, reseau=rst, visibilite="reseau")
    besoin = faire_besoin(
        "Sel de déneigement", autrice, reseau=rst, visibilite="reseau", publier=etat != "brouillon"
    )
    besoin.confier(distribution["responsable"], par=autrice)
    if etat != "brouillon":
        # Asked long enough ago to be reminded.
        besoin.solliciter([change], par=autrice)
        Sollicitation.objects.update(le=timezone.now() - timedelta(days=10))
        mettre_le_besoin(besoin, etat, projet, distribution)

    def photo():
        lu = Besoin.objects.get(pk=besoin.pk)
        compte = [lu.sollicitations.count(), Relance.objects.filter(etape="a_la_main").count()]
        compte += [lu.positions.count(), lu.modifications.count(), lu.rapprochements.actifs().count()]
        return [str(lu.etat), lu.verrouille_le, lu.issue, lu.motif, lu.rapproche_le, *compte]

    if etat not in ("verrouillé", "échu"):
        assert photo()[0] == etat
    numeros = {"pk": besoin.pk, "projet": projet.pk, "montflours": montflours.pk}
    refus = dict(REFUS_DU_BESOIN)
    if etat == "rapproché":
        refus |= dict.fromkeys(("solliciter", "relancer", "se dire interessee"), "réuni")
    assert eprouver(clients, GESTES_DU_BESOIN, DU_BESOIN[etat], photo, refus, **numeros) == []


# The project

PROJET = "/projets/{pk}/"
GESTES_DU_PROJET = DES_CONTRIBUTIONS | {
    "passer en diagnostic": Geste(PROJET + "phase/", {"phase": "diagnostic"}),
    "passer en phase opérationnelle": Geste(PROJET + "phase/", {"phase": "operationnelle"}),
    "réaliser": Geste(PROJET + "cloture/", {"issue": "realise"}),
    "laisser sans suite": Geste(PROJET + "cloture/", {"issue": "sans_suite", "motif": MOTIF}),
    "se dire curieuse": Geste(PROJET + "positions/", {"niveau": "curieuse"}),
    "se dire engagée": Geste(PROJET + "positions/", {"niveau": "engagee"}),
}
ETUDE, OPERATIONNELLE = "étude préliminaire", "phase opérationnelle"


def du_projet_ouvert(phase):
    return {
        "réaliser": (PORTEURS, "réalisé"),
        "laisser sans suite": (PORTEURS, "sans suite"),
        "passer en diagnostic": (PORTEURS, "diagnostic"),
        "retirer": (PORTEURS, "retiré"),
        "verrouiller": ({"animatrice"}, phase),
        "se dire curieuse": (PORTEURS | VOISINS, phase),
    }


DU_PROJET = {
    "brouillon": {"publier": ({"autrice"}, ETUDE)},
    ETUDE: du_projet_ouvert(ETUDE) | {"passer en phase opérationnelle": (PORTEURS, OPERATIONNELLE)},
    OPERATIONNELLE: du_projet_ouvert(OPERATIONNELLE),
    # It lacks what its type must have settled first.
    "service commun": du_projet_ouvert(ETUDE),
    "réalisé": clos(ETUDE) | {"verrouiller": ({"animatrice"}, "réalisé")},
    "sans suite": clos(ETUDE) | {"verrouiller": ({"animatrice"}, "sans suite")},
    "retiré": {"retablir": ({"autrice", "animatrice"}, ETUDE)},
    "verrouillé": {
        "réaliser": (PORTEURS, "réalisé"),
        "laisser sans suite": (PORTEURS, "sans suite"),
        "passer en diagnostic": (PORTEURS, "diagnostic"),
        "passer en phase opérationnelle": (PORTEURS, OPERATIONNELLE),
        "retirer": (PORTEURS, "retiré"),
        "deverrouiller": ({"animatrice"}, ETUDE),
    },
}


@pytest.mark.parametrize("etat", DU_PROJET)
def test_a_project_goes_as_its_table_says(etat, clients, distribution, rst, agglo):
    autrice = distribution["autrice"]
    du_type = (
        {"type_mutualisation": "service_commun", "fournisseur": agglo} if etat == "service commun" else {}
    )
    projet = faire_projet(
        "Salage", autrice, reseau=rst, visibilite="reseau", publier=etat != "brouillon", **du_type
    )
    projet.confier(distribution["responsable"], par=autrice)
    if etat != "brouillon":
        projet.rapprocher([faire_besoin("Sel", autrice, reseau=rst)], par=autrice)
    if etat == OPERATIONNELLE:
        projet.passer_en("operationnelle", par=autrice)
    elif etat in ("réalisé", "sans suite"):
        projet.clore(par=autrice, issue="realise" if etat == "réalisé" else "sans_suite", motif=MOTIF)
    elif etat == "retiré":
        projet.retirer(par=autrice, motif=MOTIF)
    elif etat == "verrouillé":
        projet.verrouiller(par=distribution["animatrice"], motif=MOTIF)

    def photo():
        lu = Projet.objects.get(pk=projet.pk)
        compte = [lu.positions.count(), lu.modifications.count(), lu.rapprochements.actifs().count()]
        return [str(lu.etat), lu.verrouille_le, lu.phase, lu.issue, lu.motif, *compte]

    refus = {"passer en phase opérationnelle": "ne passe pas en"} if du_type else {}
    assert eprouver(clients, GESTES_DU_PROJET, DU_PROJET[etat], photo, refus, pk=projet.pk) == []


# What an agent prepares

PREPARATION = "/preparations/{preparation}/"
GESTES_DE_LA_PREPARATION = {
    "préparer": Geste(CONTRIBUTION + "preparation/", {"niveau": "curieuse", "pour": "{pour}"}),
    "préparer de même": Geste(CONTRIBUTION + "preparation/", {"niveau": "interessee", "pour": "{pour}"}),
    "valider": Geste(PREPARATION + "validation/"),
    "renvoyer": Geste(PREPARATION, {"motif": MOTIF}),
    "retirer": Geste(PREPARATION + "retrait/"),
}
# Who speaks for it, and has another who decides agree.
DE_SA_COMMUNE = {"préparatrice", "collègue", "élue"}


def a_refaire(etat):
    """Nothing waits any more: it may be prepared anew."""
    return {"préparer": (DE_SA_COMMUNE, etat), "préparer de même": (DE_SA_COMMUNE, etat)}


DE_LA_PREPARATION = {
    "en attente": {
        "préparer": (DE_SA_COMMUNE, "retirée"),
        "valider": ({"décideur"}, "validée"),
        "renvoyer": ({"décideur"}, "renvoyée"),
        "retirer": ({"préparatrice"}, "retirée"),
    },
    "validée": a_refaire("validée"),
    "renvoyée": a_refaire("renvoyée"),
    "retirée": a_refaire("retirée"),
    "devancée": a_refaire("retirée"),
    "expirée": a_refaire("retirée") | {"retirer": ({"préparatrice"}, "retirée")},
    "sur un besoin clos": {"retirer": ({"préparatrice"}, "retirée")},
    "d’un décideur parti": {"retirer": ({"préparatrice"}, "retirée")},
}
REFUS_DE_LA_PREPARATION = {
    "validée": {"renvoyer": "déjà validée", "retirer": "a déjà une suite"},
    "renvoyée": {"valider": "a été renvoyée", "retirer": "a déjà une suite"},
    "retirée": {"valider": "ne se valide plus", "renvoyer": "ne se valide plus"},
    "devancée": {"valider": "ne se valide plus", "renvoyer": "ne se valide plus"},
    "expirée": {"valider": "plus d’un mois", "renvoyer": "plus d’un mois"},
    "sur un besoin clos": {"valider": "ne prend plus de réponse"},
}


def etat_de(preparation):
    if preparation.retire_le:
        return "retirée"
    if preparation.valide_le:
        return "validée"
    return "renvoyée" if preparation.refuse_le else "en attente"


@pytest.mark.parametrize("etat", DE_LA_PREPARATION)
def test_a_prepared_answer_goes_as_its_table_says(
    etat, camille, remi, diane, bruno, chantal, jeanne, louverne, rst, balayeuse
):
    roles = {
        "préparatrice": camille,
        "collègue": faire_membre("Lucie", "Renard", louverne, reseaux=[rst]),
        "décideur": remi,
        "élue": faire_membre("Ève", "Marchand", (louverne, Fonction.Role.ELU), reseaux=[rst]),
        "interlocutrice": jeanne,
        "animatrice": diane,
        "voisin": bruno,
        "étrangère": chantal,
    }
    clients = {role: Client() for role in [*roles, "visiteur"]}
    for role, membre in roles.items():
        clients[role].force_login(membre.utilisateur)
    preparation = Preparation(
        contribution=balayeuse, collectivite=louverne, niveau="interessee", pour=remi
    ).preparer(par=camille)
    if etat == "validée":
        preparation.valider(par=remi)
    elif etat == "renvoyée":
        preparation.renvoyer(par=remi, motif=MOTIF)
    elif etat == "retirée":
        preparation.retirer(par=camille)
    elif etat == "devancée":
        Position.dire(balayeuse, collectivite=louverne, par=remi, niveau="hors")
    elif etat == "expirée":
        Preparation.objects.update(prepare_le=timezone.now() - timedelta(days=60))
    elif etat == "sur un besoin clos":
        balayeuse.clore(par=bruno, issue="pret")
    elif etat == "d’un décideur parti":
        remi.fonctions.get().clore()

    def photo():
        lue = Preparation.objects.get(pk=preparation.pk)
        dites = list(balayeuse.positions.values_list("niveau", "par"))
        attentes = list(Preparation.objects.en_attente().values_list("pk", "niveau"))
        return [etat_de(lue), dites, attentes, lue.motif, balayeuse.modifications.count()]

    permis, refus = DE_LA_PREPARATION[etat], REFUS_DE_LA_PREPARATION.get(etat, {})
    numeros = {"pk": balayeuse.pk, "preparation": preparation.pk, "pour": remi.pk}
    assert eprouver(clients, GESTES_DE_LA_PREPARATION, permis, photo, refus, **numeros) == []


# The deliberation that a project awaits

DELIBERATION = "/deliberations/{deliberation}/"
GESTES_DE_LA_DELIBERATION = {
    "attendre": Geste(
        PROJET + "deliberations/",
        {"collectivites": "{change}", "delai": "CGCT_L5211_17", "notifiee_le": "2026-01-05"},
    ),
    "délibérer": Geste(
        DELIBERATION, {"sens": "favorable", "acte_le": "2026-02-03", "notifiee_le": "2026-01-05"}
    ),
    "ne plus attendre": Geste(DELIBERATION + "retrait/", {"motif": MOTIF}),
    "attendre de nouveau": Geste(DELIBERATION + "retablissement/"),
}
ATTENDUE = {
    "attendre": (PORTEURS, "attendue"),
    "délibérer": (PORTEURS, "favorable"),
    "ne plus attendre": (PORTEURS, "retirée"),
}
DE_LA_DELIBERATION = {
    "attendue": ATTENDUE,
    "favorable": {"attendre": (PORTEURS, "favorable"), "ne plus attendre": (PORTEURS, "retirée")},
    "défavorable": {
        "attendre": (PORTEURS, "défavorable"),
        "délibérer": (PORTEURS, "favorable"),
        "ne plus attendre": (PORTEURS, "retirée"),
    },
    "retirée": {"attendre": (PORTEURS, "retirée"), "attendre de nouveau": (PORTEURS, "attendue")},
    "remplacée": {"attendre": (PORTEURS, "retirée")},
    # What a council says comes when it comes: after the end of the project too.
    "d’un projet clos": ATTENDUE,
    "d’un projet retiré": {},
}


@pytest.mark.parametrize("etat", DE_LA_DELIBERATION)
def test_a_deliberation_goes_as_its_table_says(etat, clients, distribution, rst, agglo, louverne, change):
    autrice = distribution["autrice"]
    projet = faire_projet(
        "Prise de la compétence voirie",
        autrice,
        reseau=rst,
        visibilite="reseau",
        type_mutualisation="transfert_competence",
        fournisseur=agglo,
        beneficiaires=[louverne, change],
    )
    projet.confier(distribution["responsable"], par=autrice)
    attendue = {"delai": None, "notifiee_le": date(2026, 1, 5), "par": autrice}
    [deliberation] = Deliberation.attendre(projet, [louverne], **attendue)
    if etat in ("favorable", "défavorable"):
        deliberation.sens = "favorable" if etat == "favorable" else "defavorable"
        deliberation.acte_le = date(2026, 2, 3)
        deliberation.noter(par=autrice)
    elif etat in ("retirée", "remplacée"):
        deliberation.retirer(par=autrice, motif=MOTIF)
        if etat == "remplacée":
            Deliberation.attendre(projet, [louverne], **attendue)
    elif etat == "d’un projet clos":
        projet.clore(par=autrice, issue="realise")
    elif etat == "d’un projet retiré":
        projet.retirer(par=autrice, motif=MOTIF)

    def photo():
        lue = Deliberation.objects.get(pk=deliberation.pk)
        nom = "retirée" if lue.retire_le else str(lue.get_sens_display() or "attendue")
        return [nom, lue.acte_le, Deliberation.objects.notes().count(), projet.modifications.count()]

    refus = {"attendre de nouveau": "déjà dans la liste"} if etat == "remplacée" else {}
    numeros = {"pk": projet.pk, "deliberation": deliberation.pk, "change": change.pk}
    assert (
        eprouver(clients, GESTES_DE_LA_DELIBERATION, DE_LA_DELIBERATION[etat], photo, refus, **numeros) == []
    )


# The consultation

CONSULTATION = "/consultations/{pk}/"
GESTES_DE_LA_CONSULTATION = DES_CONTRIBUTIONS | {
    "donner son avis": Geste(CONSULTATION + "avis/", {"sens": "favorable"}),
    "accuser réception": Geste(CONSULTATION + "accuse/"),
    "conclure": Geste(CONSULTATION + "cloture/", {"synthese": "Tous favorables."}),
}


def de_la_consultation(etat):
    return {
        "accuser réception": ({"voisin"}, etat),
        "retirer": (PORTEURS, "retirée"),
        "verrouiller": ({"animatrice"}, etat),
    }


DE_LA_CONSULTATION = {
    "brouillon": {"publier": ({"autrice"}, "en cours")},
    "à venir": de_la_consultation("à venir"),
    "en cours": de_la_consultation("en cours") | {"donner son avis": (VOISINS, "en cours")},
    "échue": de_la_consultation("échue") | {"conclure": (PORTEURS, "close")},
    "dite par tous": {
        "donner son avis": (VOISINS, "en cours"),
        "accuser réception": ({"voisin"}, "en cours"),
        "retirer": (PORTEURS, "retirée"),
        "verrouiller": ({"animatrice"}, "en cours"),
        "conclure": (PORTEURS, "close"),
    },
    "close": {
        "rouvrir": (PORTEURS, "échue"),
        "retirer": (PORTEURS, "retirée"),
        "verrouiller": ({"animatrice"}, "close"),
    },
    "retirée": {"retablir": ({"autrice", "animatrice"}, "en cours")},
    "verrouillée": {"retirer": (PORTEURS, "retirée"), "deverrouiller": ({"animatrice"}, "en cours")},
}
REFUS_DE_LA_CONSULTATION = {
    "brouillon": {"conclure": "quand la consultation est finie"},
    "à venir": {"donner son avis": "ne prend pas d’avis", "conclure": "quand la consultation est finie"},
    "en cours": {"conclure": "quand la consultation est finie"},
    "échue": {"donner son avis": "ne prend pas d’avis"},
    "close": {"donner son avis": "ne prend pas d’avis", "conclure": "a déjà publié une autre synthèse"},
    "verrouillée": {"donner son avis": "est verrouillée", "conclure": "quand la consultation est finie"},
}


@pytest.mark.parametrize("etat", DE_LA_CONSULTATION)
def test_a_consultation_goes_as_its_table_says(etat, clients, distribution, rst, change):
    autrice, ce_jour = distribution["autrice"], timezone.localdate()
    consultation = faire_consultation(
        "Liaison douce",
        autrice,
        interrogees=[change],
        reseau=rst,
        visibilite="reseau",
        jusqu_au=LOIN,
        publier=etat != "brouillon",
    )
    consultation.confier(distribution["responsable"], par=autrice)
    if etat == "à venir":
        Consultation.objects.update(ouverte_du=ce_jour + timedelta(days=3))
    elif etat in ("échue", "close"):
        Consultation.objects.update(
            ouverte_du=ce_jour - timedelta(days=30), jusqu_au=ce_jour - timedelta(days=1)
        )
    if etat == "dite par tous":
        Avis.donner(consultation, collectivite=change, par=distribution["voisine"], sens="defavorable")
    elif etat == "close":
        consultation.clore(par=autrice, synthese="Plutôt favorables.")
    elif etat == "retirée":
        consultation.retirer(par=autrice, motif=MOTIF)
    elif etat == "verrouillée":
        consultation.verrouiller(par=distribution["animatrice"], motif=MOTIF)

    def photo():
        lue = Consultation.objects.get(pk=consultation.pk)
        faits = [
            ("retirée", lue.est_retiree),
            ("brouillon", lue.est_brouillon),
            ("close", lue.clos_le),
            ("à venir", lue.est_a_venir),
            ("échue", lue.est_echue),
            ("en cours", True),
        ]
        nom = next(nom for nom, vrai in faits if vrai)
        recues = lue.interrogations.exclude(recue_le=None).count()
        dits = [*lue.avis.values_list("sens", "par")]
        return [nom, lue.verrouille_le, lue.synthese, recues, dits, lue.modifications.count()]

    permis, refus = DE_LA_CONSULTATION[etat], REFUS_DE_LA_CONSULTATION.get(etat, {})
    assert eprouver(clients, GESTES_DE_LA_CONSULTATION, permis, photo, refus, pk=consultation.pk) == []
