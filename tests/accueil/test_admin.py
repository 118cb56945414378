import io
import re
from datetime import timedelta
from html.parser import HTMLParser

import PIL.Image
import pytest
from django.contrib.auth.models import Group, Permission
from django.core.files.images import ImageFile
from django.urls import resolve
from django.utils import timezone
from django.views.static import serve
from wagtail.images import get_image_model
from wagtail.models import Page, Task, Workflow

from plateforme.accueil.administration import GROUPE, installer_le_groupe
from plateforme.accueil.models import PageLegale, Parametres, Utilisateur
from plateforme.socle.courriel import envoyer
from plateforme.socle.models import Courriel
from reseau.models import Domaine, Entree, Fonction, PageReseau, Reseau
from ressources_docs.models import Thematique
from tests.fabriques import faire_besoin, faire_message

pytestmark = pytest.mark.django_db

ECRANS = [
    "",
    "pages/",
    "images/",
    "reseau_collectivite/",
    "reseau_collectivite/new/",
    "reseau_appartenance/",
    "reseau_appartenance/new/",
    "reseau_pole/",
    "reseau_appartenancepole/",
    "reseau_domaine/",
    "reseau_domaine/new/",
    "reseau_reseau/",
    "reseau_reseau/new/",
    "reseau_membre/",
    "reseau_entree/",
    "reseau_contribution/",
    "besoins_baselegale/",
    "ressources_docs_thematique/",
    "ressources_docs_thematique/new/",
    "socle_synonymes/",
    "socle_synonymes/new/",
    "socle_courriel/",
    "socle_recu/",
    "socle_adresseenechec/",
    "redirects/",
    "reports/site-history/",
    "account/",
]


@pytest.fixture
def admin(comme, alex):
    return comme(alex)


def test_the_tabs_of_the_administration_bear_the_name_of_the_site(admin):
    parametres = Parametres.load()
    parametres.nom = "Entraide du bocage"
    parametres.save()
    for adresse in ("/admin/", "/admin/reseau_domaine/"):
        titre = re.search(r"<title>(.*?)</title>", admin.get(adresse).text, re.DOTALL)[1]
        assert titre.endswith("- Entraide du bocage")


class Ressources(HTMLParser):
    """Everything that a browser fetches, or posts to, without being asked."""

    ATTRIBUTS = {
        "script": "src",
        "img": "src",
        "link": "href",
        "iframe": "src",
        "source": "srcset",
        "form": "action",
    }

    def __init__(self, html):
        super().__init__()
        self.adresses = []
        self.feed(html)

    def handle_starttag(self, balise, attributs):
        adresse = dict(attributs).get(self.ATTRIBUTS.get(balise))
        if adresse:
            self.adresses.append(adresse)


def exterieures(reponse):
    return [a for a in Ressources(reponse.text).adresses if "//" in a.split("?")[0]]


# Who comes in


@pytest.mark.parametrize("ecran", ECRANS)
def test_an_administrator_opens_every_screen_and_none_asks_anything_outside(admin, ecran, balayeuse):
    reponse = admin.get(f"/admin/{ecran}", follow=True)
    assert reponse.status_code == 200
    assert exterieures(reponse) == []
    assert "default-src 'self'" in reponse["Content-Security-Policy"]


NOS_ECRANS = [ecran for ecran in ECRANS if re.match("(reseau|besoins|ressources_docs|socle)_", ecran)]


def test_no_title_of_a_page_looks_for_a_slug_that_its_form_has_not(admin):
    for page in Page.objects.filter(depth__gt=1):
        texte = admin.get(f"/admin/pages/{page.pk}/edit/").text
        assert 'data-w-sync-target-value=""' not in texte, page


def test_the_way_of_moderating_pages_has_a_french_name(admin):
    assert [modele.objects.get().name for modele in (Workflow, Task)] == ["relecture", "relecture"]


@pytest.mark.parametrize("ecran", NOS_ECRANS)
def test_our_screens_are_written_as_one_writes_french(admin, ecran, balayeuse):
    texte = admin.get(f"/admin/{ecran}").text
    assert "(e)" not in texte and "(le)" not in texte
    tetes = re.findall(r"<th[^>]*>(.*?)</th>", texte, re.DOTALL)
    tetes = [re.sub(r"<svg.*?</svg>|<[^>]+>", "", tete, flags=re.DOTALL).strip() for tete in tetes]
    assert [tete for tete in tetes if tete[:1].islower()] == []


