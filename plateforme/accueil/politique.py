from csp.middleware import CSPMiddleware
from django.conf import settings
from django.urls import reverse
from django.utils.cache import patch_vary_headers


class PolitiqueMiddleware(CSPMiddleware):
    """The strict policy everywhere, the admin's own under the address of the Wagtail admin only.

    A page that is drawn for htmx is without what needs the nonce (`socle/tete.html`).
    """

    def process_response(self, request, response):
        patch_vary_headers(response, ["HX-Request"])
        return super().process_response(request, response)

    def get_policy_parts(self, request, response, report_only=False):
        parties = super().get_policy_parts(request, response, report_only)
        if not report_only and request.path_info.startswith(reverse("wagtailadmin_home")):
            parties.config = settings.POLITIQUE_DE_L_ADMIN
        return parties
