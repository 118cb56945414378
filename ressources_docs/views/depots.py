from django.shortcuts import render
from django.utils.decorators import method_decorator
from django.views.decorators.vary import vary_on_headers

from plateforme.socle.views.formulaires import CreateView
from reseau.views.acces import ParoleRequiseMixin
from reseau.views.publication import FormulaireDeMembreMixin

from ..forms.depots import DepotForm
from ..models import Ressource

GABARIT = "ressources_docs/depots/deposer.html"


@method_decorator(vary_on_headers("HX-Request"), "dispatch")
class DepotView(ParoleRequiseMixin, FormulaireDeMembreMixin, CreateView):
    """Several files in one go. The script sends them one by one and puts each answer in the list (partials
    "resultats" and "erreurs"); without it they come together, and the page says what became of each."""

    model = Ressource
    form_class = DepotForm
    template_name = GABARIT

    def get_initial(self):
        les_miens = {a.slug: a.objet for a in self.request.membre.droits.adhesions}
        ici = les_miens.get(self.request.GET.get("reseau"))
        initial = super().get_initial() | {"thematique": self.request.GET.get("thematique", "")}
        return initial | {"reseau": ici} if ici else initial

    def form_valid(self, form):
        depots = form.deposer_tout(publier="brouillon" not in self.request.POST)
        if self.request.htmx:
            return render(self.request, f"{GABARIT}#resultats", {"depots": depots})
        # Another sending is another form.
        return self.render_to_response(self.get_context_data(depots=depots, form=self.form_vierge()))

    def form_vierge(self):
        return self.form_class(**{**self.get_form_kwargs(), "data": None, "files": None})

    def form_invalid(self, form):
        if self.request.htmx:
            return render(self.request, f"{GABARIT}#erreurs", {"form": form}, status=422)
        return super().form_invalid(form)
