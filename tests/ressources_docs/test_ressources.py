"""Reference documents: published with their file, found by folder, made public by who answers for it."""

import re
from datetime import date, timedelta
from io import BytesIO
from zipfile import ZipFile

import pytest
from bs4 import BeautifulSoup
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from reseau.archives import Archiveur
from reseau.models import ArchiveDeReseau, Contribution, Domaine, Entree, Fonction, PieceJointe, Reseau
from ressources_docs.forms.ouvertures import VERIFICATIONS
from ressources_docs.forms.ressources import RessourceForm
from ressources_docs.models import Ressource, Thematique
from tests.compter import requetes_pour
from tests.fabriques import faire_fiche, faire_membre, faire_message, faire_reseau, faire_ressource
from tests.reseau.test_publication import prefilled


def txt(nom="convention de prêt.txt", contenu=b"Article 1 : objet"):
    return SimpleUploadedFile(nom, contenu)


def saisir(client, adresse="/documents/publier/", **champs):
    neuf = {"titre": "Convention de prêt de matériel", "nature": "convention", "publier": ""}
    return prefilled(client, adresse) | neuf | champs


@pytest.fixture
def convention(bruno, rst):
    """Changé's, that every member may read."""
    return faire_ressource("Convention de prêt de matériel", bruno, reseau=rst)


@pytest.fixture
def reservee(bruno, rst):
    return faire_ressource("Projet de convention CANARI", bruno, reseau=rst, visibilite="reseau")


# Published


def test_a_document_is_published_with_its_file_and_a_sentence(connecter, camille, rst, bruno):
    client = connecter(camille)
    reponse = client.post("/documents/publier/", saisir(client, fichier=txt()))
    ressource = Ressource.objects.get()
    assert reponse["Location"] == f"/documents/{ressource.pk}/"
    assert (ressource.numero, ressource.format, ressource.est_publiee) == (1, "txt", True)
    page = client.get(ressource.get_absolute_url())
    assert "TXT" in page.text and f"/documents/{ressource.pk}/fichier/" in page.text
    assert client.get(f"/documents/{ressource.pk}/fichier/").getvalue() == b"Article 1 : objet"
    assert bruno.notifications.get().contribution_id == ressource.pk, "those of the network are told"


def test_it_may_be_a_link_but_not_both_nor_nothing(connecter, camille):
    client = connecter(camille)
    for fautifs in ({}, {"fichier": txt(), "lien": "exemple.fr/doc"}):
        assert client.post("/documents/publier/", saisir(client, **fautifs)).status_code == 422
    assert not Ressource.objects.exists()
    client.post("/documents/publier/", saisir(client, lien="exemple.fr/doc"))
    ressource = Ressource.objects.get()
    assert ressource.est_un_lien
    assert client.get(ressource.url_du_fichier)["Location"] == "https://exemple.fr/doc"


@pytest.mark.parametrize("lien", ["javascript:alert(1)", "ftp://exemple.fr/doc", "data:text/html,x"])
def test_a_link_that_is_no_web_address_is_refused(connecter, camille, lien):
    client = connecter(camille)
    assert client.post("/documents/publier/", saisir(client, lien=lien)).status_code == 422


def test_a_draft_waits_for_its_file_and_is_not_published_without(connecter, camille):
    client = connecter(camille)
    envoi = saisir(client) | {"brouillon": ""}
    del envoi["publier"]
    client.post("/documents/publier/", envoi)
    brouillon = Ressource.objects.get()
    assert brouillon.est_brouillon and not brouillon.numero
    reponse = client.post(f"/contributions/{brouillon.pk}/publication/", follow=True)
    assert "Joignez le fichier" in reponse.text
    client.post(
        f"/documents/{brouillon.pk}/modifier/",
        saisir(client, f"/documents/{brouillon.pk}/modifier/", fichier=txt()),
    )
    brouillon.refresh_from_db()
    assert brouillon.est_publiee and brouillon.numero == 1


