"""How far each commune has gone in a project: the ladder, the acts that carry it, who may say so."""

import csv
from datetime import date, timedelta
from io import BytesIO, StringIO
from zipfile import ZipFile

import pytest
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import IntegrityError, transaction
from django.utils import timezone

from besoins.models import Acte, PieceDActe, Position, PositionDite, Projet
from besoins.models.participation import PASSAGES, Qui, refus_de_passage
from plateforme.accueil.a_faire import AFaire
from reseau.models import ArchiveDeReseau, Fonction, Modification, Notification
from tests.compter import requetes_pour
from tests.fabriques import faire_commune, faire_membre, faire_projet
from tests.reseau.test_publication import prefilled

Niveau = Position.Niveau
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"
DELIBERATION = {"nature": "deliberation", "numero": "2026-42", "date": "2026-01-15"}


@pytest.fixture
def action(bruno, rst, camille, remi, louverne, change):
    """Changé's project, in the network of Louverné's agent and référent."""
    return faire_projet(
        "Tournées de salage communes",
        bruno,
        reseau=rst,
        beneficiaires=[louverne, change],
        droit_de_retrait="Au 31 décembre, avec six mois de préavis.",
        conditions="Un agent formé par commune.",
    )


def pdf(nom="deliberation.pdf", octets=PDF):
    return SimpleUploadedFile(nom, octets, "application/pdf")


def engager(client, projet, **champs):
    return client.post(f"/projets/{projet.pk}/engagement/", DELIBERATION | champs)


def engagee(projet, collectivite, par, executoire_le=None):
    acte = Acte(projet=projet, collectivite=collectivite, numero="7", date=date(2026, 1, 5))
    acte.executoire_le = executoire_le
    return acte.engager(par=par)


# Which steps, and by whom


LIBRES = {
    ("curieuse", "agent"), ("interessee", "agent"), ("hors", "agent"),
    ("curieuse", "decideur"), ("interessee", "decideur"), ("hors", "decideur"), ("engagee", "decideur"),
}  # fmt: skip
PERMIS = {
    None: LIBRES,
    "curieuse": LIBRES,
    "interessee": LIBRES,
    "hors": LIBRES,
    "engagee": {("engagee", "decideur"), ("membre", "porteur"), ("retiree", "decideur")},
    "membre": {("membre", "porteur"), ("retiree", "decideur")},
    "retiree": LIBRES | {("retiree", "decideur")},
}


def test_the_whole_table_of_the_steps_and_of_who_may_say_them():
    assert set(PASSAGES) == {None, *Projet.niveaux} == set(PERMIS)
    for avant in PASSAGES:
        for apres in Projet.niveaux:
            for qui in Qui:
                refus = str(refus_de_passage(avant, apres, {qui}))
                permis = (apres.value, qui.value) in PERMIS[avant]
                assert (refus == "") == permis, (avant, apres, qui, refus)
                assert permis or refus.endswith(".")


@pytest.mark.parametrize("depart", [None, *Projet.niveaux])
def test_each_step_is_done_or_refused_by_the_verb_as_the_table_says(
    action, camille, remi, bruno, louverne, depart
):
    hier = timezone.localdate() - timedelta(days=1)
    if depart in (Niveau.ENGAGEE, Niveau.MEMBRE, Niveau.RETIREE):
        engagee(action, louverne, remi, executoire_le=hier)
        if depart == Niveau.MEMBRE:
            Position.dire(action, collectivite=louverne, par=bruno, niveau=depart)
        elif depart == Niveau.RETIREE:
            Position.dire(action, collectivite=louverne, par=remi, niveau=depart, effet_le=hier)
    elif depart:
        Position.dire(action, collectivite=louverne, par=camille, niveau=depart)
    for qui, membre in {"agent": camille, "decideur": remi, "porteur": bruno}.items():
        for apres in Projet.niveaux:
            porte = {"agent", "decideur"} if membre == remi else {qui}
            permis = any((apres.value, chapeau) in PERMIS[depart] for chapeau in porte)
            with transaction.atomic():
                acte = Acte.objects.create(
                    projet=action, collectivite=louverne, par=remi, numero="8", date=hier, executoire_le=hier
                )
                dit = {"niveau": apres, "acte": acte if apres == Niveau.ENGAGEE else None}
                dit["effet_le"] = hier if apres == Niveau.RETIREE else None
                if permis:
                    Position.dire(action, collectivite=louverne, par=membre, **dit)
                    seul = qui == "agent" and depart == Niveau.RETIREE  # her référent has spoken
                    assert Position.objects.get().niveau == (depart if seul else apres)
                else:
                    with pytest.raises(ValidationError):
                        Position.dire(action, collectivite=louverne, par=membre, **dit)
                transaction.set_rollback(True)


