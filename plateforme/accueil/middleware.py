from .a_faire import recompter


class AFaireMiddleware:
    """What a member sends may be the answer that was awaited: the number in the header is counted anew."""

    def __init__(self, get_response):
        self.get_response = get_response

    def __call__(self, request):
        reponse = self.get_response(request)
        if request.method == "POST" and request.membre:
            recompter(request.membre)
        return reponse
