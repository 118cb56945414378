"""What the projects of the demo await, and for when."""

from besoins.models import DelaiLegal, Deliberation, Jalon, Tache


class Echeancier:
    """Days are dates or, as numbers, days from the loading."""

    def __init__(self, calendrier, population):
        self.calendrier, self.population = calendrier, population

    def noter(self, projet, fiche):
        self._noter_les_jalons(projet, fiche.get("jalons", ()))
        for libelle, cle, pour_le, *fait in fiche.get("taches", ()):
            porteur, _collectivite = self.population.qui(cle)
            tache = Tache(projet=projet, libelle=libelle, porteur=porteur, pour_le=self._jour(pour_le))
            tache.noter(par=projet.auteur)
            if fait:
                tache.faire(par=porteur, le=self._jour(fait[0]))
        for demande in fiche.get("deliberations", ()):
            self._demander(projet, demande)

    def _noter_les_jalons(self, projet, dits):
        notes = {}
        for dit in dits:
            jours = {champ: self._jour(dit[champ]) for champ in ("debut", "pour_le") if champ in dit}
            mots = {champ: dit[champ] for champ in ("libelle", "etape", "phase") if champ in dit}
            jalon = Jalon(projet=projet, **mots, **jours)
            jalon.a_suivre = [notes[libelle] for libelle in dit.get("apres", ())]
            notes[jalon.libelle] = jalon.noter(par=projet.auteur)
            if "fait_le" in dit:
                jalon.faire(par=projet.auteur, le=self._jour(dit["fait_le"]))

    def _demander(self, projet, demande):
        communes = [self.population.collectivites[slug] for slug in demande["communes"]]
        attendues = Deliberation.attendre(
            projet,
            communes,
            delai=DelaiLegal.objects.get(pk=demande["delai"]),
            notifiee_le=self._jour(demande["notifiee_le"]),
            par=projet.auteur,
        )
        par_slug = {deliberation.collectivite.slug: deliberation for deliberation in attendues}
        for slug, sens, acte_le, numero in demande["actes"]:
            deliberation = par_slug[slug]
            deliberation.sens, deliberation.acte_le = sens, self._jour(acte_le)
            deliberation.acte_numero = numero
            deliberation.noter(par=projet.auteur)

    def _jour(self, valeur):
        return self.calendrier.jour(valeur) if isinstance(valeur, int) else valeur