def test_deleting_a_draft_forgets_its_file_too(connecter, camille, django_capture_on_commit_callbacks):
    brouillon = faire_ressource("Brouillon", camille, publier=False)
    fichier = brouillon.version.fichier
    assert fichier.storage.exists(fichier.name)
    with django_capture_on_commit_callbacks(execute=True):
        connecter(camille).post(f"/contributions/{brouillon.pk}/suppression/")
    assert not Ressource.objects.exists() and not fichier.storage.exists(fichier.name)


def test_a_fiche_juridique_is_read_again_after_a_year_unless_said_otherwise(connecter, camille):
    client = connecter(camille)
    a_jour_au = timezone.localdate() - timedelta(days=100)
    champs = {"nature": "fiche_juridique", "a_jour_au": a_jour_au.isoformat()}
    client.post("/documents/publier/", saisir(client, fichier=txt(), **champs))
    assert Ressource.objects.get().relire_le == a_jour_au + timedelta(days=365)
    champs |= {"relire_le": (a_jour_au - timedelta(days=1)).isoformat()}
    refus = client.post("/documents/publier/", saisir(client, fichier=txt(contenu=b"x"), **champs))
    assert refus.status_code == 422 and "relire_le" in refus.context["form"].errors


# Found


def test_the_list_shows_folders_first_then_goes_down_into_them(client, bruno, chantal):
    prets = Thematique.objects.get(code="prets")
    for n in range(2):
        faire_ressource(f"Convention {n}", bruno, thematique=prets, visibilite="publique")
    faire_ressource("Arrêté", bruno, thematique=Thematique.objects.get(code="cadre-juridique"))
    page = client.get("/documents/")
    assert [(d["dossier"].code, d["nombre"]) for d in page.context["dossiers"]] == [("mutualiser", 2)]
    client.force_login(chantal.utilisateur)
    page = client.get("/documents/")
    assert [d["dossier"].code for d in page.context["dossiers"]] == ["mutualiser", "cadre-juridique"]
    page = client.get("/documents/?thematique=mutualiser")
    assert [d["dossier"].code for d in page.context["dossiers"]] == ["prets"]
    assert len(page.context["contributions"]) == 2 and "Tous les dossiers" in page.text
    page = client.get("/documents/?thematique=cadre-juridique&nature=convention")
    assert [c.titre for c in page.context["contributions"]] == ["Arrêté"] and not page.context["dossiers"]


def test_the_facets_narrow_and_a_value_of_nobody_s_is_left_out(client, bruno):
    faire_ressource("Une convention", bruno, visibilite="publique")
    faire_ressource("Un guide", bruno, nature="guide", lien="https://exemple.fr", visibilite="publique")

    def titres(q):
        return [c.titre for c in client.get(f"/documents/?{q}").context["contributions"]]

    assert titres("nature=guide") == titres("format=lien") == ["Un guide"]
    assert titres("format=txt") == ["Une convention"]
    assert len(titres("nature=recette")) == 2


def test_what_the_file_says_is_found(client, bruno, django_capture_on_commit_callbacks):
    ressource = faire_ressource("Fiche", bruno, visibilite="publique")
    assert not client.get("/documents/?q=caution").context["contributions"]
    with django_capture_on_commit_callbacks(execute=True):
        ressource.version.noter_le_texte("La caution est rendue au retour de la balayeuse.")
    assert [c.pk for c in client.get("/documents/?q=caution").context["contributions"]] == [ressource.pk]
    assert ressource.version.texte_extrait_le


def test_a_long_list_costs_no_more_queries_than_a_short_one(connecter, bruno, rst):
    client = connecter(bruno)
    dossier = Thematique.objects.get(code="prets")
    faire_ressource("Un", bruno, reseau=rst, thematique=dossier)
    courte = requetes_pour(client, "/documents/")
    for n in range(8):
        faire_ressource(f"Document {n}", bruno, reseau=rst, thematique=dossier)
    assert requetes_pour(client, "/documents/") == courte


