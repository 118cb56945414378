def nonce(request):
    """django-htmx looks for `csp_nonce`, django-csp gives `CSP_NONCE`: one lazy value under both names."""
    return {"csp_nonce": getattr(request, "csp_nonce", None)}