def test_what_is_written_there_is_answered_in_plain_french(admin):
    ecran = "/admin/ressources_docs_thematique/new/"
    refus = admin.post(ecran, {"libelle": "Sans code"}).text
    assert "Rien n’est enregistré" in refus and "(e)" not in refus and "Sans code" in refus
    fait = {"libelle": "Sports", "code": "sports", "ordre": "50"}
    assert "est enregistré" in admin.post(ecran, fait, follow=True).text
    sports = Thematique.objects.get(code="sports")
    modifie = admin.post(f"/admin/ressources_docs_thematique/edit/{sports.pk}/", fait, follow=True).text
    assert "est enregistré" in modifie


@pytest.mark.parametrize(
    "adresse", ["/", "/contact/", "/aide/", "/recherche/", "/plan-du-site/", "/reseaux/"]
)
def test_no_public_page_asks_anything_outside(client, adresse):
    assert exterieures(client.get(adresse)) == []


@pytest.mark.parametrize("ecran", ECRANS)
def test_a_member_opens_none(comme, diane, ecran):
    assert comme(diane).get(f"/admin/{ecran}", follow=True).status_code == 403


def test_the_administrator_is_of_the_group_and_no_superuser(admin, alex):
    admin.get("/admin/")
    compte = Utilisateur.objects.get(pk=alex.utilisateur.pk)
    assert [groupe.name for groupe in compte.groups.all()] == [GROUPE]
    assert not compte.is_superuser and not compte.is_staff


def test_who_loses_the_function_is_out_at_the_next_request(admin, alex):
    assert admin.get("/admin/").status_code == 200
    alex.fonctions.get().clore()
    assert admin.get("/admin/", follow=True).status_code == 403
    assert not alex.utilisateur.groups.exists()


def test_who_was_put_in_the_group_by_hand_is_out_too(comme, camille):
    camille.utilisateur.groups.add(Group.objects.get(name=GROUPE))
    assert comme(camille).get("/admin/", follow=True).status_code == 403
    assert not camille.utilisateur.groups.exists()


def test_the_group_holds_no_right_on_accounts_nor_groups():
    groupe = Group.objects.get(name=GROUPE)
    dangereux = {"utilisateur", "user", "group", "permission", "site", "workflow"}
    assert not dangereux & set(groupe.permissions.values_list("content_type__model", flat=True))


def test_a_right_given_to_the_group_by_mistake_is_taken_back_at_the_next_migration():
    groupe = Group.objects.get(name=GROUPE)
    groupe.permissions.add(Permission.objects.get(codename="change_utilisateur"))
    installer_le_groupe()
    assert not groupe.permissions.filter(codename="change_utilisateur").exists()


@pytest.mark.parametrize(
    "chemin", ["users/", "users/new/", "users/{moi}/", "groups/", "groups/new/", "groups/{groupe}/"]
)
def test_an_administrator_manages_neither_accounts_nor_groups_there(admin, alex, chemin):
    adresse = f"/admin/{chemin}".format(moi=alex.utilisateur.pk, groupe=Group.objects.get(name=GROUPE).pk)
    droits = {"is_superuser": "on", "groups": "1", "email": alex.courriel, "name": "X"}
    for reponse in (admin.get(adresse), admin.post(adresse, droits)):
        assert reponse.status_code in (302, 403, 404)
    alex.utilisateur.refresh_from_db()
    assert not alex.utilisateur.is_superuser
    assert Group.objects.filter(name="X").count() == 0


def test_the_menu_offers_neither_accounts_nor_groups(admin):
    page = admin.get("/admin/").text
    assert "/admin/users/" not in page and "/admin/groups/" not in page
    assert "/admin/reseau_contribution/" in page and "/admin/reseau_collectivite/" in page


# What is kept to a network


