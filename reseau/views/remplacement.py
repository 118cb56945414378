from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db import transaction
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plateforme.socle.views.formulaires import FormView

from ..forms.remplacement import RemplacementForm
from ..models import Collectivite, Membre
from ..remplacement import Remplacement, RienATransmettre
from .acces import MembreRequisMixin, obtenir


class RemplacementView(MembreRequisMixin, FormView):
    """« Remplacer une personne qui part », in one screen: who takes over, and the list of what will pass."""

    form_class = RemplacementForm
    template_name = "reseau/membres/remplacement.html"

    def setup(self, request, *args, **kwargs):
        super().setup(request, *args, **kwargs)
        self.collectivite = obtenir(Collectivite.objects.modifiables_par(request.user), slug=kwargs["slug"])
        # Whoever worked there: a form sent twice comes back here once her function is over.
        connus = Membre.objects.visibles_par(request.user).filter(fonctions__collectivite=self.collectivite)
        self.partant = obtenir(connus.distinct(), pk=kwargs["pk"])

    def remplacement(self, le=None):
        return Remplacement(self.partant, self.collectivite, par=self.request.membre, le=le)

    def get(self, request, *args, **kwargs):
        if not self.remplacement().fonctions:
            messages.info(request, self.deja_fait())
            return redirect(self.partant)
        return super().get(request, *args, **kwargs)

    def get_form_kwargs(self):
        return super().get_form_kwargs() | {"partant": self.partant, "collectivite": self.collectivite}

    def get_context_data(self, **kwargs):
        return super().get_context_data(
            remplacement=self.remplacement(),
            partant=self.partant,
            collectivite=self.collectivite,
            **kwargs,
        )

    def form_valid(self, form):
        remplacement = self.remplacement(form.cleaned_data["le"])
        try:
            with transaction.atomic():
                successeur = form.personne(par=self.request.membre)
                remplacement.faire(successeur)
        except RienATransmettre:
            messages.info(self.request, self.deja_fait())
            return redirect(self.partant)
        except ValidationError as refus:
            form.add_error(None, refus)
            return self.form_invalid(form)
        noms = {"qui": successeur.nom_complet, "partant": self.partant.nom_complet}
        avis = _("%(qui)s prend la suite de %(partant)s.") % noms
        messages.success(self.request, avis, extra_tags=self.request.path)
        if remplacement.demandes:
            messages.info(self.request, self.ce_qui_attend(successeur, len(remplacement.demandes)))
        return redirect(self.collectivite)

    @staticmethod
    def ce_qui_attend(successeur, n):
        return ngettext(
            "Pour %(n)d réseau, la demande est partie : qui l’anime décidera d’y accueillir %(qui)s.",
            "Pour %(n)d réseaux, la demande est partie : qui les anime décidera d’y accueillir %(qui)s.",
            n,
        ) % {"n": n, "qui": successeur.nom_complet}

    def deja_fait(self):
        noms = {"qui": self.partant.nom_complet, "ou": self.collectivite.nom}
        return _("%(qui)s n’a plus de fonction à transmettre (%(ou)s).") % noms