def test_the_page_costs_the_same_with_many_versions(connecter, bruno, convention):
    client = connecter(bruno)
    peu = requetes_pour(client, convention.get_absolute_url())
    for n in range(5):
        convention.remplacer(par=bruno, fiche=faire_fiche(contenu=f"v{n}".encode()), motif="corrigée")
    assert requetes_pour(client, convention.get_absolute_url()) == peu


def test_the_export_says_the_folder_and_the_dates(connecter, bruno, rst):
    faire_ressource(
        "Convention",
        bruno,
        reseau=rst,
        thematique=Thematique.objects.get(code="prets"),
        a_jour_au=date(2026, 1, 2),
        references_juridiques="Code civil, 1875",
    )
    texte = b"".join(connecter(bruno).get("/documents/export/").streaming_content).decode()
    assert "Mutualiser › Prêt et partage" in texte and "02/01/2026" in texte and "Code civil, 1875" in texte


def test_it_is_offered_to_who_publishes_and_stands_in_the_menu_and_the_map(connecter, client, camille):
    assert 'href="/documents/"' in client.get("/plan-du-site/").text
    connecter(camille)
    assert "Un document" in client.get("/publier/", follow=True).text
    assert 'href="/documents/"' in client.get("/").text


# Corrected


def envoi_du_navigateur(page):
    """What a browser would send of the form of this page, nothing having been touched."""
    formulaire = BeautifulSoup(page, "html.parser").find(attrs={"name": "titre"}).find_parent("form")
    envoi = {}
    for champ in formulaire.find_all(["input", "textarea", "select"]):
        nom, genre = champ.get("name"), champ.get("type", "")
        if not nom or genre == "file" or (genre in ("checkbox", "radio") and not champ.has_attr("checked")):
            continue
        valeurs = [champ.get("value", "")]
        if champ.name == "textarea":
            valeurs = [champ.text.removeprefix("\n")]
        elif champ.name == "select":
            options = champ.find_all("option")
            valeurs = [o["value"] for o in options if o.has_attr("selected")] or [options[0]["value"]]
        envoi.setdefault(nom, []).extend(valeurs)
    return envoi


def test_the_form_of_a_full_document_sent_back_untouched_changes_nothing(connecter, bruno, rst):
    hier = timezone.localdate() - timedelta(days=1)
    ressource = faire_ressource(
        "Convention",
        bruno,
        reseau=rst,
        corps="Ce qu’elle dit.\nEn deux lignes.",
        nature="fiche_juridique",
        thematique=Thematique.objects.get(code="prets"),
        statut="communicable",
        source="Cerema",
        service_auteur="Services techniques",
        references_juridiques="Code civil, 1875\nCode des assurances, L211-1",
        licence="lo-2.0",
        date_du_document=hier - timedelta(days=9),
        a_jour_au=hier,
        relire_le=hier + timedelta(days=90),
    )
    ressource.domaines.set(Domaine.objects.actifs()[:2])
    ressource.etiquettes.set(["prêt", "modèle"])
    ressource.noter_reperes()
    avant = ressource.etat_suivi()
    assert [nom for nom, valeur in avant.items() if not valeur] == ["fichiers"], "all that it may say is said"
    client, adresse = connecter(bruno), f"/documents/{ressource.pk}/modifier/"
    envoi = envoi_du_navigateur(client.get(adresse).text)
    assert envoi["thematique"] == ["prets"]
    assert client.post(adresse, envoi).status_code == 302
    assert Ressource.objects.get(pk=ressource.pk).etat_suivi() == avant
    assert not ressource.modifications.exists()


# Public, by who answers for it


