"""The territory, the networks and the people of the demo."""

import io
from datetime import timedelta

from django.core.management import call_command

from plateforme.accueil.models import Parametres
from plateforme.socle.models import AdresseEnEchec
from reseau.models import (
    Adhesion,
    Collectivite,
    Demande,
    Domaine,
    Membre,
    PageReseau,
    Pole,
    Recapitulatif,
    Reseau,
)
from reseau.remplacement import Remplacement

from .lecture import lire

ANCIENNETE = 120
DERNIERE_VISITE = timedelta(hours=20)


class Population:
    """Builds everybody, then answers by the keys of the TOML files."""

    def __init__(self, calendrier):
        self.calendrier = calendrier
        self.territoire = lire("territoire")
        tables = lire("personnes")
        self.fiches = {fiche["cle"]: fiche for fiche in tables["personne"]}
        self.demandes = tables["demande"]
        self.membres, self.reseaux = {}, {}

    def installer(self):
        call_command("importer_epci", self.territoire["siren"], stdout=io.StringIO())
        self.collectivites = {c.slug: c for c in Collectivite.objects.all()}
        self._regler_le_site()
        self._ouvrir_les_reseaux()
        for fiche in self.fiches.values():
            self._inscrire(fiche)
        for fiche in self.fiches.values():
            self._decrire(fiche)
        # First those who animate: they are the ones who take the others in.
        for fiche in sorted(self.fiches.values(), key=lambda fiche: not self._anime(fiche)):
            self._faire_adherer(fiche)
        for fiche in self.territoire["groupe"]:
            self._ouvrir_le_groupe(fiche)

    def qui(self, cle):
        """« sylvie@montflours » → (member, collectivité); without @, the first she works for."""
        nom, _, slug = cle.partition("@")
        slug = slug or self.fiches[nom]["fonctions"][0][0]
        return self.membres[nom], self.collectivites[slug]

    def evenements(self):
        """(instant, what then happens): who takes over from whom, who asks to come in."""
        for fiche in self.fiches.values():
            if "succede_a" in fiche:
                yield self._arrivee(fiche), lambda le, fiche=fiche: self._remplacer(fiche, le)
        for fiche in self.demandes:
            instant = self.calendrier.il_y_a(fiche["il_y_a"])
            yield instant, lambda le, fiche=fiche: self._demander(fiche, le)

    @property
    def epci(self):
        return self.collectivites[self.territoire["epci"]]

    def _regler_le_site(self):
        parametres = Parametres.load()
        parametres.epci = self.epci
        for champ, valeur in self.territoire["parametres"].items():
            setattr(parametres, champ, valeur)
        parametres.save()

    def _ouvrir_les_reseaux(self):
        pole = Pole.objects.create(nom=self.territoire["pole"]["nom"], epci=self.epci)
        for slug in self.territoire["pole"]["communes"]:
            pole.accueillir(self.collectivites[slug], le=self.calendrier.jour(-ANCIENNETE))
        for fiche in self.territoire["reseau"]:
            du_pole = fiche.pop("pole", False)
            reseau = Reseau.objects.create(pole=pole if du_pole else None, **fiche)
            PageReseau.installer(reseau)
            self.reseaux[reseau.slug] = reseau

    def _ouvrir_le_groupe(self, fiche):
        instant = self.calendrier.il_y_a(fiche["il_y_a"])
        par = self.membres[fiche["par"]]
        groupe = Reseau.ouvrir_un_groupe(
            nom=fiche["nom"],
            resume=fiche["resume"],
            acces=fiche["acces"],
            domaines=Domaine.objects.filter(code__in=fiche["domaines"]),
            par=par,
        )
        PageReseau.installer(groupe)
        for cle in fiche["membres"]:
            groupe.accueillir(self.membres[cle], par=par)
        groupe.adhesions.update(debut=instant.date())
        Reseau.objects.filter(pk=groupe.pk).update(cree_le=instant)
        self.reseaux[fiche["cle"]] = groupe
        self.calendrier.journal(instant)

    def _arrivee(self, fiche):
        return self.calendrier.il_y_a(fiche.get("depuis", ANCIENNETE))

    def _inscrire(self, fiche):
        membre = Membre.inscrire(
            adresse(fiche),
            prenom=fiche["prenom"],
            nom=fiche["nom"],
            telephone=fiche.get("telephone", ""),
        )
        self.membres[fiche["cle"]] = membre
        membre.utilisateur.last_login = self.calendrier.maintenant - DERNIERE_VISITE
        membre.utilisateur.save(update_fields=["last_login"])
        if "courriel_revient" in fiche:
            AdresseEnEchec.noter(membre.courriel, fiche["courriel_revient"])
        if "succede_a" in fiche:
            return
        arrivee = self._arrivee(fiche)
        communes_suivies = [[slug, "interlocuteur", ""] for slug in fiche.get("interlocuteur", [])]
        for slug, role, intitule in [*fiche["fonctions"], *communes_suivies]:
            membre.exercer(
                self.collectivites[slug],
                role,
                intitule=intitule,
                debut=arrivee.date(),
                par=self.membres.get("noor"),
            )
        self.calendrier.journal(arrivee)

    def _decrire(self, fiche):
        membre = self.membres[fiche["cle"]]
        membre.domaines.set(Domaine.objects.filter(code__in=fiche.get("domaines", [])))
        membre.apprendre(fiche.get("competences", []))
        if absence := fiche.get("absence"):
            membre.s_absenter(
                du=self.calendrier.jour(-1),
                au=self.calendrier.jour(absence["jours"]),
                suppleant=self.membres[absence["suppleant"]],
            )

    @staticmethod
    def _anime(fiche):
        return any(role == Adhesion.Role.ANIMATEUR for _slug, role, _niveau in fiche["reseaux"])

    def _faire_adherer(self, fiche):
        arrivee = self._arrivee(fiche)
        for slug, role, niveau in fiche["reseaux"]:
            self.reseaux[slug].accueillir(
                self.membres[fiche["cle"]],
                par=self.membres["jeanne"],
                role=role,
                niveau_courriel=niveau,
                debut=arrivee.date(),
            )
        for slug, type_, niveau in fiche.get("autrement", []):
            adhesion = self.reseaux[slug].adhesion_de(self.membres[fiche["cle"]])
            adhesion.regler(adhesion.niveau_courriel, {type_: niveau})
        self.calendrier.journal(arrivee)

    def regler_les_recapitulatifs(self):
        """Everybody has hers tomorrow; those whom one may be, as soon as the site is open."""
        Recapitulatif.objects.ouvrir()
        for fiche in self.fiches.values():
            if "recapitulatif" in fiche:
                jour, heure = fiche["recapitulatif"]
                recapitulatif = Recapitulatif.de(self.membres[fiche["cle"]])
                recapitulatif.jour, recapitulatif.heure = Recapitulatif.Jour[jour.upper()], heure
                recapitulatif.save()
        incarnables = [self.membres[fiche["cle"]] for fiche in self.fiches.values() if "persona" in fiche]
        Recapitulatif.objects.filter(membre__in=incarnables).update(prochain_le=self.calendrier.maintenant)

    def _remplacer(self, fiche, instant):
        partant, collectivite = self.qui(fiche["succede_a"])
        depart = Remplacement(partant, collectivite, par=self.membres["noor"], le=instant.date())
        depart.faire(self.membres[fiche["cle"]])
        self.calendrier.remplacement(instant)

    def _demander(self, fiche, instant):
        champs = {cle: fiche[cle] for cle in ("prenom", "nom", "courriel", "intitule", "mot") if cle in fiche}
        if "membre" in fiche:
            membre = self.membres[fiche["membre"]]
            champs |= {"prenom": membre.prenom, "nom": membre.nom, "courriel": membre.courriel}
        demande = Demande(
            reseau=self.reseaux[fiche["reseau"]],
            collectivite=self.collectivites[fiche["commune"]],
            cree_le=instant,
            **champs,
        )
        demande.deposer()
        self.calendrier.journal(instant)


def adresse(fiche):
    """camille.marchand@louverne.example: .example never leads anywhere."""
    nom = f"{fiche['prenom']}.{fiche['nom']}".lower()
    nom = nom.translate(str.maketrans("éèêëàâïîôöùûüç ", "eeeeaaiioouuuc-"))
    return f"{nom}@{fiche['fonctions'][0][0] if fiche['fonctions'] else fiche['commune']}.example"
