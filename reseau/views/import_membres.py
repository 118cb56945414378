from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.generic import DetailView, View

from plateforme.socle.exports import en_csv
from plateforme.socle.views.formulaires import FormView

from ..forms.invitations import ImportForm
from ..import_membres import confirmer, preparer
from ..models import ImportDeMembres
from .acces import PorteMixin
from .invitations import ResponsableMixin


def entetes():
    return [_("Courriel"), _("Prénom"), _("Nom"), _("Téléphone"), _("Collectivité"), _("Fonction")]


class ImportView(ResponsableMixin, FormView):
    """Step 1: the file. Nothing is sent from here."""

    form_class = ImportForm
    template_name = "reseau/membres/import.html"

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"par": self.request.membre}

    def form_valid(self, form):
        try:
            depot = preparer(
                form.cleaned_data["fichier"], par=self.request.membre, reseau=form.cleaned_data.get("reseau")
            )
        except ValidationError as refus:
            form.add_error("fichier", refus)
            return self.form_invalid(form)
        return redirect("reseau:import_depot", depot.pk)


class DepotMixin(ResponsableMixin, PorteMixin):
    model = ImportDeMembres
    context_object_name = "depot"

    def get_queryset(self):
        return super().get_queryset().select_related("reseau")


class DepotView(DepotMixin, DetailView):
    """Step 2: what each line will do, and what is wrong with the others; the button sends the former."""

    template_name = "reseau/membres/import_apercu.html"

    def post(self, request, *args, **kwargs):
        depot = self.get_object()
        if not confirmer(depot):
            messages.info(request, _("Cette liste est déjà importée : rien de plus n’est parti."))
        return redirect("reseau:import_depot", depot.pk)


class ErreursView(DepotMixin, DetailView):
    """The lines to correct, as a file to send again once they are."""

    def get(self, request, *args, **kwargs):
        fautives = self.get_object().fautives
        champs = ("courriel", "prenom", "nom", "telephone", "collectivite", "intitule")
        lignes = (
            [*(ligne[champ] for champ in champs), ligne["numero"], " ".join(ligne["erreurs"])]
            for ligne in fautives
        )
        return en_csv(_("lignes à corriger"), [*entetes(), _("Ligne"), _("À corriger")], lignes)


class ModeleView(ResponsableMixin, View):
    """An empty list with its titles, and one line to show what is expected."""

    def get(self, request):
        exemple = [
            "prenom.nom@commune.example",
            "Prénom",
            "Nom",
            "02 00 00 00 00",
            "Louverné",
            "agent technique",
        ]
        return en_csv(_("personnes à inviter"), entetes(), [exemple])