def test_the_door_and_the_sentence_agree_on_who_may_show_it_to_everybody(
    request, rst, bruno, louverne, change, agglo
):
    noms = ["camille", "bruno", "remi", "chantal", "sylvie", "diane", "jeanne", "alex", "odile", "noe"]
    cast = [request.getfixturevalue(nom) for nom in noms]
    groupe = faire_reseau("Groupe salage", nature=Reseau.Nature.GROUPE)
    cast.append(faire_membre("Gabin", "Leroy", louverne, anime=[groupe]))
    objets = [
        faire_ressource("Membres", bruno, reseau=rst),
        faire_ressource("Réservé", bruno, reseau=rst, visibilite="reseau"),
        faire_ressource("Hors réseau", bruno),
        faire_ressource("Brouillon", bruno, publier=False),
        faire_ressource("De Louverné", request.getfixturevalue("camille"), reseau=rst),
        faire_ressource("Du groupe", bruno, reseau=groupe),
    ]
    for membre in cast:
        membre = type(membre).objects.get(pk=membre.pk)
        ouvrables = set(Ressource.objects.ouvrables_par(membre.utilisateur).values_list("pk", flat=True))
        dits = {o.pk for o in objets if o.ouvrable_par(membre.utilisateur)}
        assert ouvrables == dits, membre

    def titres(membre):
        return {r.titre for r in Ressource.objects.ouvrables_par(membre.utilisateur)}

    assert titres(cast[-1]) == set(), "whoever opens a working group does not publish what others put there"
    assert titres(cast[0]) == set(), "nor does who only wrote it"
    assert titres(request.getfixturevalue("diane")) == {"Membres", "Réservé", "De Louverné"}
    assert "Réservé" not in titres(request.getfixturevalue("alex"))


def test_the_author_cannot_choose_the_public_by_the_form(connecter, camille, rst):
    client = connecter(camille)
    refus = client.post("/documents/publier/", saisir(client, fichier=txt(), visibilite="publique"))
    assert refus.status_code == 422 and "visibilite" in refus.context["form"].errors
    ressource = faire_ressource("Le mien", camille, reseau=rst)
    adresse = f"/documents/{ressource.pk}/modifier/"
    assert client.post(adresse, saisir(client, adresse, visibilite="publique")).status_code == 422
    assert client.get(f"/documents/{ressource.pk}/ouverture/").status_code == 404
    ressource.refresh_from_db()
    assert not ressource.est_publique


def test_the_referent_shows_it_to_everybody_once_every_point_is_ticked(client, connecter, bruno, convention):
    adresse = f"/documents/{convention.pk}/ouverture/"
    assert client.get(convention.get_absolute_url()).status_code == 302
    connecter(bruno)
    tous, lue = list(VERIFICATIONS), prefilled(client, adresse)
    sans_licence = client.post(adresse, lue | {"verifie": tous, "corps": "Ce qu’elle dit"})
    assert sans_licence.status_code == 422 and "Choisissez sa licence" in sans_licence.text
    assert "Ce qu’elle dit" in sans_licence.text, "nothing typed is lost"
    assert client.post(adresse, lue | {"verifie": tous[:-1], "licence": "lo-2.0"}).status_code == 422
    fiche = {"licence": "lo-2.0", "thematique": "prets", "corps": "Ce qu’elle dit"}
    assert client.post(adresse, lue | {"verifie": tous} | fiche).status_code == 302
    convention.refresh_from_db()
    assert convention.est_publique and convention.statut == Ressource.Statut.COMMUNICABLE
    assert (convention.licence, convention.thematique.code) == ("lo-2.0", "prets")
    assert "Ce qu’elle dit" in client.get(convention.get_absolute_url()).text
    entree = Entree.objects.get(geste=Entree.Geste.OUVERTURE_AU_PUBLIC)
    assert entree.par == bruno and "personnes" in entree.detail and "version 1" in entree.detail
    client.logout()
    assert client.get(convention.get_absolute_url()).status_code == 200
    assert client.get(f"/documents/{convention.pk}/fichier/").status_code == 200


