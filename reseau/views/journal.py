from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext as _
from django.views.generic import ListView

from plateforme.socle.exports import en_csv
from plateforme.socle.pagination import CurseurMixin

from ..forms.journal import JournalForm
from ..models import Contribution, Entree
from .invitations import ResponsableMixin

EXPORT_MAX = 20_000


class JournalView(ResponsableMixin, CurseurMixin, ListView):
    """Who did what, when: an animateur reads her networks, a référent her commune, an administrator all."""

    template_name = "reseau/journal/liste.html"
    context_object_name = "entrees"
    paginate_by = 50
    tri = ("-le", "-pk")

    def get_queryset(self):
        self.form = JournalForm(self.request.GET or None)
        lisible = Contribution.objects.visibles_par(self.request.user).filter(pk=OuterRef("contribution"))
        titre = Subquery(lisible.order_by().values("titre"))
        entrees = Entree.objects.visibles_par(self.request.user).annotate(titre_lisible=titre)
        return self.form.appliquer(entrees).pour_liste()

    def get_context_data(self, **kwargs):
        return super().get_context_data(form=self.form, **kwargs)


class JournalExportView(JournalView):
    def get(self, request, *args, **kwargs):
        entetes = [_("Date"), _("Geste"), _("Par"), _("Membre"), _("Collectivité"), _("Réseau"), _("Détail")]
        entetes.append(_("Publication"))
        entrees = self.get_queryset().order_by(*self.tri)[:EXPORT_MAX]
        return en_csv(_("journal"), entetes, map(self.ligne, entrees.iterator(chunk_size=500)))

    @staticmethod
    def ligne(entree):
        return [
            entree.le,
            entree.get_geste_display(),
            entree.par or "",
            entree.membre or "",
            entree.collectivite or "",
            entree.reseau or "",
            entree.detail,
            entree.titre_lisible or "",
        ]
