from django.contrib import messages
from django.core.exceptions import ValidationError
from django.shortcuts import redirect, render
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.vary import vary_on_headers
from django.views.generic import View

from reseau.views.acces import ParoleRequiseMixin


@method_decorator(vary_on_headers("HX-Request"), "dispatch")
class ParoleView(ParoleRequiseMixin, View):
    """Speak for my collectivité, in one click; GET shows the form alone, for those without script.

    A subclass finds `contribution` in `dispatch`, as far as she may read it. It has `peut_dire`,
    `formulaire`, `dire` (the verb of its model) and `contexte` (the names that its templates know).
    """

    modele = None  # a Parole
    dossier = ""  # of its templates: choix.html is the form, page.html the page around it
    ancre = ""
    note_sans_effet = ""  # told to an agent whose word does not replace the référent's

    def get(self, request, pk):
        return self.afficher() if self.peut_dire() else redirect(self.contribution)

    def post(self, request, pk):
        formulaire = self.formulaire(request.POST)
        if not formulaire.is_valid():
            return self.afficher(formulaire)
        qui = {"collectivite": request.au_nom_de, "par": request.membre}
        try:
            _parole, compte = self.dire(self.contribution, **qui, **formulaire.cleaned_data)
        except ValidationError as refus:
            formulaire.add_error(None, refus)
            return self.afficher(formulaire)
        note = _("C’est noté.") if compte else self.note_sans_effet
        if request.htmx:
            return self.afficher(note=note)
        messages.info(request, note)
        return redirect(f"{self.contribution.get_absolute_url()}#{self.ancre}")

    def afficher(self, refuse=None, note=""):
        """What stands, with the form to change it, or the one that was refused."""
        dites = self.modele.objects.filter(contribution=self.contribution.pk).select_related("par")
        actuelle = dites.filter(collectivite=self.request.au_nom_de).first()
        contexte = self.contexte(actuelle, refuse or self.formulaire(instance=actuelle))
        contexte |= {"contribution": self.contribution, "note": note}
        gabarit = f"besoins/{self.dossier}/{'choix' if self.request.htmx else 'page'}.html"
        return render(self.request, gabarit, contexte, status=422 if refuse else 200)