def test_a_preparatory_one_and_one_that_others_answered_for_few_do_not_go_out(connecter, bruno, camille, rst):
    client = connecter(bruno)
    preparatoire = faire_ressource("Projet", bruno, reseau=rst, statut="preparatoire")
    envoi = {"verifie": list(VERIFICATIONS), "licence": "lo-2.0"}
    adresse = f"/documents/{preparatoire.pk}/ouverture/"
    # The reason and the way on come first, in place of six boxes to tick.
    page = client.get(adresse).text
    assert "dites d’abord qu’il est achevé" in page and 'name="verifie"' not in page
    assert f'href="/documents/{preparatoire.pk}/modifier/#id_statut"' in page
    refus = client.post(adresse, envoi)
    assert refus.status_code == 422 and "préparatoire" in refus.text
    discutee = faire_ressource("Discutée", bruno, reseau=rst, visibilite="reseau")
    faire_message(discutee, camille, "Entre nous.")
    page = client.get(f"/documents/{discutee.pk}/ouverture/").text
    assert "D’autres ont répondu ici" in page and 'name="verifie"' not in page
    assert f'href="/documents/publier/?de={discutee.pk}"' in page
    assert client.post(f"/documents/{discutee.pk}/ouverture/", envoi).status_code == 422
    for ressource in (preparatoire, discutee):
        ressource.refresh_from_db()
        assert not ressource.est_publique


@pytest.mark.parametrize(
    "changer",
    [
        lambda r, par: r.remplacer(par=par, fiche=faire_fiche(contenu=b"noms CANARI"), motif="les noms"),
        lambda r, par: corriger(r, par, "Convention, avec ses annexes nominatives"),
        lambda r, par: PieceJointe.deposer([faire_fiche(contenu=b"noms")], contribution=r),
    ],
    ids=["its file", "its words", "an annex"],
)
def test_only_what_was_looked_at_goes_out(client, connecter, bruno, convention, changer):
    adresse = f"/documents/{convention.pk}/ouverture/"
    connecter(bruno)
    coches = {"verifie": list(VERIFICATIONS), "licence": "lo-2.0", "corps": "Ce qu’elle dit"}
    lue = prefilled(client, adresse)
    assert client.post(adresse, coches).status_code == 422, "nobody says what was read"
    assert 'name="lue"' in client.get(adresse).text
    changer(Ressource.objects.get(pk=convention.pk), bruno)
    refus = client.post(adresse, lue | coches)
    assert refus.status_code == 422 and "a changé depuis que vous l’avez ouvert" in refus.text
    form = refus.context["form"]
    assert not form["verifie"].value() and form["licence"].value() == "lo-2.0"
    assert "Ce qu’elle dit" in refus.text
    convention.refresh_from_db()
    assert not convention.est_publique and not Entree.objects.filter(contribution_id=convention.pk).exists()
    assert client.post(adresse, coches | {"lue": form["lue"].value()}).status_code == 302
    convention.refresh_from_db()
    assert convention.est_publique


def corriger(ressource, par, titre):
    avant, ressource.titre = ressource.etat_suivi(), titre
    ressource.modifier(par=par, avant=avant)


def test_a_document_of_a_closed_circle_stays_there(bruno, change):
    ferme = faire_reseau("Cellule", acces=Reseau.Acces.INVITATION)
    membre = faire_membre("Alix", "Roy", (change, Fonction.Role.REFERENT), reseaux=[ferme])
    ressource = faire_ressource("Secret", membre, reseau=ferme, visibilite="reseau")
    with pytest.raises(ValidationError, match="sur invitation"):
        ressource.ouvrir_au_public(par=membre, verifie=["tout"])


