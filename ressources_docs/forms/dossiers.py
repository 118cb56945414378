from functools import cached_property

from ..models import Thematique


class Dossiers:
    """Mixin of a form of facets, one of which is the folders: what is in a folder of a folder is in it."""

    @cached_property
    def dossiers(self):
        return Thematique.objects.dans_l_ordre()

    @property
    def dossier(self):
        """The one folder that is open, or None."""
        choisis = self.choisis["thematique"]
        return next((dossier for dossier in self.dossiers if [dossier.code] == choisis), None)

    def dans(self, codes):
        """Ids of these folders, and of what they hold."""
        ouverts = {dossier.pk for dossier in self.dossiers if dossier.code in codes}
        return [dossier.pk for dossier in self.dossiers if {dossier.pk, dossier.parent_id} & ouverts]

    def dossiers_montres(self):
        """The folders to go down to from here, each with how many documents it holds: none while searching or
        filtering by something else, which shows what answers wherever it stands."""
        autres = any(valeurs for nom, valeurs in self.choisis.items() if nom != "thematique")
        if autres or self.cherche or len(self.choisis["thematique"]) > 1:
            return []
        nombres = self.nombres_par_dossier
        return [{"dossier": d, "nombre": nombres[d.code]} for d in self._dessous() if d.code in nombres]

    def _dessous(self):
        ici = self.dossier and self.dossier.pk
        return [dossier for dossier in self.dossiers if dossier.parent_id == ici]


def avec_ce_qu_ils_tiennent(dossiers, nombres):
    """{code: how many}, of these folders that hold something; `nombres`: by code, of each alone."""
    tenus = dict(nombres)
    for dossier in dossiers:
        if dossier.parent_id and dossier.code in nombres:
            tenus[dossier.parent.code] = tenus.get(dossier.parent.code, 0) + nombres[dossier.code]
    return tenus
