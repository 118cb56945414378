from django.conf import settings
from django.core.cache import caches
from django.core.validators import RegexValidator
from django.db import models, transaction
from django.utils.translation import gettext_lazy as _
from wagtail.admin.panels import (
    FieldPanel,
    FieldRowPanel,
    HelpPanel,
    MultiFieldPanel,
    ObjectList,
    TabbedInterface,
)
from wagtail.contrib.settings.models import BaseGenericSetting, register_setting

from reseau.models import Collectivite

CACHE = "parametres"
CACHE_SECONDES = 60


@register_setting(icon="cog", order=10)
class Parametres(BaseGenericSetting):
    """What makes this site the site of one agglomération, and what the law wants it to say of itself."""

    class Accessibilite(models.TextChoices):
        # The law's own three wordings, shown after « Accessibilité : » on every page.
        NON_CONFORME = "non", _("non conforme")
        PARTIELLEMENT = "partielle", _("partiellement conforme")
        TOTALEMENT = "totale", _("totalement conforme")

    nom = models.CharField(_("nom du site"), max_length=60, default="Mutualisons")
    accroche = models.CharField(
        _("en une phrase"),
        max_length=160,
        default="Les services techniques des communes s’entraident",
        help_text=_("Dans l’onglet du navigateur et dans les moteurs de recherche."),
    )
    epci = models.ForeignKey(
        Collectivite,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("intercommunalité"),
        limit_choices_to={"nature": Collectivite.Nature.EPCI},
        help_text=_("Son nom suit celui du site ; ses communes sont celles des chiffres clés."),
    )
    logo = models.ForeignKey(
        "wagtailimages.Image",
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        verbose_name=_("logo"),
        help_text=_("Un dessin lisible à 32 pixels de haut, sur fond clair comme sur fond sombre."),
    )
    couleur = models.CharField(
        _("couleur"),
        max_length=7,
        blank=True,
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}\Z", _("Six chiffres hexadécimaux, comme #12594b."))],
        help_text=_(
            "Celle de la collectivité, comme #12594b. Sa clarté est adaptée pour que les textes restent "
            "lisibles, en clair comme en sombre. Vide : le vert d’origine."
        ),
    )

    courriel_contact = models.EmailField(
        _("adresse des messages de contact"),
        blank=True,
        help_text=_("Reçoit ce qu’envoie la page Contact. Vide : l’adresse d’expédition du site."),
    )
    telephone = models.CharField(_("téléphone"), max_length=30, blank=True)

    editeur = models.CharField(_("éditeur"), max_length=160, blank=True)
    editeur_adresse = models.TextField(_("adresse postale"), max_length=400, blank=True)
    editeur_telephone = models.CharField(_("téléphone de l’éditeur"), max_length=30, blank=True)
    directeur_publication = models.CharField(
        _("directeur ou directrice de la publication"),
        max_length=160,
        blank=True,
        help_text=_("Le président ou la présidente : prénom, nom, qualité."),
    )
    hebergeur = models.TextField(
        _("hébergeur"), max_length=400, blank=True, help_text=_("Nom, adresse et téléphone.")
    )
    dpo = models.CharField(_("délégué·e à la protection des données"), max_length=160, blank=True)
    dpo_courriel = models.EmailField(_("adresse du ou de la délégué·e"), blank=True)

    accessibilite = models.CharField(
        _("état de conformité"),
        max_length=10,
        choices=Accessibilite,
        default=Accessibilite.NON_CONFORME,
        help_text=_(
            "Sans audit en cours de validité : non conforme. Partiellement à partir de 50 % des critères."
        ),
    )
    accessibilite_le = models.DateField(_("déclaration établie le"), null=True, blank=True)
    accessibilite_auditeur = models.CharField(_("audit réalisé par"), max_length=160, blank=True)
    accessibilite_taux = models.PositiveSmallIntegerField(
        _("part des critères respectés"),
        null=True,
        blank=True,
        help_text=_("En pourcentage, d’après l’audit."),
    )
    accessibilite_schema = models.URLField(
        _("schéma pluriannuel et plan annuel"), blank=True, help_text=_("Adresse de leur publication.")
    )

    select_related = ["epci", "logo"]

    edit_handler = TabbedInterface(
        [
            ObjectList(
                [
                    FieldPanel("nom"),
                    FieldPanel("accroche"),
                    FieldPanel("epci"),
                    FieldRowPanel([FieldPanel("logo"), FieldPanel("couleur")]),
                    FieldRowPanel([FieldPanel("courriel_contact"), FieldPanel("telephone")]),
                ],
                heading=_("Identité"),
            ),
            ObjectList(
                [
                    MultiFieldPanel(
                        [
                            FieldPanel("editeur"),
                            FieldPanel("editeur_adresse"),
                            FieldPanel("editeur_telephone"),
                            FieldPanel("directeur_publication"),
                        ],
                        heading=_("Éditeur"),
                    ),
                    FieldPanel("hebergeur"),
                    MultiFieldPanel(
                        [FieldPanel("dpo"), FieldPanel("dpo_courriel")], heading=_("Données personnelles")
                    ),
                ],
                heading=_("Mentions obligatoires"),
            ),
            ObjectList(
                [
                    HelpPanel(
                        content=_(
                            "La mention « Accessibilité : … » est au pied de page ; la loi en fixe les mots."
                        )
                    ),
                    FieldPanel("accessibilite"),
                    FieldPanel("accessibilite_le"),
                    FieldRowPanel([FieldPanel("accessibilite_auditeur"), FieldPanel("accessibilite_taux")]),
                    FieldPanel("accessibilite_schema"),
                ],
                heading=_("Accessibilité"),
            ),
        ]
    )

    class Meta:
        verbose_name = _("réglages du site")
        verbose_name_plural = _("réglages du site")
        constraints = [
            models.CheckConstraint(
                condition=models.Q(accessibilite="non")
                | models.Q(accessibilite_taux__isnull=False, accessibilite_taux__gte=50),
                name="accueil_parametres_conformite_prouvee",
                violation_error_message=_(
                    "Conforme, même en partie, suppose un audit où au moins la moitié "
                    "des critères sont respectés."
                ),
            ),
            models.CheckConstraint(
                condition=models.Q(accessibilite_taux=None) | models.Q(accessibilite_taux__lte=100),
                name="accueil_parametres_taux_en_pourcentage",
                violation_error_message=_("La part des critères respectés est un pourcentage."),
            ),
        ]

    def save(self, *args, **kwargs):
        super().save(*args, **kwargs)
        caches["local"].delete(CACHE)
        transaction.on_commit(lambda: caches["local"].delete(CACHE))

    @property
    def destinataire(self):
        return self.courriel_contact or settings.DEFAULT_FROM_EMAIL

    def manquants(self):
        """The mandatory mentions that are still empty, in words."""
        obligatoires = [
            "editeur",
            "editeur_adresse",
            "editeur_telephone",
            "directeur_publication",
            "hebergeur",
            "dpo",
        ]
        return [self._meta.get_field(nom).verbose_name for nom in obligatoires if not getattr(self, nom)]


def identite():
    """What the shell of every page shows, at most a minute old: a hot page asks the database nothing."""
    connue = caches["local"].get(CACHE)
    if connue is None:
        connue = _lire()
        caches["local"].set(CACHE, connue, CACHE_SECONDES)
    return connue


def _lire():
    parametres = Parametres.base_queryset().first() or Parametres()
    logo = parametres.logo.get_rendition("max-320x64").url if parametres.logo else ""
    return {
        "nom": parametres.nom,
        "accroche": parametres.accroche,
        "sous_titre": parametres.epci.nom if parametres.epci else "",
        "logo": logo,
        "couleur": parametres.couleur,
        "accessibilite": str(parametres.get_accessibilite_display()),
        "telephone": parametres.telephone,
    }
