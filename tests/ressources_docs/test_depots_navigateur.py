"""Files that are dropped on the form, or chosen, seen where it matters."""

import pytest
from playwright.sync_api import expect

from ressources_docs.models import Ressource

pytestmark = [pytest.mark.navigateur, pytest.mark.django_db(transaction=True)]

GLISSER = """([champ, noms]) => {
  const glisse = new DataTransfer()
  for (const nom of noms) glisse.items.add(new File([nom], nom, { type: "text/plain" }))
  const evenement = (nom) => new DragEvent(nom, { dataTransfer: glisse, bubbles: true, cancelable: true })
  champ.dispatchEvent(evenement("dragover"))
  champ.dispatchEvent(evenement("drop"))
}"""


@pytest.fixture
def depot(page, context, live_server, client, camille):
    client.force_login(camille.utilisateur)
    cle = client.session.session_key
    context.add_cookies([{"name": "sessionid", "value": cle, "url": live_server.url}])
    page.set_viewport_size({"width": 360, "height": 800})
    page.goto(f"{live_server.url}/documents/deposer/")
    return page


def test_files_leave_one_by_one_and_each_is_told_what_it_becomes(depot):
    champ = depot.get_by_label("Les fichiers")
    depot.evaluate(GLISSER, [champ.element_handle(), ["plan.txt", "outil.exe"]])
    depot.evaluate(GLISSER, [champ.element_handle(), ["guide.txt"]])
    assert champ.evaluate("champ => champ.files.length") == 3, "what is dropped adds to what was chosen"
    depot.get_by_label("Ce que c’est").select_option("guide")
    depot.get_by_role("button", name="Publier", exact=True).click()
    resultats = depot.locator("#depots li")
    expect(resultats).to_have_count(3)
    expect(resultats.nth(0)).to_contain_text("publié")
    expect(resultats.nth(1)).to_contain_text("ce format n’est pas accepté")
    expect(resultats.nth(2)).to_contain_text("publié")
    expect(depot.locator("#depots progress")).to_have_count(0)
    expect(depot.locator("#titre-depots")).to_be_focused()
    assert set(Ressource.objects.values_list("titre", flat=True)) == {"Plan", "Guide"}
    assert champ.evaluate("champ => champ.files.length") == 0


def test_what_is_chosen_is_listed_and_each_may_be_left_out(depot):
    champ = depot.get_by_label("Les fichiers")
    fichiers = [
        {"name": n, "mimeType": "text/plain", "buffer": b"x" * 2048} for n in ("plan.txt", "guide.txt")
    ]
    champ.set_input_files(fichiers)
    choisis = depot.get_by_role("list", name="Fichiers choisis").get_by_role("listitem")
    expect(choisis).to_have_count(2)
    expect(choisis.nth(0)).to_contain_text("plan.txt, 2 Ko")
    depot.get_by_role("button", name="Retirer plan.txt").click()
    expect(choisis).to_have_count(1)
    assert champ.evaluate("champ => [...champ.files].map((f) => f.name)") == ["guide.txt"]
    expect(depot.get_by_role("button", name="Retirer guide.txt")).to_be_focused()
    expect(depot.get_by_label("Titre, s’ils n’en forment qu’un")).to_be_hidden()
    depot.get_by_label("un seul document").check()
    expect(depot.get_by_label("Titre, s’ils n’en forment qu’un")).to_be_visible()


def test_what_is_chosen_next_adds_to_what_was_each_file_once(depot):
    champ = depot.get_by_label("Les fichiers")

    def choisir(*noms):
        champ.set_input_files(
            [{"name": nom, "mimeType": "text/plain", "buffer": nom.encode()} for nom in noms]
        )

    choisir("plan.txt", "guide.txt")
    choisir("guide.txt", "note.txt")
    choisis = depot.get_by_role("list", name="Fichiers choisis").get_by_role("listitem")
    expect(choisis).to_have_count(3)
    noms = "champ => [...champ.files].map((f) => f.name)"
    assert champ.evaluate(noms) == ["plan.txt", "guide.txt", "note.txt"]
    depot.get_by_role("button", name="Retirer guide.txt").click()
    assert champ.evaluate(noms) == ["plan.txt", "note.txt"]
    choisir("guide.txt")
    assert champ.evaluate(noms) == ["plan.txt", "note.txt", "guide.txt"]


def test_what_does_not_arrive_stays_chosen_and_is_sent_again(depot):
    depot.get_by_label("Les fichiers").set_input_files(
        [{"name": "plan.txt", "mimeType": "text/plain", "buffer": b"plan"}]
    )
    depot.get_by_label("Ce que c’est").select_option("guide")
    depot.route("**/documents/deposer/", lambda demande: demande.abort())
    depot.get_by_role("button", name="Publier", exact=True).click()
    expect(depot.locator("#depots li")).to_contain_text("renvoyez-le")
    depot.unroute("**/documents/deposer/")
    depot.get_by_role("button", name="Publier", exact=True).click()
    expect(depot.locator("#depots li.recu")).to_have_count(1)
    assert Ressource.objects.count() == 1


def test_a_file_beyond_the_limit_is_told_without_being_sent(depot):
    champ = depot.get_by_label("Les fichiers")
    champ.evaluate("champ => champ.dataset.max = 3")
    champ.set_input_files([{"name": "plan.txt", "mimeType": "text/plain", "buffer": b"plan"}])
    depot.get_by_label("Ce que c’est").select_option("guide")
    depot.route("**/documents/deposer/", lambda demande: pytest.fail("sent"))
    depot.get_by_role("button", name="Publier", exact=True).click()
    expect(depot.locator("#depots li.refuse")).to_contain_text("non envoyé")
    assert champ.evaluate("champ => champ.files.length") == 0, "nothing is to be sent again"
