from django import forms
from django.forms.renderers import DjangoTemplates


class Rendu(DjangoTemplates):
    """Fields with label, help and errors tied together: {{ form }} and {{ field.as_field_group }}."""

    form_template_name = "socle/formulaires/formulaire.html"
    field_template_name = "socle/formulaires/champ.html"


class Formulaire:
    """Mixin for our forms, so that they look ours on a host site that keeps its own FORM_RENDERER."""

    default_renderer = Rendu
    required_css_class = "obligatoire"
    error_css_class = "fautif"


class Jour(forms.DateInput):
    """The browser's own date picker; it wants ISO dates whatever the language."""

    input_type = "date"

    def __init__(self, attrs=None):
        super().__init__(attrs, format="%Y-%m-%d")
