"""Questions: an answer that is kept, and those that wait for one."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.management import call_command
from django.utils import timezone

from reseau.models import Discussion, Domaine, Notification
from tests.fabriques import faire_besoin, faire_discussion, faire_message


@pytest.fixture
def reponse(discussion, camille):
    return faire_message(discussion, camille, "L’eau chaude, deux passages par an.")


def adresse(message):
    return f"/contributions/{message.contribution_id}/messages/{message.rang}/retenue/"


def vieillir(*discussions, jours=6):
    for discussion in discussions:
        Discussion.objects.filter(pk=discussion.pk).update(publie_le=timezone.now() - timedelta(days=jours))


def test_the_asker_keeps_the_answer_from_its_page_and_the_question_is_resolved(connecter, bruno, reponse):
    client = connecter(bruno)
    assert "C’est la réponse" in client.get(reponse.get_absolute_url()).text
    page = client.post(adresse(reponse), {"retenir": "oui"}, follow=True).text
    assert "La réponse retenue" in page
    assert "résolue" in page
    assert page.count("L’eau chaude") == 2
    assert 'class="message retenu"' in page
    page = client.post(adresse(reponse), {"retenir": "non"}, follow=True).text
    assert page.count("L’eau chaude") == 1
    assert 'class="message retenu"' not in page


@pytest.mark.parametrize(
    ("qui", "code"), [("bruno", 302), ("diane", 302), ("camille", 404), ("chantal", 404), (None, 302)]
)
def test_who_asked_or_runs_the_network_says_what_the_answer_is(
    client, connecter, request, discussion, reponse, qui, code
):
    if qui:
        connecter(request.getfixturevalue(qui))
    assert client.post(adresse(reponse), {"retenir": "oui"}).status_code == code
    discussion.refresh_from_db()
    assert (discussion.reponse == reponse) == (qui in {"bruno", "diane"})


def test_the_author_of_the_answer_and_the_followers_are_told(bruno, camille, chantal, reponse, discussion):
    discussion.suivre(chantal)
    discussion.retenir(reponse, par=bruno)
    phrases = {n.membre: n.phrase for n in Notification.objects.filter(genre="retenue")}
    assert phrases == {
        camille: "Bruno Petit a retenu votre réponse",
        chantal: "Bruno Petit a retenu une réponse",
    }


def test_another_answer_takes_its_place_and_both_are_shown_as_they_are(bruno, diane, reponse, discussion):
    meilleure = faire_message(discussion, diane, "Rien : on laisse l’herbe.")
    discussion.retenir(reponse, par=bruno).retenir(meilleure, par=bruno)
    reponse.refresh_from_db()
    meilleure.refresh_from_db()
    assert "retenu" not in reponse.html.split(">")[0]
    assert "message retenu" in meilleure.html.split(">")[0]
    [seconde, premiere] = discussion.modifications.all()
    assert premiere.changements == [{"champ": "réponse retenue", "avant": "aucune", "apres": "Camille Morel"}]
    assert seconde.changements[0]["apres"] == "Diane Tessier"


def test_a_second_click_changes_nothing(bruno, reponse, discussion):
    discussion.retenir(reponse, par=bruno)
    le = discussion.resolue_le
    assert discussion.retenir(reponse, par=bruno).resolue_le == le
    assert discussion.modifications.count() == 1


def test_an_answer_withdrawn_is_kept_no_more(bruno, camille, reponse, discussion):
    discussion.retenir(reponse, par=bruno)
    reponse.retirer(par=camille, motif="je me suis trompée")
    discussion.refresh_from_db()
    assert (discussion.reponse, discussion.resolue_le, discussion.resolue_par) == (None, None, None)
    with pytest.raises(ValidationError, match="retiré"):
        discussion.retenir(reponse, par=bruno)


def test_an_answer_corrected_stays_marked(camille, bruno, reponse, discussion):
    discussion.retenir(reponse, par=bruno)
    reponse.corriger(texte="L’eau chaude, trois passages.")
    assert "message retenu" in reponse.html


def test_only_a_question_is_resolved_and_it_stays_one(connecter, bruno, rst, camille, reponse, discussion):
    debat = faire_discussion("Faut-il une astreinte ?", bruno, reseau=rst, genre="debat")
    dit = faire_message(debat, camille, "Oui.")
    client = connecter(bruno)
    assert 'id="retenir"' not in client.get(dit.get_absolute_url()).text
    page = client.post(adresse(dit), {"retenir": "oui"}, follow=True).text
    assert "Seule une question se résout" in page
    discussion.retenir(reponse, par=bruno)
    saisie = {
        "titre": discussion.titre,
        "genre": "debat",
        "collectivite": discussion.collectivite_id,
        "reseau": rst.pk,
        "visibilite": "membres",
    }
    refus = client.post(f"/discussions/{discussion.pk}/modifier/", saisie)
    assert (refus.status_code, "reste une question" in refus.text) == (422, True)


def test_a_message_of_another_thread_is_no_answer(bruno, camille, balayeuse, discussion):
    ailleurs = faire_message(balayeuse, camille)
    with pytest.raises(ValidationError, match="une de ses réponses"):
        discussion.retenir(ailleurs, par=bruno)


def test_the_kept_answer_is_shown_live(client, connecter, camille, bruno, reponse, discussion):
    client = connecter(camille)
    depuis = discussion.fil.derniere_revision
    discussion.retenir(reponse, par=bruno)
    suite = client.get(f"/contributions/{discussion.pk}/rattrapage/?depuis={depuis}").text
    assert 'id="reponse"' in suite
    assert "La réponse retenue" in suite


def test_questions_without_an_answer_for_five_days_are_a_list(connecter, diane, bruno, camille, rst):
    attend, precisee, repondue, recente, close, verrouillee, resolue = [
        faire_discussion(titre, bruno, reseau=rst)
        for titre in ("Attend", "Précisée", "Répondue", "Récente", "Close", "Verrouillée", "Résolue")
    ]
    debat = faire_discussion("Débat", bruno, reseau=rst, genre="debat")
    vieillir(attend, precisee, repondue, close, verrouillee, resolue, debat)
    faire_message(precisee, bruno, "Je précise : en bord de route.")
    faire_message(repondue, camille)
    close.clore(par=bruno)
    verrouillee.verrouiller(par=diane, motif="hors sujet")
    resolue.retenir(faire_message(resolue, bruno, "J’ai trouvé."), par=bruno)
    faire_besoin("Un besoin n’est pas une question", bruno, reseau=rst)
    page = connecter(diane).get("/fil/?etat=sans_reponse").context
    assert {c.titre for c in page["contributions"]} == {"Attend", "Précisée"}


def test_the_list_and_the_word_on_the_line_say_alike_that_a_question_waits(connecter, diane, bruno, rst):
    vieillir(question := faire_discussion("Qui a un désherbeur ?", bruno, reseau=rst))
    client = connecter(diane)

    def attend():
        liste = client.get("/fil/?etat=sans_reponse").context["contributions"]
        mot = "urgent" in client.get("/fil/").text
        assert (question.pk in [c.pk for c in liste]) == mot
        return mot

    assert attend()
    faire_message(question, bruno, "Je précise : en bord de route.")
    assert attend(), "one does not answer oneself"
    reponse = faire_message(question, diane, "Oups")
    assert not attend()
    reponse.retirer(par=diane, motif="erreur")
    assert attend()
    reponse.retablir(par=diane)
    assert not attend()


def test_states_are_counted_and_do_not_overlap_open_and_discussed(connecter, bruno, camille, rst):
    neuve, discutee = (faire_discussion(titre, bruno, reseau=rst) for titre in ("Neuve", "Discutée"))
    faire_message(discutee, camille)
    client = connecter(camille)
    [etat] = [g for g in client.get("/fil/").context["filtre"].groupes if g["nom"] == "etat"]
    assert {v["valeur"]: v["nombre"] for v in etat["valeurs"]} == {"ouvert": 1, "discute": 1, "clos": 0}
    trouvees = client.get("/fil/?etat=ouvert").context["contributions"]
    assert [c.titre for c in trouvees] == [neuve.titre]


@pytest.mark.parametrize("mots", ["", "&q=herbe"])
def test_the_list_of_what_waits_can_be_searched(connecter, diane, bruno, rst, mots):
    vieillir(faire_discussion("Herbe des cimetières", bruno, reseau=rst))
    trouvees = connecter(diane).get(f"/fil/?etat=sans_reponse{mots}").context["contributions"]
    assert [c.titre for c in trouvees] == ["Herbe des cimetières"]


def test_whoever_runs_the_network_sees_how_many_questions_wait(connecter, diane, camille, bruno, rst):
    vieillir(faire_discussion("Qui a un désherbeur ?", bruno, reseau=rst))
    page = connecter(diane).get("/reseaux/rst/").text
    assert "Sans réponse depuis plus de cinq jours" in page and "Qui a un désherbeur" in page
    assert "/fil/?etat=sans_reponse&amp;reseau=rst" in page
    assert "Sans réponse depuis" not in connecter(camille).get("/reseaux/rst/").text


def test_a_resolved_question_joins_the_frequent_ones_in_one_act(
    connecter, diane, camille, reponse, discussion
):
    discussion.retenir(reponse, par=diane)
    client = connecter(diane)
    adresse = f"/discussions/{discussion.pk}/faq/"
    assert adresse in client.get(discussion.get_absolute_url()).text
    saisie = client.get(adresse).context["form"].initial
    assert (saisie["question"], saisie["reponse"]) == (discussion.titre, reponse.texte)
    refus = client.post(adresse, saisie | {"reponse": " "})
    assert (refus.status_code, "Désherbage" in refus.text) == (422, True)
    page = client.post(adresse, saisie, follow=True)
    assert page.redirect_chain[-1][0] == f"/reseaux/rst/faq/#question-{discussion.pk}"
    client = connecter(camille)
    assert "1 question fréquente" in client.get("/reseaux/rst/").text
    assert "deux passages par an" in client.get("/reseaux/rst/faq/").text
    page = client.get(discussion.get_absolute_url()).text
    assert ("question fréquente" in page, adresse in page) == (True, False)
    connecter(diane).post(adresse, {"retirer": ""})
    assert "Pas encore de question fréquente" in client.get("/reseaux/rst/faq/").text


def test_a_frequent_question_is_read_by_who_reads_its_discussion(
    client, connecter, diane, bruno, chantal, rst
):
    reservee = faire_discussion("CANARI", bruno, reseau=rst, visibilite="reseau")
    reservee.mettre_en_faq(question="CANARI ?", reponse="CANARI !", par=diane)
    assert "CANARI" in connecter(bruno).get("/reseaux/rst/faq/").text
    assert "CANARI" not in connecter(chantal).get("/reseaux/rst/faq/").text
    assert "question fréquente" not in connecter(chantal).get("/reseaux/rst/").text
    client.logout()
    assert "CANARI" not in client.get("/reseaux/rst/faq/").text


def test_the_frequent_questions_cost_the_same_however_many(
    connecter, camille, diane, bruno, rst, django_assert_max_num_queries
):
    for n in range(8):
        faire_discussion(f"Question {n}", bruno, reseau=rst).mettre_en_faq(
            question=f"Question {n}", reponse="Oui.", par=diane
        )
    client = connecter(camille)
    client.get("/reseaux/rst/faq/")  # what a process keeps a minute is at hand
    with django_assert_max_num_queries(8):
        assert "Question 7" in client.get("/reseaux/rst/faq/").text


def relances():
    return {n.membre.prenom for n in Notification.objects.filter(genre="relance")}


def test_a_question_without_an_answer_is_shown_once_to_those_whom_its_domaines_concern(
    bruno, camille, remi, chantal, diane, rst, amenagement
):
    voirie = Domaine.objects.get(code="voirie")
    for membre in (camille, chantal, bruno):
        membre.domaines.add(voirie)
    question = faire_discussion("Qui a un bon enrobé à froid ?", bruno, reseau=rst)
    question.domaines.add(voirie)
    call_command("entretien")
    assert relances() == set()
    vieillir(question)
    call_command("entretien")
    assert relances() == {"Camille"}  # not Chantal, of another network, nor Bruno, who asks
    Notification.objects.all().delete()
    call_command("entretien")
    assert relances() == set()


def test_when_nobody_knows_the_field_who_runs_the_network_is_asked(bruno, camille, diane, rst):
    question = faire_discussion("Et pour les moutons ?", bruno, reseau=rst)
    vieillir(question)
    call_command("entretien")
    assert relances() == {"Diane"}


@pytest.mark.parametrize("jours", [4, 31])
def test_it_is_asked_neither_too_soon_nor_too_late(bruno, diane, rst, jours):
    vieillir(faire_discussion("Et pour les moutons ?", bruno, reseau=rst), jours=jours)
    call_command("entretien")
    assert relances() == set()


def corrections(client, discussion, **autres):
    """What the open form of this discussion would send."""
    form = client.get(f"/discussions/{discussion.pk}/modifier/").context["form"]
    noms = ("titre", "genre", "corps", "collectivite", "reseau", "visibilite", "lue")
    valeurs = {nom: form[nom].value() for nom in noms}
    return {nom: getattr(valeur, "pk", valeur) for nom, valeur in valeurs.items()} | autres


def a_relire():
    return {n.membre.prenom for n in Notification.objects.filter(genre="faq")}


def test_opened_to_others_a_discussion_leaves_the_frequent_questions(client, connecter, bruno, diane, rst):
    reservee = faire_discussion("Réservée", bruno, reseau=rst, visibilite="reseau")
    reservee.mettre_en_faq(question="Laquelle ?", reponse="CANARI", par=diane)
    adresse = f"/discussions/{reservee.pk}/modifier/"
    saisie = corrections(connecter(bruno), reservee)
    assert client.post(adresse, saisie | {"corps": "Une précision."}).status_code == 302
    assert "CANARI" in client.get("/reseaux/rst/faq/").text
    saisie = corrections(client, reservee, visibilite="publique")
    assert client.post(adresse, saisie).status_code == 302
    client.logout()
    assert "CANARI" not in client.get("/reseaux/rst/faq/").text
    assert a_relire() == {"Diane"}
    assert "CANARI" in connecter(diane).get(f"/discussions/{reservee.pk}/faq/").text


def test_put_in_another_network_by_its_form_it_leaves_them_too(
    connecter, bruno, diane, discussion, amenagement
):
    amenagement.accueillir(bruno, par=None)
    discussion.mettre_en_faq(question="Laquelle ?", reponse="Dit pour le RST", par=diane)
    client = connecter(bruno)
    saisie = corrections(client, discussion, reseau=amenagement.pk)
    assert client.post(f"/discussions/{discussion.pk}/modifier/", saisie).status_code == 302
    assert "Dit pour le RST" not in client.get("/reseaux/amenagement/faq/").text
    assert a_relire() == {"Diane"}


def test_what_a_withdrawn_message_said_leaves_the_frequent_questions(connecter, diane, camille, discussion):
    appel = faire_message(discussion, camille, "Appelez M. Untel au 06 CANARI.")
    autre = faire_message(discussion, camille, "Et bon courage.")
    discussion.mettre_en_faq(question="Qui appeler ?", reponse=f"D’abord : {appel.texte}", par=diane)
    autre.retirer(par=camille, motif="inutile")
    client = connecter(diane)
    assert "CANARI" in client.get("/reseaux/rst/faq/").text
    client.post(f"{appel.get_absolute_url()}retrait/", {"motif": "donnée personnelle"})
    assert "CANARI" not in client.get("/reseaux/rst/faq/").text
    assert "Sortie des questions fréquentes" in client.get("/notifications/").text


def test_two_who_write_the_same_frequent_question_do_not_undo_each_other(connecter, diane, bruno, discussion):
    client, adresse = connecter(diane), f"/discussions/{discussion.pk}/faq/"
    saisie = client.get(adresse).context["form"].initial | {"reponse": "La mienne."}
    Discussion.objects.get(pk=discussion.pk).mettre_en_faq(
        question="La sienne ?", reponse="Longue et bonne.", par=bruno
    )
    refus = client.post(adresse, saisie)
    assert refus.status_code == 422
    for mots in ("pendant que vous écriviez", "Longue et bonne.", "La mienne.", "Bruno Petit"):
        assert mots in refus.text
    saisie["lue"] = refus.context["form"]["lue"].value()
    assert client.post(adresse, saisie).status_code == 302
    discussion.refresh_from_db()
    assert discussion.faq_reponse == "La mienne."


def test_moving_a_frequent_question_says_so_before_and_after_and_keeps_its_words(
    connecter, diane, discussion, amenagement, rst
):
    amenagement.accueillir(diane, par=None)
    client, adresse = connecter(diane), f"/contributions/{discussion.pk}/deplacement/"
    assert "question fréquente" not in client.get(adresse).text
    discussion.mettre_en_faq(question="Laquelle ?", reponse="Bien rédigée.", par=diane)
    assert "question fréquente" in client.get(adresse).text
    page = client.post(adresse, {"vers": amenagement.pk}, follow=True)
    assert "n’est plus parmi les questions fréquentes" in page.text
    Discussion.objects.get(pk=discussion.pk).deplacer(rst, par=diane)
    form = client.get(f"/discussions/{discussion.pk}/faq/").context["form"]
    assert form["reponse"].value() == "Bien rédigée."


def test_what_was_answered_to_few_does_not_move_with_it(diane, rst, amenagement):
    amenagement.accueillir(diane, par=None)
    reservee = faire_discussion("Réservée", diane, reseau=rst, visibilite="reseau")
    reservee.mettre_en_faq(question="Laquelle ?", reponse="CANARI", par=diane)
    reservee.deplacer(amenagement, par=diane)
    reservee.refresh_from_db()
    assert (reservee.reseau, reservee.faq_le, reservee.faq_reponse) == (amenagement, None, "")


def test_locked_it_is_corrected_by_who_runs_the_network_only(connecter, bruno, diane, discussion):
    adresse = f"/discussions/{discussion.pk}/modifier/"
    saisie = corrections(connecter(bruno), discussion, titre="Réécrite")
    discussion.verrouiller(par=diane, motif="Tout est dit")
    client = connecter(bruno)
    assert adresse not in client.get(discussion.get_absolute_url()).text
    refus = client.post(adresse, saisie)
    assert (refus.status_code, "verrouillée" in refus.text) == (403, True)
    client = connecter(diane)
    page = client.get(discussion.get_absolute_url()).text
    assert adresse in page and "« Tout est dit ». Plus personne" in page
    assert client.post(adresse, saisie).status_code == 302


def test_a_question_that_waits_is_told_with_its_reason(bruno, camille, discussion):
    vieille = Notification.objects.create(
        membre=camille, contribution=discussion, genre="relance", acteur=bruno
    )
    assert vieille.phrase == "Bruno Petit attend une réponse depuis cinq jours"
    vieille.precision = "domaine"
    assert vieille.phrase == "Bruno Petit attend une réponse, dans un domaine dont vous vous occupez"


def test_the_answer_is_said_in_one_act_from_the_thread_and_taken_back_there(
    connecter, bruno, camille, reponse, discussion
):
    client, page = connecter(bruno), discussion.get_absolute_url()
    bouton = f'formaction="{adresse(reponse)}" name="retenir" value="oui"'
    assert bouton in client.get(page).text and 'id="retenue"' in client.get(page).text
    assert 'id="retenue"' not in connecter(camille).get(page).text  # shown by this form only
    discussion.retenir(reponse, par=bruno)
    resolue = connecter(bruno).get(page).text
    assert 'id="retenue"' in resolue and bouton.replace("oui", "non") in resolue
