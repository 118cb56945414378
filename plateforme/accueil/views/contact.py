import re

from django.contrib import messages
from django.shortcuts import redirect
from django.utils.translation import gettext as _

from plateforme.accueil import limites
from plateforme.accueil.forms.contact import ContactForm
from plateforme.socle.views.formulaires import FormView

PAGE_MAX = TITRE_MAX = 200
PAGE = re.compile(r"/[a-z0-9][a-z0-9/_-]*/")


class ContactView(FormView):
    """Served by the Wagtail page, whose words stand above the form."""

    template_name = "accueil/pages/contact.html"
    form_class = ContactForm

    def get_initial(self):
        sujet = self.request.GET.get("sujet")
        initial = {"sujet": sujet if sujet in ContactForm.Sujet.values else ContactForm.Sujet.QUESTION}
        if page := self.page_en_cause():
            titre = " ".join(self.request.GET.get("titre", "").split())[:TITRE_MAX]
            dit = _("À propos de « %s »") % titre if titre else _("À propos de")
            initial["message"] = f"{dit}\n{page}\n\n" if titre else f"{dit} {page}\n\n"
        if self.request.membre:
            initial |= {"nom": self.request.membre.nom_complet, "courriel": self.request.user.email}
        return initial

    def page_en_cause(self):
        """A page of ours from which she comes to say something (`?page=`), or ""."""
        page = self.request.GET.get("page", "")[:PAGE_MAX]
        return self.request.build_absolute_uri(page) if PAGE.fullmatch(page) else ""

    def get_context_data(self, **kwargs):
        return super().get_context_data(page=self.kwargs["page"], **kwargs)

    def form_valid(self, form):
        if not limites.message_de_contact(self.request, form.cleaned_data["courriel"]):
            form.add_error(None, _("Trop de messages en une heure. Réessayez plus tard."))
            return self.form_invalid(form)
        form.envoyer()
        envoye = _("Votre message est parti. Un accusé de réception vous arrive par courriel.")
        messages.success(self.request, envoye, extra_tags="contact")
        return redirect(self.kwargs["page"].get_url(self.request))