def test_what_stood_before_it_was_public_is_not_shown_to_everybody(client, bruno, camille, rst):
    ressource = faire_ressource("Bilan", bruno, reseau=rst, fiche=faire_fiche(contenu=b"noms CANARI"))
    ressource.remplacer(par=bruno, fiche=faire_fiche(contenu=b"sans noms"), motif="occulté")
    ressource.ouvrir_au_public(par=bruno, verifie=["personnes"])
    assert client.get(f"/documents/{ressource.pk}/v/2/").status_code == 200
    assert client.get(f"/documents/{ressource.pk}/v/1/").status_code == 302
    assert "occulté" not in client.get(f"/documents/{ressource.pk}/comparaison/").text
    client.force_login(camille.utilisateur)
    assert client.get(f"/documents/{ressource.pk}/v/1/").status_code == 404
    client.force_login(bruno.utilisateur)
    assert client.get(f"/documents/{ressource.pk}/v/1/").status_code == 200


def test_once_public_it_is_closed_again_by_its_form_but_no_longer_preparatory(
    connecter, client, bruno, convention
):
    convention.ouvrir_au_public(par=bruno, verifie=["tout"])
    connecter(bruno)
    adresse = f"/documents/{convention.pk}/modifier/"
    refus = client.post(adresse, saisir(client, adresse, statut="preparatoire"))
    assert refus.status_code == 422
    assert client.post(adresse, saisir(client, adresse, visibilite="membres")).status_code == 302
    convention.refresh_from_db()
    assert not convention.est_publique


def test_who_may_show_it_to_everybody_keeps_it_for_members_again_where_the_button_was(
    client, connecter, bruno, camille, convention
):
    convention.ouvrir_au_public(par=bruno, verifie=["tout"])
    adresse = f"/documents/{convention.pk}/fermeture/"
    assert adresse not in connecter(camille).get(convention.get_absolute_url()).text
    assert client.post(adresse).status_code == 404
    page = connecter(bruno).get(convention.get_absolute_url()).text
    assert f'action="{adresse}"' in page and "/ouverture/" not in page
    for _clic in range(2):
        assert client.post(adresse).status_code == 302
    convention.refresh_from_db()
    assert convention.visibilite == "membres" and convention.modifications.count() == 2
    client.logout()
    assert client.get(convention.get_absolute_url()).status_code == 302


def test_what_everybody_reads_keeps_its_licence(connecter, bruno, convention):
    convention.ouvrir_au_public(par=bruno, verifie=["tout"], licence="lo-2.0")
    client, adresse = connecter(bruno), f"/documents/{convention.pk}/modifier/"
    refus = client.post(adresse, saisir(client, adresse, licence=""))
    assert refus.status_code == 422 and "licence" in refus.context["form"].errors


def reserver(ressource, *, par):
    ecrite = Ressource.objects.get(pk=ressource.pk)
    avant, ecrite.visibilite = ecrite.etat_suivi(), Ressource.Visibilite.MEMBRES
    ecrite.modifier(par=par, avant=avant)


@pytest.fixture
def formulaire_public(connecter, bruno, convention):
    """Bruno's form, opened while everybody could read the document; he has typed a title."""
    convention.ouvrir_au_public(par=bruno, verifie=["tout"])
    client, adresse = connecter(bruno), f"/documents/{convention.pk}/modifier/"
    return client, adresse, prefilled(client, adresse) | {"titre": "Convention revue"}


@pytest.mark.parametrize("lue", [{}, {"lue": ""}], ids=["as it was read", "not said"])
def test_a_form_that_was_open_does_not_show_to_everybody_what_was_narrowed_meanwhile(
    formulaire_public, convention, diane, monkeypatch, lue
):
    client, adresse, saisie = formulaire_public
    enregistrer = RessourceForm._modifier

    def apres_diane(form, avant):
        reserver(convention, par=diane)
        return enregistrer(form, avant)

    with monkeypatch.context() as course:
        course.setattr(RessourceForm, "_modifier", apres_diane)
        refus = client.post(adresse, saisie | lue)
    assert refus.status_code == 422 and "Quelqu’un d’autre" in refus.text
    assert refus.context["form"]["titre"].value() == "Convention revue"
    convention.refresh_from_db()
    assert (convention.visibilite, convention.titre) == ("membres", "Convention de prêt de matériel")


