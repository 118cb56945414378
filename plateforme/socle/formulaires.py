from uuid import uuid4, uuid5

from django import forms
from django.core.exceptions import ValidationError
from django.core.mail.message import sanitize_address
from django.core.validators import EmailValidator, validate_email
from django.db import IntegrityError
from django.forms.renderers import DjangoTemplates
from django.utils.translation import gettext_lazy as _

from .texte import entier, extrait, nettoyer

ADRESSE_MAX = 254


class Rendu(DjangoTemplates):
    """Fields with label, help and errors tied together: {{ form }} and {{ field.as_field_group }}."""

    form_template_name = "socle/formulaires/formulaire.html"
    field_template_name = "socle/formulaires/champ.html"


class Habillage:
    """Mixin for our forms, so that they look ours on a host site that keeps its own FORM_RENDERER."""

    default_renderer = Rendu()  # one for all: its engine keeps the templates that it has compiled
    required_css_class = "obligatoire"
    error_css_class = "fautif"


class Formulaire(Habillage):
    """And what is typed is cleaned before it is stored: a field of invisible characters is empty.

    Not for passwords, which are kept to the letter.
    """

    def clean(self):
        donnees = super().clean()
        donnees = self.cleaned_data if donnees is None else donnees
        trop_longs = []
        for nom, valeur in donnees.items():
            if isinstance(valeur, str):
                donnees[nom] = nettoyer(valeur)
                # A letter and its accent may become several.
                longueur = getattr(self.fields.get(nom), "max_length", None)
                if longueur and len(donnees[nom]) > longueur:
                    trop_longs.append(nom)
        for nom in trop_longs:
            self.add_error(nom, _("Ce texte est trop long."))
        for nom in [nom for nom, valeur in donnees.items() if valeur == "" and self.fields[nom].required]:
            self.add_error(nom, self.fields[nom].error_messages["required"])
        return donnees


class ObjetEntier:
    """Mixin of a ModelForm that checks the whole object: a constraint may bear on what it does not ask."""

    def _get_validation_exclusions(self):
        return set(self._errors)


def joignable(adresse):
    """Refuse an address that no mail can bear, though EmailField takes it: once encoded, its accented domain
    is too long; or a letter before the @ is no ASCII (the long s, which that field takes for an s)."""
    validate_email(adresse)
    try:
        encodee = sanitize_address(adresse, "utf-8")
    except ValueError:
        encodee = ""
    if not encodee or len(encodee) > ADRESSE_MAX or not adresse.rpartition("@")[0].isascii():
        raise ValidationError(EmailValidator.message, code=EmailValidator.code)


class AdresseField(forms.EmailField):
    default_validators = [joignable]


class PlusieursField(forms.ModelMultipleChoiceField):
    """Some rows, ticked. Ids that no database holds are refused as no choice, rather than an error of
    SQLite."""

    widget = forms.CheckboxSelectMultiple

    def clean(self, value):
        for v in value or ():
            if entier(str(v)) is None:
                refus = self.error_messages["invalid_choice"]
                raise ValidationError(refus, code="invalid_choice", params={"value": extrait(str(v), 40)})
        return super().clean(value)


class Heure(forms.TimeInput):
    """An hour of the clock, with the browser's own picker."""

    input_type = "time"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%H:%M")


class Jour(forms.DateInput):
    """The browser's own date picker; it wants ISO dates whatever the language."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")


class Phrase(forms.Textarea):
    """A sentence seen whole on a phone, where Enter does not send the form: it is still one line."""

    def __init__(self, attrs=None):
        super().__init__({"rows": 2, "class": "phrase", **(attrs or {})})

    def value_from_datadict(self, data, files, name):
        valeur = super().value_from_datadict(data, files, name)
        return valeur and " ".join(filter(None, map(str.strip, valeur.splitlines())))


class Repere(forms.TextInput):
    """Out of sight, but kept with the draft of the form (brouillons.js keeps no field of type "hidden"): what
    the person had before her eyes when she began to type."""

    is_hidden = True

    def __init__(self, attrs=None):
        super().__init__({"hidden": True, **(attrs or {})})


class Relue:
    """Mixin of a form that says what its page showed (`lue`), so that it undoes nothing of what somebody else
    wrote meanwhile: the verb compares, and refuses."""

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["lue"] = forms.CharField(required=False, widget=Repere, initial=self.repere())

    def refuser(self, refus):
        """The reason is among the errors: her next click is in knowledge of what it is now."""
        self.add_error(None, refus)
        self.data = self.data.copy()
        self.data["lue"] = self.repere()


class UneFois:
    """Mixin of a form that is kept once, however often it is sent: a double click, a retry on a bad line.

    Each page that shows it has its own `jeton`. What it writes has a column `envoi`, unique for its author:
    that token with what was typed, so that the same page sent again with other words is not lost.
    """

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["jeton"] = forms.UUIDField(initial=uuid4, required=False, widget=forms.HiddenInput)

    @property
    def envoi(self):
        jeton = self.cleaned_data.get("jeton")
        return jeton and uuid5(jeton, repr([champ.data for champ in self]))

    def une_fois(self, ecrire, ecrits):
        """What `ecrire` returns, or what the same sending has already written among `ecrits`."""
        try:
            return ecrire()
        except IntegrityError:
            deja = ecrits.filter(envoi=self.envoi).first() if self.envoi else None
            if deja is None:
                raise
            return deja
