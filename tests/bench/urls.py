from django.urls import path

from plateforme.urls import urlpatterns as du_site

from . import temoins

urlpatterns = [
    path("temoin/fixe/", temoins.fixe),
    path("temoin/transaction/", temoins.transaction_nue),
    path("temoin/diffusion/", temoins.diffusion),
    *du_site,
]
