from django.contrib.auth.models import AnonymousUser
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from plateforme.socle.exports import en_csv_normalise
from plateforme.socle.visiteurs import pour_tous

from ..scdl import ENTETES, lignes

NOM = gettext_lazy("deliberations")


@require_safe
@pour_tous
def deliberations(request):
    """Those of the public projects, for portals of open data: the same for every reader."""
    return en_csv_normalise(NOM, ENTETES, lignes(AnonymousUser(), request.build_absolute_uri))
