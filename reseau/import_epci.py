from collections import Counter
from contextlib import contextmanager

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Q
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plateforme.socle.jours import en_jour
from reseau.models import Appartenance, Collectivite, Population


class ImportRefuse(Exception):
    """A line breaks a rule of the data; the message, in French, names the line and the rule."""


class ImportEpci:
    """Brings the base to what the file says of one EPCI, and tells the difference in French sentences."""

    def __init__(self, epci, communes, le=None, coordonnees=None):
        self.fiche_epci, self.fiches = epci, communes
        self.le, self.coordonnees = le, coordonnees or {}
        self.differences = []
        self._populations_ajoutees, self._situees = Counter(), 0

    @transaction.atomic
    def appliquer(self):
        self.epci = self._enregistrer_l_epci()
        self.communes = [self._enregistrer_la_commune(fiche) for fiche in self.fiches]
        self._fermer_les_sorties()
        self._ouvrir_les_entrees()
        self._resumer()
        return self.differences

    def _enregistrer_l_epci(self):
        fiche = self.fiche_epci
        epci = Collectivite.objects.filter(siren=fiche.siren).first()
        if epci is None:
            epci = Collectivite(siren=fiche.siren)
            self._noter(_("Créée : %s") % _nommer(fiche))
        valeurs = {"nature": Collectivite.Nature.EPCI, "nom": fiche.nom, "forme": fiche.forme}
        self._mettre_a_jour(epci, valeurs, fiche)
        self._dater_les_populations(epci, fiche)
        return epci

    def _enregistrer_la_commune(self, fiche):
        commune = Collectivite.objects.filter(code_insee=fiche.code_insee).first()
        valeurs = {
            "nature": Collectivite.Nature.COMMUNE,
            "nom": fiche.nom,
            "siren": fiche.siren or None,
            "code_postal": fiche.code_postal,
        }
        commune = commune or Collectivite(code_insee=fiche.code_insee)
        self._mettre_a_jour(commune, valeurs | self._situer(commune, fiche), fiche)
        self._dater_les_populations(commune, fiche)
        return commune

    def _situer(self, commune, fiche):
        situation = self.coordonnees.get(fiche.code_insee)
        if situation in (None, (commune.latitude, commune.longitude)):
            return {}
        self._situees += 1
        return dict(zip(("latitude", "longitude"), situation, strict=True))

    def _mettre_a_jour(self, objet, valeurs, fiche):
        """Save what changes, and say it of a row that was there before."""
        changements = {champ: v for champ, v in valeurs.items() if getattr(objet, champ) != v}
        for champ, valeur in changements.items():
            if objet.pk:
                self._noter_la_correction(objet, champ, valeur, fiche)
            setattr(objet, champ, valeur)
        if changements:
            with _refus_nomme(fiche):
                objet.full_clean()
            objet.save()

    def _noter_la_correction(self, objet, champ, apres, fiche):
        if champ in ("latitude", "longitude"):
            return
        quoi = objet._meta.get_field(champ).verbose_name
        if isinstance(objet, Population):
            quoi = f"{quoi}, {objet.get_source_display()} {objet.annee}"
        self._noter(
            _("Modifiée : %(qui)s, %(quoi)s : %(avant)s devient %(apres)s")
            % {
                "qui": _nommer(fiche),
                "quoi": quoi,
                "avant": _valeur(getattr(objet, champ)),
                "apres": _valeur(apres),
            }
        )

    def _dater_les_populations(self, collectivite, fiche):
        connues = {(p.source, p.annee): p for p in collectivite.populations.all()}
        for (source, annee), chiffres in fiche.populations.items():
            population = connues.get((source, annee))
            if population is None:
                population = Population(collectivite=collectivite, source=source, annee=annee)
                self._populations_ajoutees[population.get_source_display(), annee] += 1
            self._mettre_a_jour(population, chiffres, fiche)

    def _fermer_les_sorties(self):
        sorties = self.epci.composition.en_cours(self.le).filter(fin=None)
        sorties = sorties.exclude(commune__in=self.communes)
        for appartenance in sorties.select_related("commune"):
            with _refus_nomme(appartenance.commune):
                appartenance.clore(self.le)
            self._noter(
                _("Sortie : %(commune)s, le %(date)s")
                % {"commune": _nommer(appartenance.commune), "date": en_jour(appartenance.fin)}
            )

    def _ouvrir_les_entrees(self):
        # The file says who is a member, not since when: only what changes after the first import has a date.
        le = self.le
        if le is None and self.epci.composition.exists():
            le = timezone.localdate()
        membres = self.epci.composition.filter(Q(fin=None) | Q(fin__gt=le or timezone.localdate()))
        deja_membres = set(membres.values_list("commune", flat=True))
        ailleurs = Appartenance.objects.filter(fin=None, commune__in=self.communes).select_related("epci")
        precedentes = {appartenance.commune_id: appartenance.epci for appartenance in ailleurs}
        for commune in self.communes:
            if commune.pk in deja_membres:
                continue
            with _refus_nomme(commune):
                entree = commune.rejoindre(self.epci, le)
            self._noter_l_entree(commune, entree, precedentes.get(commune.pk))

    def _noter_l_entree(self, commune, entree, precedente):
        texte = _("Entrée : %s") % _nommer(commune)
        if entree.debut:
            texte += _(", le %s") % en_jour(entree.debut)
        if precedente:
            texte += _(", venue de %s") % precedente
        self._noter(texte)

    def _resumer(self):
        for (source, annee), nombre in sorted(self._populations_ajoutees.items()):
            modele = ngettext(
                "Population %(source)s %(annee)s : %(nombre)s collectivité renseignée",
                "Population %(source)s %(annee)s : %(nombre)s collectivités renseignées",
                nombre,
            )
            self._noter(modele % {"source": source, "annee": annee, "nombre": nombre})
        if self._situees:
            modele = ngettext(
                "%s commune placée sur la carte", "%s communes placées sur la carte", self._situees
            )
            self._noter(modele % self._situees)

    def _noter(self, texte):
        self.differences.append(texte)


@contextmanager
def _refus_nomme(fiche):
    try:
        yield
    except ValidationError as erreur:
        raise ImportRefuse(f"{_nommer(fiche)}\u202f: {' '.join(erreur.messages)}") from erreur


def _nommer(fiche):
    """Of a Fiche or of a Collectivite."""
    return f"{fiche.nom} ({fiche.code_insee or fiche.siren})"


def _valeur(valeur):
    if isinstance(valeur, int):
        return number_format(valeur, force_grouping=True)
    return valeur or _("rien")