def test_nor_does_one_that_is_sent_later_and_it_says_so_at_its_field(formulaire_public, convention, diane):
    client, adresse, saisie = formulaire_public
    reserver(convention, par=diane)
    refus = client.post(adresse, saisie)
    assert refus.status_code == 422 and "Convention revue" in refus.text
    assert refus.context["form"].errors["visibilite"] == ["Il n’est pas public : dites qui peut le lire."]
    convention.refresh_from_db()
    assert convention.visibilite == "membres"
    conflit = client.post(adresse, saisie | {"visibilite": "reseau"})
    assert conflit.status_code == 422 and "Deux versions" in conflit.text


def test_a_restricted_one_is_neither_seen_nor_counted_nor_found_by_the_others(connecter, reservee, chantal):
    client = connecter(chantal)
    for adresse in ("/documents/", "/documents/?q=convention", "/", "/fil/", "/documents/export/"):
        reponse = client.get(adresse, follow=True)
        texte = b"".join(reponse.streaming_content).decode() if reponse.streaming else reponse.text
        assert "CANARI" not in texte, adresse
    for suite in ("", "fichier/", "v/1/", "comparaison/", "remplacement/", "ouverture/", "relecture/"):
        assert client.get(f"/documents/{reservee.pk}/{suite}").status_code == 404, suite


def test_the_copy_of_a_network_holds_its_documents_and_their_files(diane, reservee, rst):
    archive = ArchiveDeReseau.demander(rst, par=diane)
    sortie = BytesIO()
    Archiveur(archive, sortie).faire()
    with ZipFile(sortie) as zip_:
        noms = zip_.namelist()
        assert {"documents.csv", "documents_versions.csv"} <= set(noms)
        [fichier] = [nom for nom in noms if nom.startswith("ressource/")]
        assert zip_.read(fichier) == b"Projet de convention CANARI"


def test_a_new_document_from_a_need_takes_what_it_says(connecter, camille, balayeuse):
    page = connecter(camille).get(f"/documents/publier/?de={balayeuse.pk}")
    assert page.context["form"]["titre"].value() == balayeuse.titre
    balayeuse.visibilite = Contribution.Visibilite.PUBLIQUE
    balayeuse.save()
    page = connecter(camille).get(f"/documents/publier/?de={balayeuse.pk}")
    assert page.context["form"]["visibilite"].value() == "membres"


def test_the_page_of_a_link_leads_straight_to_it(connecter, camille, bruno):
    ressource = faire_ressource("Le code", bruno, lien="https://exemple.fr/code")
    page = connecter(camille).get(ressource.get_absolute_url())
    assert page.text.count('href="https://exemple.fr/code" rel="noopener external"') == 2


# Its page


def test_its_annexes_stand_under_a_heading_of_their_own_below_the_file(connecter, camille, convention):
    client = connecter(camille)
    assert re.search(r'id="annexes"[^>]* hidden', client.get(convention.get_absolute_url()).text)
    PieceJointe.deposer([faire_fiche("bareme.txt", b"12 euros")], contribution=convention)
    convention.noter_reperes()
    page = client.get(convention.get_absolute_url()).text
    assert page.index("Télécharger") < page.index(">Annexes</h2>") < page.index("bareme.txt</a>")
    assert page.count(">bareme.txt</a>") == 1 and not re.search(r'id="annexes"[^>]* hidden', page)
    assert 'id="annexes"' in convention.fragments_vivants()["annexes"], "shown live as well"


def test_what_one_may_do_with_it_stands_before_what_is_said_of_it(connecter, bruno, convention):
    page = connecter(bruno).get(convention.get_absolute_url()).text
    gestes = [
        f"/documents/{convention.pk}/{nom}/" for nom in ("modifier", "remplacement", "relecture", "ouverture")
    ]
    for geste in [*gestes, f"/contributions/{convention.pk}/retrait/"]:
        assert page.count(f'href="{geste}"') == 1 and page.index(geste) < page.index('id="fil"')
