from itertools import chain, count

from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _
from wagtail.coreutils import string_to_ascii

from reseau.siren import valider_siren

from .droits import membre_de
from .periodes import Periode


def slug_de(nom):
    """L’Huisserie → l-huisserie."""
    return slugify(string_to_ascii(nom.replace("'", "-").replace("’", "-")))[:80]


def slug_libre(modele, nom, distinction, longueur=80):
    """Homonyms (two Changé, two Saint-Aubin…) also take `distinction`."""
    racine = slug_de(nom)[:longueur] or "sans-nom"
    candidats = chain([racine, f"{racine}-{slugify(distinction)}"], (f"{racine}-{n}" for n in count(2)))
    return next(slug for slug in candidats if not modele.objects.filter(slug=slug).exists())


class CollectiviteQuerySet(models.QuerySet):
    def communes(self):
        return self.filter(nature=Collectivite.Nature.COMMUNE)

    def epci(self):
        return self.filter(nature=Collectivite.Nature.EPCI)

    def membres_de(self, epci, le=None):
        return self.filter(pk__in=Appartenance.objects.en_cours(le).filter(epci=epci).values("commune"))

    def actuelles(self):
        """Those one may belong to: the communes of an EPCI today, the EPCI itself, syndicats, CCAS…"""
        membres = Appartenance.objects.en_cours().values("commune")
        return self.exclude(nature=Collectivite.Nature.COMMUNE) | self.filter(pk__in=membres)

    def modifiables_par(self, user):
        """Who says who does what there: its référent for her own, an administrator for all."""
        membre = membre_de(user)
        if not membre:
            return self.none()
        if membre.droits.est_administrateur:
            return self
        return self.filter(pk__in=membre.droits.collectivites_engagees)

    def proposees_par(self, user):
        """Whose people she may let in: a référent knows her own commune, an animateur is asked by all."""
        membre = membre_de(user)
        if membre and (membre.droits.est_administrateur or membre.droits.reseaux_animes):
            return self.actuelles()
        return self.modifiables_par(user)

    def avec_population(self):
        """One query for the whole list; without it `collectivite.population` costs one query per row."""
        return self.prefetch_related("populations")


class Collectivite(models.Model):
    class Nature(models.TextChoices):
        COMMUNE = "commune", _("Commune")
        EPCI = "epci", _("Intercommunalité")
        SYNDICAT = "syndicat", _("Syndicat")
        CCAS = "ccas", _("CCAS")
        AUTRE = "autre", _("Autre organisme")

    class Forme(models.TextChoices):
        CC = "CC", _("Communauté de communes")
        CA = "CA", _("Communauté d’agglomération")
        CU = "CU", _("Communauté urbaine")
        METRO = "METRO", _("Métropole")
        EPT = "EPT", _("Établissement public territorial")

    nom = models.CharField(_("nom"), max_length=120)
    nature = models.CharField(_("nature"), max_length=10, choices=Nature)
    forme = models.CharField(
        _("forme juridique"),
        max_length=5,
        choices=Forme,
        blank=True,
        help_text=_("D’une intercommunalité seulement."),
    )
    slug = models.SlugField(_("nom dans l’adresse"), max_length=120, blank=True)
    code_insee = models.CharField(
        _("code Insee"),
        max_length=5,
        null=True,
        blank=True,
        validators=[RegexValidator(r"^\d[\dAB]\d{3}\Z", _("Cinq caractères, comme 53130 ou 2A004."))],
        help_text=_("D’une commune seulement."),
    )
    siren = models.CharField("SIREN", max_length=9, null=True, blank=True, validators=[valider_siren])
    code_postal = models.CharField(_("code postal"), max_length=5, blank=True)
    latitude = models.FloatField(_("latitude"), null=True, blank=True)
    longitude = models.FloatField(_("longitude"), null=True, blank=True)

    objects = CollectiviteQuerySet.as_manager()

    class Meta:
        verbose_name = _("collectivité")
        verbose_name_plural = _("collectivités")
        ordering = ["slug"]  # as its name without accents, the same in every database
        constraints = [
            models.UniqueConstraint(
                fields=["slug"],
                name="reseau_collectivite_slug_unique",
                violation_error_message=_("Une autre collectivité a déjà ce nom dans l’adresse."),
            ),
            models.UniqueConstraint(
                fields=["code_insee"],
                name="reseau_collectivite_code_insee_unique",
                violation_error_message=_("Une autre commune a déjà ce code Insee."),
            ),
            models.UniqueConstraint(
                fields=["siren"],
                name="reseau_collectivite_siren_unique",
                violation_error_message=_("Une autre collectivité a déjà ce numéro SIREN."),
            ),
            models.CheckConstraint(
                condition=(Q(nature="commune", code_insee__isnull=False) & ~Q(code_insee=""))
                | (~Q(nature="commune") & Q(code_insee=None)),
                name="reseau_collectivite_code_insee_des_communes",
                violation_error_message=_("Une commune a un code Insee, et elle seule."),
            ),
            models.CheckConstraint(
                condition=~Q(siren=""),
                name="reseau_collectivite_siren_absent_ou_rempli",
                violation_error_message=_("Le numéro SIREN est absent ou rempli, jamais vide."),
            ),
            models.CheckConstraint(
                condition=Q(nature="epci") | Q(forme=""),
                name="reseau_collectivite_forme_des_epci",
                violation_error_message=_("Seule une intercommunalité a une forme juridique."),
            ),
            models.CheckConstraint(
                condition=Q(latitude=None, longitude=None)
                | Q(
                    latitude__isnull=False,
                    latitude__range=(-90, 90),
                    longitude__isnull=False,
                    longitude__range=(-180, 180),
                ),
                name="reseau_collectivite_coordonnees",
                violation_error_message=_(
                    "La latitude (−90 à 90) et la longitude (−180 à 180) vont ensemble."
                ),
            ),
        ]

    def __str__(self):
        return self.nom

    def save(self, *args, **kwargs):
        # Given once: an address already shared survives a change of name.
        if not self.slug:
            self.slug = slug_libre(type(self), self.nom, self.code_insee or self.siren or self.nature)
        super().save(*args, **kwargs)

    def get_absolute_url(self):
        return reverse("reseau:collectivite", args=[self.slug])

    def clean(self):
        self.code_insee = self.code_insee or None
        self.siren = self.siren or None

    @property
    def population(self):
        """The newest Population, Insee's before the DGCL's for the same year; None when none is known."""
        return max(self.populations.all(), key=lambda p: (p.annee, p.source == "insee"), default=None)

    @transaction.atomic
    def rejoindre(self, epci, le=None):
        """Make this commune a member, which closes her membership of another EPCI.

        Without `le` the start is unknown, which only a first EPCI may be.
        """
        Collectivite.objects.select_for_update().get(pk=self.pk)
        actuelle = self.appartenances.filter(fin=None).first()
        if actuelle and actuelle.epci_id == epci.pk:
            return actuelle
        if actuelle:
            le = le or timezone.localdate()
            actuelle.clore(le)
        nouvelle = Appartenance(commune=self, epci=epci, debut=le)
        nouvelle.full_clean()
        nouvelle.save()
        return nouvelle


