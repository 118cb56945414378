from datetime import date
from pathlib import Path

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from plateforme.socle.jours import en_jour
from reseau.donnees.lecture import (
    FICHIER_LIVRE,
    EpciInconnu,
    FichierIllisible,
    chercher,
    lire_coordonnees,
    lire_epci,
)
from reseau.import_epci import ImportEpci, ImportRefuse
from reseau.models import Collectivite
from reseau.siren import est_un_siren


class Command(BaseCommand):
    help = (
        "Installe ou met à jour une intercommunalité et ses communes, sans réseau, d’après les listes "
        "officielles. Sources : Insee, DGCL, La Poste, via Etalab – Licence Ouverte 2.0."
    )

    def add_arguments(self, parser):
        parser.add_argument("siren", help="SIREN de l’intercommunalité ; un nom pour en chercher le SIREN.")
        parser.add_argument(
            "--date",
            help="Date d’effet des entrées et des sorties (AAAA-MM-JJ). Sans elle : début inconnu "
            "à la première installation, aujourd’hui ensuite.",
        )
        parser.add_argument(
            "--a-blanc", action="store_true", help="Montre la différence et n’enregistre rien."
        )
        parser.add_argument(
            "--fichier",
            type=Path,
            default=FICHIER_LIVRE,
            help="CSV à lire au lieu des listes livrées (colonnes : reseau/donnees/SOURCES.md).",
        )
        parser.add_argument("--coordonnees", type=Path, help="CSV insee, lat, lon des communes.")

    def handle(self, *, siren, fichier, **options):
        siren = "".join(siren.split()) if siren[:1].isdigit() else siren
        le = self._date(options["date"])
        try:
            self._verifier(siren, fichier)
            epci, communes = lire_epci(siren, fichier)
            coordonnees = lire_coordonnees(options["coordonnees"]) if options["coordonnees"] else {}
            with transaction.atomic():
                importation = ImportEpci(epci, communes, le, coordonnees)
                importation.appliquer()
                if options["verbosity"]:
                    self._montrer(importation)
                transaction.set_rollback(options["a_blanc"])
        except (EpciInconnu, FichierIllisible, ImportRefuse) as erreur:
            raise CommandError(str(erreur)) from erreur
        if options["a_blanc"] and options["verbosity"]:
            self.stdout.write(_("Essai à blanc : rien n’a été enregistré."))

    def _date(self, texte):
        try:
            return date.fromisoformat(texte) if texte else None
        except ValueError:
            raise CommandError(_("« %s » n’est pas une date : AAAA-MM-JJ est attendu.") % texte) from None

    def _verifier(self, siren, fichier):
        if est_un_siren(siren):
            return
        if siren.isdigit():
            raise CommandError(
                _("« %s » n’est pas un SIREN : neuf chiffres, dont le dernier est une clé.") % siren
            )
        trouves = chercher(siren, fichier)
        if trouves:
            raise CommandError(_("Donnez le SIREN. Intercommunalités de ce nom : %s.") % ", ".join(trouves))
        raise CommandError(_("Donnez le SIREN ; aucune intercommunalité n’a « %s » dans son nom.") % siren)

    def _montrer(self, importation):
        for difference in importation.differences:
            self.stdout.write(difference)
        if not importation.differences:
            self.stdout.write(_("Rien n’a changé."))
        epci = importation.epci
        nombre = Collectivite.objects.membres_de(epci, importation.le).count()
        modele = ngettext(
            "%(epci)s : %(nombre)s commune au %(date)s.",
            "%(epci)s : %(nombre)s communes au %(date)s.",
            nombre,
        )
        au = en_jour(importation.le or timezone.localdate())
        self.stdout.write(self.style.SUCCESS(modele % {"epci": epci, "nombre": nombre, "date": au}))
