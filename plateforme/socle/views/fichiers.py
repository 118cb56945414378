from django.views.generic.detail import BaseDetailView

from ..fichiers import servir


class FichierView(BaseDetailView):
    """Serves a FichierProtege. Compose it with the mixin that fetches through `visibles_par`:

    `class PieceJointeView(VisibleMixin, FichierView): model = PieceJointe`, on
    `<int:pk>/<slug:version>/` (version: fichier, version_web, vignette) or without version.
    """

    http_method_names = ["get", "head", "options"]
    # Attachment unless it is an image asked for by the page itself.
    telechargement = True

    def render_to_response(self, context):
        version = self.kwargs.get("version", "fichier")
        return servir(self.request, self.object, self.telechargement and version == "fichier", version)