class Population(models.Model):
    """A figure and its year. Vintages never mix: a sum or a comparison takes one year and one source."""

    class Source(models.TextChoices):
        INSEE = "insee", _("Insee")
        DGCL = "dgcl", _("DGCL")

    collectivite = models.ForeignKey(
        Collectivite, models.CASCADE, verbose_name=_("collectivité"), related_name="populations"
    )
    annee = models.PositiveSmallIntegerField(_("année de référence"))
    municipale = models.PositiveIntegerField(_("population municipale"))
    totale = models.PositiveIntegerField(_("population totale"), null=True, blank=True)
    source = models.CharField(_("source"), max_length=10, choices=Source)

    class Meta:
        verbose_name = _("population")
        verbose_name_plural = _("populations")
        ordering = ["-annee", "source"]
        constraints = [
            models.UniqueConstraint(
                fields=["collectivite", "annee", "source"],
                name="reseau_population_unique",
                violation_error_message=_("Cette source donne déjà une population pour cette année."),
            ),
            models.CheckConstraint(
                condition=Q(totale=None) | Q(totale__gte=F("municipale")),
                name="reseau_population_totale_au_moins_municipale",
                violation_error_message=_(
                    "La population totale ne peut pas être inférieure à la population municipale."
                ),
            ),
        ]

    def __str__(self):
        return f"{self.municipale} ({self.get_source_display()} {self.annee})"

    @property
    def nombre(self):
        """4 228, whether the site groups its thousands or not."""
        return number_format(self.municipale, force_grouping=True)


class Appartenance(Periode):
    commune = models.ForeignKey(
        Collectivite,
        models.PROTECT,
        verbose_name=_("commune"),
        related_name="appartenances",
        limit_choices_to={"nature": Collectivite.Nature.COMMUNE},
    )
    epci = models.ForeignKey(
        Collectivite,
        models.PROTECT,
        verbose_name=_("intercommunalité"),
        related_name="composition",
        limit_choices_to={"nature": Collectivite.Nature.EPCI},
    )

    class Meta(Periode.Meta):
        verbose_name = _("appartenance")
        verbose_name_plural = _("appartenances")
        ordering = ["debut", "pk"]
        constraints = [
            *Periode.Meta.constraints,
            models.UniqueConstraint(
                fields=["commune"],
                condition=Q(fin=None),
                name="reseau_appartenance_un_seul_epci_en_cours",
                violation_error_message=_("Cette commune appartient déjà à une intercommunalité."),
            ),
        ]

    def __str__(self):
        return f"{self.commune} → {self.epci}"

    def clean(self):
        if not (self.commune_id and self.epci_id):
            return
        if self.commune.nature != Collectivite.Nature.COMMUNE:
            raise ValidationError({"commune": _("Seule une commune appartient à une intercommunalité.")})
        if self.epci.nature != Collectivite.Nature.EPCI:
            raise ValidationError({"epci": _("Cette collectivité n’est pas une intercommunalité.")})
        if self._chevauche():
            raise ValidationError(_("Cette commune avait déjà une intercommunalité à cette date."))

    def _chevauche(self):
        """Overlaps a closed period; two open ones are the constraint's business."""
        autres = self.commune.appartenances.exclude(pk=self.pk).exclude(debut=F("fin"))
        if self.fin and self.debut == self.fin:
            return False
        if self.debut:
            autres = autres.filter(Q(fin=None) | Q(fin__gt=self.debut))
        if self.fin:
            autres = autres.filter(Q(debut=None) | Q(debut__lt=self.fin))
        else:
            autres = autres.exclude(fin=None)
        return autres.exists()
