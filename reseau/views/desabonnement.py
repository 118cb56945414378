from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from plateforme.socle.jetons import JetonPerime
from plateforme.socle.views.formulaires import FormView

from ..desabonnement import lire
from ..forms.recapitulatifs import DesabonnementForm
from ..models import Adhesion


# The link itself is the right to lower, and a mail program has neither session nor token (RFC 8058).
@method_decorator([never_cache, csrf_exempt], name="dispatch")
class DesabonnementView(FormView):
    """Less mail, for who opens the link at the foot of a mail or whose mail program follows its header."""

    form_class = DesabonnementForm
    template_name = "reseau/membres/desabonnement.html"

    def dispatch(self, request, *args, **kwargs):
        try:
            self.liste = lire(kwargs["jeton"])
        except JetonPerime:
            refus = _("Ce lien est trop ancien. Celui d’un courriel plus récent marche.")
            return self.render_to_response({"refus": refus}, status=410)
        if self.liste is None:
            refus = _("Ce lien n’est pas complet. Recopiez-le en entier.")
            return self.render_to_response({"refus": refus}, status=404)
        return super().dispatch(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"liste": self.liste}

    def get_context_data(self, **kwargs):
        return super().get_context_data(liste=self.liste, **kwargs)

    def post(self, request, *args, **kwargs):
        if request.POST.get("List-Unsubscribe") == "One-Click":
            self.liste.abaisser(Adhesion.Niveau.AUCUN)
            return HttpResponse(_("C’est noté."), content_type="text/plain; charset=utf-8")
        return super().post(request, *args, **kwargs)

    def form_valid(self, form):
        self.liste.abaisser(form.cleaned_data["niveau"])
        messages.success(self.request, _("C’est noté\u202f: %(choix)s.") % {"choix": form.choix})
        return redirect(self.request.path)