def test_a_closed_circle_is_not_read_in_passing(admin, besoin_du_rst):
    for adresse in ("", "?q=astreinte", "results/?q=CANARI", "?type=besoin"):
        page = admin.get(f"/admin/reseau_contribution/{adresse}")
        assert "CANARI" not in page.text
    assert "Réservée à «\u202fServices techniques\u202f»" in admin.get("/admin/reseau_contribution/").text
    assert not Entree.objects.filter(geste=Entree.Geste.CONSULTATION).exists()


def test_opening_it_is_written_in_the_journal(admin, alex, besoin_du_rst):
    assert "CANARI" in admin.get(f"/admin/reseau_contribution/inspect/{besoin_du_rst.pk}/").text
    [entree] = Entree.objects.filter(geste=Entree.Geste.CONSULTATION)
    assert (entree.par, entree.contribution_id) == (alex, besoin_du_rst.pk)


def test_a_refused_withdrawal_that_shows_it_again_is_written_too(admin, besoin_du_rst):
    reponse = admin.post(f"/admin/reseau_contribution/inspect/{besoin_du_rst.pk}/", {"motif": ""})
    assert reponse.status_code == 422 and "CANARI" in reponse.text
    assert Entree.objects.filter(geste=Entree.Geste.CONSULTATION).count() == 1


def test_opening_what_every_member_reads_is_not(admin, balayeuse):
    admin.get(f"/admin/reseau_contribution/inspect/{balayeuse.pk}/")
    assert not Entree.objects.filter(geste=Entree.Geste.CONSULTATION).exists()


def test_a_draft_is_its_author_s_only(admin, bruno):
    brouillon = faire_besoin("Pas encore", bruno, publier=False)
    assert "Pas encore" not in admin.get("/admin/reseau_contribution/").text
    assert admin.get(f"/admin/reseau_contribution/inspect/{brouillon.pk}/").status_code == 404


# Moderation


def test_a_contribution_is_withdrawn_with_a_reason_then_restored(admin, alex, client, balayeuse):
    adresse = f"/admin/reseau_contribution/inspect/{balayeuse.pk}/"
    assert admin.post(adresse, {"motif": ""}).status_code == 422
    admin.post(adresse, {"motif": "Doublon"})
    balayeuse.refresh_from_db()
    assert (balayeuse.retire_par, balayeuse.retire_motif) == (alex, "Doublon")
    assert "Doublon" in admin.get(adresse).text
    admin.post(adresse)
    balayeuse.refresh_from_db()
    assert balayeuse.retire_le is None
    assert set(Entree.objects.values_list("geste", flat=True)) >= {"retrait", "retablissement"}


def test_one_message_is_withdrawn_and_the_thread_stays(admin, camille, balayeuse):
    for texte in ("Propos déplacés", "Pareil chez nous"):
        faire_message(balayeuse, camille, texte)
    adresse = f"/admin/reseau_contribution/inspect/{balayeuse.pk}/"
    for inconnu in ("9", "x", "9" * 5000):
        assert admin.post(adresse, {"message": inconnu, "motif": "Hors sujet"}).status_code == 404
    admin.post(adresse, {"message": "1", "motif": "Hors sujet"})
    premier, second = balayeuse.messages.order_by("rang")
    assert premier.retire_motif == "Hors sujet" and second.retire_le is None


def test_nothing_is_created_rewritten_nor_deleted_there(admin, balayeuse):
    for geste in ("new/", f"edit/{balayeuse.pk}/", f"delete/{balayeuse.pk}/"):
        assert admin.get(f"/admin/reseau_contribution/{geste}").status_code == 404
        assert admin.get(f"/admin/reseau_entree/{geste}").status_code == 404


@pytest.mark.parametrize(
    "filtre",
    ["type=besoin", "etat=ouverte", "etat=close", "etat=retiree", "visibilite=membres", "etat=n-importe"],
)
def test_the_list_is_filtered(admin, balayeuse, filtre):
    reponse = admin.get(f"/admin/reseau_contribution/?{filtre}")
    assert reponse.status_code == 200
    assert (balayeuse.titre in reponse.text) == (
        filtre.split("=")[1] in ("besoin", "ouverte", "membres", "n-importe")
    )


# Territory and networks


