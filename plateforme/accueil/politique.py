from csp.middleware import CSPMiddleware
from django.conf import settings
from django.urls import reverse


class PolitiqueMiddleware(CSPMiddleware):
    """The strict policy everywhere, the admin's own under the address of the Wagtail admin only."""

    def get_policy_parts(self, request, response, report_only=False):
        parties = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path_info.startswith(reverse("wagtailadmin_home")):
            parties.config = settings.POLITIQUE_DE_L_ADMIN
        return parties
