import re

import pytest
from django import forms
from django.core.exceptions import ValidationError
from django.core.files.uploadedfile import SimpleUploadedFile

from plateforme.socle.formulaires import AdresseField, Formulaire


class Inscription(Formulaire, forms.Form):
    nom = forms.CharField(
        label="Nom", error_messages={"required": "Dites votre nom."}, help_text="Tel qu’il sera affiché."
    )
    reseaux = forms.MultipleChoiceField(
        label="Réseaux",
        choices=[("rst", "RST")],
        widget=forms.CheckboxSelectMultiple,
        help_text="Un ou plusieurs.",
    )
    photo = forms.FileField(label="Photo", required=False)


def balise(html, identifiant):
    return re.search(rf'<[^<]*\bid="{identifiant}"[^>]*>', html).group()


def test_a_field_is_tied_to_its_help_and_to_its_error():
    html = str(Inscription({}))
    assert 'aria-describedby="id_nom_helptext id_nom_error"' in balise(html, "id_nom")
    assert 'aria-invalid="true"' in balise(html, "id_nom")
    assert re.search(r'id="id_nom_error">.*?<span>Dites votre nom\.</span>', html, re.DOTALL)


def test_a_group_of_boxes_is_a_fieldset_tied_to_its_error():
    html = str(Inscription({}))
    assert balise(html, "id_reseaux").startswith("<fieldset")
    assert 'aria-describedby="id_reseaux_helptext id_reseaux_error"' in balise(html, "id_reseaux")


def test_the_summary_of_errors_leads_to_each_field():
    html = str(Inscription({}))
    resume = html[: html.index('class="groupe')]
    assert 'role="alert"' in resume
    assert re.findall(r'href="#(\w+)"', resume) == ["id_nom", "id_reseaux"]


def test_a_form_that_comes_back_says_which_file_is_to_be_chosen_again():
    photo = SimpleUploadedFile("cour.jpg", b"...")
    assert "À choisir de nouveau" in str(Inscription({}, {"photo": photo}))
    assert "À choisir de nouveau" not in str(Inscription({})) + str(Inscription())


def test_a_form_without_error_has_no_summary_and_says_what_is_optional():
    html = str(Inscription())
    assert "data-erreurs" not in html
    assert html.count("facultatif</span>") == 1


def test_what_is_typed_is_cleaned_and_invisible_characters_are_nothing():
    formulaire = Inscription({"nom": "Inès\u202e\r\nGarnier", "reseaux": ["rst"]})
    assert formulaire.is_valid()
    assert formulaire.cleaned_data["nom"] == "Inès\nGarnier"
    assert Inscription({"nom": "\u200b\u2060", "reseaux": ["rst"]}).errors == {"nom": ["Dites votre nom."]}


@pytest.mark.parametrize(
    "adresse",
    ["ines@mairie.example", "ines+voirie@mairie.example", "ines@évron.example", f"a@{'é' * 40}.example"],
)
def test_an_address_that_a_mail_can_bear_is_taken(adresse):
    assert AdresseField().clean(adresse) == adresse


@pytest.mark.parametrize(
    "adresse",
    [
        "ines",
        f"a@{'é' * 60}.example",
        f"a@{'é.' * 60}example",
        f"a@{'exemple.' * 36}fr",
        "ſylvie@mairie.example",
        "iné@mairie.example",
    ],
)
def test_an_address_that_no_mail_can_bear_is_refused_once(adresse):
    with pytest.raises(ValidationError) as refus:
        AdresseField().clean(adresse)
    assert len(refus.value.messages) == 1