def test_a_domaine_is_renamed_and_archived_never_deleted(admin):
    domaine = Domaine.objects.get(code="voirie")
    adresse = f"/admin/reseau_domaine/edit/{domaine.pk}/"
    admin.post(adresse, {"libelle": "Voirie et réseaux divers", "ordre": 5, "code": "autre"})
    admin.post(adresse, {"libelle": "Voirie et réseaux divers", "ordre": 5, "archive_le": "2026-11-22"})
    domaine.refresh_from_db()
    assert (domaine.code, domaine.libelle) == ("voirie", "Voirie et réseaux divers")
    assert domaine.archive_le is not None
    assert admin.get(f"/admin/reseau_domaine/delete/{domaine.pk}/").status_code == 404
    assert admin.get(f"/admin/reseau_domaine/history/{domaine.pk}/").status_code == 200


def test_a_new_network_gets_its_page_and_its_address(admin):
    champs = {"slug": "eau", "nom": "Réseau de l’eau", "nom_court": "Eau", "acces": "demande", "ordre": 40}
    refus = admin.post("/admin/reseau_reseau/new/", {**champs, "nature": "pole"})
    assert "dit de quel pôle" in refus.text and not Reseau.objects.exists()
    reponse = admin.post("/admin/reseau_reseau/new/", {**champs, "nature": "reseau"})
    reseau = Reseau.objects.get(slug="eau")
    assert reponse.url == "/reseaux/eau/membres/"
    assert PageReseau.objects.get(reseau=reseau).get_url() == "/reseaux/eau/"


def test_the_page_of_a_network_follows_its_new_name(admin, rst):
    champs = {"nom": "Réseau technique", "nom_court": "Technique", "acces": "demande", "ordre": 10}
    champs["nature"] = "reseau"
    admin.post(f"/admin/reseau_reseau/edit/{rst.pk}/", champs)
    assert PageReseau.objects.get(reseau=rst).title == "Réseau technique"


def test_the_tree_leads_to_the_network_s_own_address_and_to_nothing_hidden(client, comme, camille, rst):
    PageReseau.installer(rst)
    assert client.get("/rst/").url == "/reseaux/rst/"
    assert client.get("/reseaux/rst/").status_code == 200
    rst.acces = Reseau.Acces.INVITATION
    rst.save()
    # The way to sign-in would tell that it exists: another address leads nowhere either.
    assert client.get("/rst/").status_code == client.get("/rien-de-tel/").status_code == 404
    assert comme(camille).get("/rst/").url == "/reseaux/rst/"


def test_two_memberships_cannot_be_open_at_once(admin, louverne, agglo):
    louverne.rejoindre(agglo)
    reponse = admin.post(
        "/admin/reseau_appartenance/new/", {"commune": louverne.pk, "epci": agglo.pk, "debut": "2020-01-01"}
    )
    assert reponse.status_code == 200
    assert louverne.appartenances.count() == 1


def test_a_membership_is_closed_there(admin, louverne, agglo):
    appartenance = louverne.rejoindre(agglo)
    admin.post(f"/admin/reseau_appartenance/edit/{appartenance.pk}/", {"debut": "", "fin": "2026-12-31"})
    appartenance.refresh_from_db()
    assert str(appartenance.fin) == "2026-12-31"


def test_the_sheet_of_a_commune_tells_its_dated_facts(admin, louverne, agglo):
    louverne.rejoindre(agglo)
    louverne.populations.create(annee=2023, municipale=4345, source="insee")
    page = admin.get(f"/admin/reseau_collectivite/inspect/{louverne.pk}/").text
    assert "Laval Agglomération" in page and "2023" in page


def test_the_list_of_members_leads_to_our_own_pages(admin, camille):
    page = admin.get("/admin/reseau_membre/?q=morel").text
    assert f'href="{camille.get_absolute_url()}"' in page


# Mails


@pytest.fixture
def courriel_abandonne():
    envoyer("accueil/courriels/accuse-de-reception", {"sujet_choisi": "x"}, "alix@exemple.example")
    courriel = Courriel.objects.get()
    Courriel.objects.update(
        envoye_le=None,
        abandonne_le=timezone.now(),
        essais=6,
        erreur="550 inconnu",
        sujet="123456 est votre code",
    )
    courriel.refresh_from_db()
    return courriel


