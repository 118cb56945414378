from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from ..models import Adhesion, Collectivite


class CommunesDuReseau:
    """Mixin of the form of what is addressed to some collectivités of its network: none is all of them."""

    champ_des_communes = None

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        brouillon = self.instance.est_brouillon
        reseaux = self.fields["reseau"].queryset if brouillon else [self.instance.reseau_id]
        proposees = Q(pk__in=self.collectivites_de(reseaux))
        if self.instance.pk:
            deja = getattr(self.instance, self.champ_des_communes)
            proposees |= Q(pk__in=deja.values("pk"))
        self.fields[self.champ_des_communes].queryset = Collectivite.objects.filter(proposees)

    @staticmethod
    def collectivites_de(reseaux):
        return Adhesion.objects.actives().filter(reseau__in=reseaux).collectivites()

    def clean(self):
        donnees = super().clean()
        choisies, reseau = donnees.get(self.champ_des_communes), donnees.get("reseau")
        if choisies and reseau and self.instance.est_brouillon:
            presentes = self.collectivites_de([reseau]).values_list("collectivite", flat=True)
            absentes = choisies.exclude(pk__in=set(presentes))
            if absentes:
                refus = _("Personne n’est membre de ce réseau pour\u202f: %(communes)s.") % {
                    "communes": ", ".join(commune.nom for commune in absentes)
                }
                self.add_error(self.champ_des_communes, refus)
        return donnees
