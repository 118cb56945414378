from django.urls import path

from plateforme.socle.limites import HEURE, Limite
from plateforme.urls import urlpatterns as du_site
from reseau.views import fils

from . import temoins

# Counted as for anybody, and never reached: one member writes them all.
fils.MESSAGES_PAR_MEMBRE = Limite("messages", 30_000, HEURE)

urlpatterns = [
    path("temoin/fixe/", temoins.fixe),
    path("temoin/transaction/", temoins.transaction_nue),
    path("temoin/diffusion/", temoins.diffusion),
    *du_site,
]
