def entete(request):
    return {}