def test_a_parked_mail_is_shown_and_sent_again(admin, courriel_abandonne, mailoutbox):
    assert "550 inconnu" in admin.get("/admin/socle_courriel/?etat=abandonne").text
    assert "n’a pas pu partir" in admin.get("/admin/").text
    mailoutbox.clear()
    admin.post(f"/admin/socle_courriel/inspect/{courriel_abandonne.pk}/")
    courriel_abandonne.refresh_from_db()
    assert courriel_abandonne.abandonne_le is None and courriel_abandonne.envoye_le
    assert len(mailoutbox) == 1


def test_a_server_that_is_down_is_seen_before_its_mails_are_given_up(admin, courriel_abandonne):
    maintenant = timezone.now()
    attente = {"abandonne_le": None, "erreur": "Connexion refusée", "prochain_essai_le": maintenant}
    for age, vu in ((10, False), (70, True)):
        Courriel.objects.update(cree_le=maintenant - timedelta(minutes=age), **attente)
        assert ("depuis plus d’une heure" in admin.get("/admin/").text) == vu
        page = admin.get("/admin/socle_courriel/?etat=retard").text
        assert ("alix@exemple.example" in page, "nouvel essai prévu" in page) == (vu, vu)


def test_a_mail_already_sent_does_not_leave_twice(admin, courriel_abandonne, mailoutbox):
    adresse = f"/admin/socle_courriel/inspect/{courriel_abandonne.pk}/"
    admin.post(adresse)
    mailoutbox.clear()
    admin.post(adresse)
    assert mailoutbox == []


def test_a_sign_in_code_is_never_shown(admin, courriel_abandonne):
    for adresse in ("/admin/socle_courriel/", f"/admin/socle_courriel/inspect/{courriel_abandonne.pk}/"):
        page = admin.get(adresse).text
        assert "123456" not in page and "est votre code" in page


# Pages and settings


def test_the_pages_that_the_law_asks_for_are_edited_and_stay(admin):
    page = PageLegale.objects.get(slug="accessibilite")
    assert 'name="slug"' not in admin.get(f"/admin/pages/{page.pk}/edit/").text
    for geste in ("delete", "unpublish"):
        reponse = admin.post(f"/admin/pages/{page.pk}/{geste}/")
        assert reponse.url == f"/admin/pages/{page.pk}/edit/"
    admin.post(f"/admin/bulk/wagtailcore/page/delete/?id={page.pk}")
    assert Page.objects.live().filter(pk=page.pk).exists()


def test_the_settings_change_every_page(admin, client):
    champs = {"nom": "Entraide", "accroche": "Ensemble", "accessibilite": "non", "couleur": "#5b2a86"}
    parametres = Parametres.load()
    reponse = admin.post(f"/admin/settings/accueil/parametres/{parametres.pk}/", champs)
    assert reponse.status_code == 302
    page = client.get("/aide/").text
    assert "Entraide" in page and "--marque: #5b2a86" in page


def test_a_logo_is_in_the_header_of_every_page(client, settings, tmp_path):
    settings.MEDIA_ROOT = tmp_path
    dessin = io.BytesIO()
    PIL.Image.new("RGB", (200, 100), "#5b2a86").save(dessin, "PNG")
    parametres = Parametres.load()
    parametres.logo = get_image_model().objects.create(
        title="Logo", file=ImageFile(io.BytesIO(dessin.getvalue()), name="logo.png")
    )
    parametres.save()
    [logo] = re.findall(r'<img src="(/media/images/[^"]+)"', client.get("/aide/").text)
    assert (tmp_path / logo.removeprefix("/media/")).exists()
    assert resolve(logo).func is serve


@pytest.mark.parametrize("nom", ["a" * 5000, "é" * 180, "%00"])
def test_an_image_that_no_disk_could_hold_is_absent(client, nom):
    assert client.get(f"/media/images/{nom}.png").status_code == 404


def test_what_the_law_still_misses_is_on_the_first_screen(admin):
    assert "Mentions obligatoires à remplir" in admin.get("/admin/").text


def test_a_second_administrator_keeps_her_access_when_the_first_leaves(comme, alex, diane, agglo):
    diane.exercer(agglo, Fonction.Role.ADMINISTRATEUR, par=alex)
    alex.fonctions.get().clore(par=diane)
    assert comme(diane).get("/admin/").status_code == 200
