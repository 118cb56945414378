"""The reference documents of the demo: their files are made here, of what they say."""

from plateforme.socle.fichiers import TYPES
from ressources_docs.forms.ouvertures import VERIFICATIONS
from ressources_docs.models import Thematique

from . import pieces


class Documents:
    def __init__(self, calendrier, population):
        self.calendrier, self.population = calendrier, population

    @staticmethod
    def dossier(fiche):
        return Thematique.objects.get(code=fiche["thematique"])

    @staticmethod
    def deposer(ressource, fiche, *, par, **quand):
        if "lien" in fiche:
            return ressource.remplacer(par=par, lien=fiche["lien"])
        contenu = fiche.get("tableau") or fiche["texte"].split("\n")
        fichier = pieces.redige(ressource.titre, fiche["format"], contenu)
        version = ressource.remplacer(par=par, fiche=fichier, **quand)
        if fichier.type_mime == TYPES["pdf"]:
            return version.lire()
        # Nobody waits for a task that reads it: what it says is at hand.
        lignes = [" ".join(ligne) for ligne in contenu] if "tableau" in fiche else contenu
        return version.noter_le_texte("\n".join(lignes))

    def remplacer(self, ressource, dite, instant):
        par, _collectivite = self.population.qui(dite["par"])
        ressource.refresh_from_db()
        verifie = list(VERIFICATIONS) if ressource.est_publique else ()
        self.deposer(ressource, dite, par=par, motif=dite["motif"], verifie=verifie)
        self.calendrier.version(ressource, instant)
        self.calendrier.journal(instant)

    def ouvrir(self, ressource, dit, instant):
        par, _collectivite = self.population.qui(dit["par"])
        ressource.ouvrir_au_public(par=par, verifie=list(VERIFICATIONS))
        ressource.ouvert_le = instant
        ressource.save(update_fields=["ouvert_le"])
        self.calendrier.version(ressource, instant)
        self.calendrier.journal(instant)