def test_the_database_holds_to_the_ladder_too(action, remi, louverne):
    position = engagee(action, louverne, remi)
    for champs in (
        {"niveau": "membre", "acte": None},
        {"niveau": "membre", "confirmee": False},
        {"niveau": "retiree"},
        {"niveau": "curieuse", "effet_le": date(2026, 1, 1)},
    ):
        with pytest.raises(IntegrityError), transaction.atomic():
            Position.objects.filter(pk=position.pk).update(**champs)
    for champs in ({"numero": ""}, {"executoire_le": date(2025, 1, 1)}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Acte.objects.update(**champs)


def test_a_need_keeps_its_own_positions(connecter, camille, balayeuse):
    for niveau in ("membre", "retiree"):
        reponse = connecter(camille).post(f"/besoins/{balayeuse.pk}/positions/", {"niveau": niveau})
        assert reponse.status_code == 422
        connecter(camille).post(f"/besoins/{balayeuse.pk}/reponse/", {"niveau": niveau})
    assert not Position.objects.exists()
    client = connecter(camille)
    assert "membre" not in b"".join(client.get("/besoins/export/").streaming_content).decode().splitlines()[0]
    assert client.post(f"/besoins/{balayeuse.pk}/positions/", {"niveau": "engagee"}).status_code == 302


# The way up, through the pages


def test_a_commune_climbs_the_ladder_until_it_is_a_member(connecter, camille, remi, bruno, action, louverne):
    client, page = connecter(camille), action.get_absolute_url()
    assert "Louverné participe" in client.get(page).text
    client.post(f"/projets/{action.pk}/positions/", {"niveau": "interessee"})
    lue = client.get(page).text
    assert "Louverné\u202f: intéressée" in lue and "Engager Louverné" not in lue
    assert "son référent ou un de ses élus" in lue

    client = connecter(remi)
    lue = client.get(page).text
    assert "Engager Louverné" in lue
    formulaire = client.get(f"/projets/{action.pk}/engagement/").text
    assert "Au 31 décembre, avec six mois de préavis." in formulaire and "Un agent formé" in formulaire
    reponse = engager(client, action, commentaire="Deux agents.")
    assert reponse["Location"] == f"{page}#ma-position"
    position = Position.objects.get()
    assert (position.niveau, position.commentaire, position.acte.numero) == (
        "engagee",
        "Deux agents.",
        "2026-42",
    )
    lue = client.get(page).text
    assert "Louverné\u202f: engagée" in lue and "n° 2026-42" in lue
    assert "Compléter l’acte" in lue and "joindre le PDF" in lue

    communes = f"/projets/{action.pk}/communes/"
    assert f"/positions/{position.pk}/admission/" not in connecter(bruno).get(communes).text
    client, acte = connecter(remi), f"/actes/{position.acte_id}/"
    envoi = prefilled(client, acte) | {"executoire_le": "2026-01-20", "piece": pdf()}
    assert client.post(acte, envoi).status_code == 302
    assert "acte exécutoire" in Notification.objects.filter(membre=bruno).latest("pk").phrase

    client, admission = connecter(bruno), f"/positions/{position.pk}/admission/"
    assert admission in client.get(communes).text
    assert admission in client.get(page).text  # in the block of the communes, wherever it is read
    [ligne] = [ligne for ligne in AFaire(bruno, None).montrer() if ligne.genre == "admission"]
    assert ligne.titre == "Enregistrer Louverné comme membre" and ligne.url == admission
    assert "Enregistrer Louverné comme membre" in client.get("/a-faire/").text
    assert admission not in connecter(remi).get(page).text
    assert not [ligne for ligne in AFaire(remi, louverne).lignes if ligne.genre == "admission"]
    client = connecter(bruno)
    for _clic in range(2):
        assert client.post(admission, {"convention_le": "2026-02-01"}).status_code == 302
    assert not [ligne for ligne in AFaire(bruno, None).lignes if ligne.genre == "admission"]
    position = Position.objects.get()
    assert (position.niveau, position.convention_le, position.confirmee) == (
        "membre",
        date(2026, 2, 1),
        True,
    )
    niveaux = PositionDite.objects.order_by("pk").values_list("niveau", "retenue")
    assert [*niveaux] == [("interessee", True), ("engagee", True), ("membre", True)]
    assert Notification.objects.filter(membre=remi, genre="position").exists()

    client = connecter(remi)
    assert "Ce que le projet prévoit" in client.get(f"/projets/{action.pk}/sortie/").text
    client.post(f"/projets/{action.pk}/sortie/", {"effet_le": "2026-12-31", "commentaire": "Sans suite."})
    position = Position.objects.get()
    assert (position.niveau, position.effet_le) == ("retiree", date(2026, 12, 31))
    lue = client.get(page).text
    assert "Retirée à compter du 31 décembre 2026." in lue and "Engager Louverné" in lue


def test_an_elue_engages_her_commune_and_an_agent_does_not(connecter, camille, bruno, action, louverne, rst):
    elue = faire_membre("Nadia", "Roux", (louverne, Fonction.Role.ELU), reseaux=[rst])
    for adresse in ("engagement", "sortie"):
        refus = connecter(camille).get(f"/projets/{action.pk}/{adresse}/")
        assert refus.status_code == 403 and "un de ses élus" in refus.text
    assert engager(connecter(camille), action).status_code == 403
    assert engager(connecter(elue), action).status_code == 302
    assert Position.objects.get().par == elue
    reponse = connecter(camille).post(f"/projets/{action.pk}/positions/", {"niveau": "hors"})
    assert reponse.status_code == 422 and "elle se retire" in reponse.text
    assert Position.objects.get().niveau == "engagee"


def test_one_engages_by_an_act_and_not_in_one_click(connecter, remi, action):
    reponse = connecter(remi).post(f"/projets/{action.pk}/positions/", {"niveau": "engagee"})
    assert reponse.status_code == 422 and not Position.objects.exists()


@pytest.mark.parametrize(
    ("champs", "champ", "refus"),
    [
        ({"numero": ""}, "numero", ""),
        ({"numero": "\u200b"}, "numero", ""),
        ({"numero": "x" * 41}, "numero", "40"),
        ({"numero": "a\x00b"}, "numero", ""),
        ({"date": ""}, "date", ""),
        ({"date": "hier"}, "date", ""),
        ({"date": "2999-01-01"}, "date", "pas encore venue"),
        ({"executoire_le": "2999-01-01"}, "executoire_le", "pas encore venue"),
        ({"executoire_le": "2026-01-01"}, "executoire_le", "pas exécutoire avant"),
        ({"nature": "rumeur"}, "nature", ""),
        ({"commentaire": "x" * 301}, "commentaire", "300"),
        ({"piece": SimpleUploadedFile("acte.txt", b"texte")}, "piece", "PDF"),
        ({"piece": SimpleUploadedFile("acte.pdf", b"texte")}, "piece", ""),
    ],
)
def test_what_is_wrong_in_an_act_is_told_beside_its_field(connecter, remi, action, champs, champ, refus):
    reponse = engager(connecter(remi), action, **({"commentaire": "à garder"} | champs))
    assert reponse.status_code == 422
    assert f"id_{champ}_error" in reponse.text and refus in reponse.text
    assert "commentaire" in champs or "à garder" in reponse.text
    assert not Position.objects.exists() and not Acte.objects.exists()


def test_an_act_sent_twice_is_noted_once_and_another_one_is_a_correction(connecter, remi, action):
    client = connecter(remi)
    assert [engager(client, action).status_code for _clic in range(2)] == [302, 302]
    assert Acte.objects.count() == 1 == PositionDite.objects.count()
    autre = engager(client, action, numero="2026-43")
    assert autre.status_code == 422 and "c’est elle qu’il faut corriger" in autre.text
    # More than what was said, by the way « back »: it is not dropped in silence.
    for plus in ({"piece": pdf()}, {"executoire_le": "2026-01-20"}):
        complete = engager(client, action, **plus)
        assert complete.status_code == 422 and "c’est elle qu’il faut corriger" in complete.text
    assert Acte.objects.count() == 1 and not PieceDActe.objects.exists()


def test_the_same_file_sent_twice_is_kept_once(connecter, remi, action):
    client = connecter(remi)
    engager(client, action)
    adresse = f"/actes/{Acte.objects.get().pk}/"
    for _clic in range(2):
        assert client.post(adresse, prefilled(client, adresse) | {"piece": pdf()}).status_code == 302
    assert PieceDActe.objects.count() == 1


def test_an_act_is_corrected_and_the_history_keeps_what_it_said(connecter, remi, camille, action):
    client = connecter(remi)
    engager(client, action, piece=pdf())
    acte = Acte.objects.get()
    adresse = f"/actes/{acte.pk}/"
    premiere = prefilled(client, adresse)
    assert (
        client.post(adresse, premiere | {"numero": "2026-43", "piece": pdf("signee.pdf")}).status_code == 302
    )
    assert [str(p) for p in PieceDActe.objects.all()] == ["deliberation.pdf", "signee.pdf"]
    historique = connecter(camille).get(f"/contributions/{action.pk}/historique/").text
    for mot in ("n° 2026-42", "n° 2026-43", "deliberation.pdf", "signee.pdf", "acte de Louverné"):
        assert mot in historique
    client = connecter(remi)
    refus = client.post(adresse, premiere | {"numero": "2026-44"})  # from a page opened before
    assert refus.status_code == 422 and "n° 2026-43" in refus.text and "2026-44" in refus.text
    assert Acte.objects.get().numero == "2026-43"
    assert connecter(camille).get(adresse).status_code == 404


def test_the_act_of_a_member_stays_executory(connecter, remi, bruno, action, louverne):
    position = engagee(action, louverne, remi, executoire_le=date(2026, 1, 20))
    Position.dire(action, collectivite=louverne, par=bruno, niveau="membre")
    client, adresse = connecter(remi), f"/actes/{position.acte_id}/"
    refus = client.post(adresse, prefilled(client, adresse) | {"executoire_le": ""})
    assert refus.status_code == 422 and "id_executoire_le_error" in refus.text
    assert Acte.objects.get().executoire_le == date(2026, 1, 20)


def test_nobody_is_a_member_before_the_act_is_executory(connecter, bruno, remi, camille, action, louverne):
    position = engagee(action, louverne, remi)
    adresse = f"/positions/{position.pk}/admission/"
    refus = connecter(bruno).post(adresse, {})
    assert refus.status_code == 422 and "pas encore exécutoire" in refus.text
    Acte.objects.update(executoire_le=date(2026, 1, 20))
    assert connecter(camille).post(adresse, {}).status_code == 404
    assert connecter(remi).post(adresse, {}).status_code == 404
    refus = connecter(bruno).post(adresse, {"convention_le": "2999-01-01"})
    assert refus.status_code == 422 and "id_convention_le_error" in refus.text
    assert connecter(bruno).post(adresse, {}).status_code == 302
    assert Position.objects.get().niveau == "membre"


def test_the_file_of_an_act_is_read_by_who_reads_the_project(
    connecter, client, remi, camille, chantal, action
):
    engager(connecter(remi), action, piece=pdf())
    adresse = PieceDActe.objects.get().get_absolute_url()
    Projet.objects.update(visibilite="reseau")
    assert connecter(chantal).get(adresse).status_code == 404
    reponse = connecter(camille).get(adresse)
    assert reponse.status_code == 200 and reponse["X-Content-Type-Options"] == "nosniff"
    client.logout()
    assert client.get(adresse).status_code == 302
    Projet.objects.update(retire_le=timezone.now(), retire_motif="doublon")
    assert connecter(camille).get(adresse).status_code == 404


# Until when


def test_after_its_deadline_a_project_takes_no_entry_and_still_lets_out(
    connecter, camille, remi, bruno, sylvie, action, louverne, montflours
):
    position = engagee(action, louverne, remi, executoire_le=date(2026, 1, 20))
    hier = timezone.localdate() - timedelta(days=1)
    Projet.objects.update(positions_jusqu_au=hier)
    action.refresh_from_db()
    sylvie.choisir(montflours)
    client, page = connecter(sylvie), action.get_absolute_url()
    lue = client.get(page).text
    assert "ce jour est passé" in lue and 'value="interessee"' not in lue and 'value="hors"' in lue
    for niveau in ("curieuse", "interessee"):
        reponse = client.post(f"/projets/{action.pk}/positions/", {"niveau": niveau})
        assert reponse.status_code == 422 and "ce jour est passé" in reponse.text
    assert client.post(f"/projets/{action.pk}/positions/", {"niveau": "hors"}).status_code == 302
    assert connecter(bruno).post(f"/positions/{position.pk}/admission/", {}).status_code == 302
    client = connecter(remi)
    assert client.post(f"/projets/{action.pk}/sortie/", {"effet_le": "2026-12-31"}).status_code == 302
    reponse = client.get(f"/projets/{action.pk}/engagement/", follow=True)
    assert "ce jour est passé" in reponse.text
    assert engager(client, action, numero="9").status_code == 422


def test_the_deadline_and_the_conditions_are_set_in_the_form_and_followed(connecter, bruno, camille, action):
    client, adresse = connecter(bruno), action.url_de_modification
    demain = timezone.localdate() + timedelta(days=1)
    envoi = prefilled(client, adresse)
    refus = client.post(adresse, envoi | {"positions_jusqu_au": "2020-01-01"})
    assert refus.status_code == 422 and "id_positions_jusqu_au_error" in refus.text
    envoi |= {"positions_jusqu_au": demain, "conditions": "Une part de 200 euros."}
    assert client.post(adresse, envoi).status_code == 302
    assert "Une part de 200 euros." in connecter(camille).get(action.get_absolute_url()).text
    champs = {c["champ"] for m in Modification.objects.all() for c in m.changements}
    assert champs == {"les communes se disent jusqu’au", "conditions pour en être"}


def test_without_a_date_one_does_not_withdraw(connecter, remi, action, louverne):
    engagee(action, louverne, remi)
    client = connecter(remi)
    for effet_le in ("", "demain", "99999-01-01"):
        refus = client.post(f"/projets/{action.pk}/sortie/", {"effet_le": effet_le})
        assert refus.status_code == 422 and "id_effet_le_error" in refus.text
    assert Position.objects.get().niveau == "engagee"


# Around it


def test_an_engagement_of_before_the_acts_is_asked_for_its_own(connecter, remi, action, louverne):
    Position.objects.create(
        contribution=action, collectivite=louverne, niveau="engagee", par=remi, confirmee=True
    )
    client = connecter(remi)
    assert "Il reste à dire par quelle décision" in client.get(action.get_absolute_url()).text
    assert engager(client, action).status_code == 302
    assert Position.objects.get().acte.numero == "2026-42"


def test_with_htmx_the_ladder_comes_back_with_its_steps(connecter, camille, action):
    reponse = connecter(camille).post(
        f"/projets/{action.pk}/positions/", {"niveau": "curieuse"}, headers={"HX-Request": "true"}
    )
    assert 'aria-current="step"' in reponse.text and "C’est noté." in reponse.text
    assert "<html" not in reponse.text


def test_the_page_of_the_communes_costs_the_same_however_many_they_are(
    connecter, camille, remi, bruno, action, louverne
):
    engagee(action, louverne, remi)
    client, adresse = connecter(camille), f"/projets/{action.pk}/communes/"
    pages = (adresse, action.get_absolute_url())
    une = [requetes_pour(client, page) for page in pages]
    for n in range(4):
        commune = faire_commune(f"Commune {n}")
        engagee(action, commune, faire_membre(f"Prénom{n}", "Nom", (commune, Fonction.Role.REFERENT)))
    assert [requetes_pour(client, page) for page in pages] == une


def test_the_copy_of_its_network_holds_the_acts(connecter, diane, remi, action, louverne):
    engagee(action, louverne, remi, executoire_le=date(2026, 1, 20))
    client = connecter(diane)
    client.post("/reseaux/rst/archives/")
    copie = ZipFile(BytesIO(b"".join(client.get(ArchiveDeReseau.objects.get().get_absolute_url()))))
    [ligne] = csv.DictReader(StringIO(copie.read("actes.csv").decode("utf-8-sig")), delimiter=";")
    assert (ligne["collectivité"], ligne["nature"], ligne["numéro"]) == ("Louverné", "délibération", "7")
