from pathlib import PurePosixPath
from urllib.parse import urlencode

from django.core.files.base import ContentFile
from django.core.validators import URLValidator
from django.db import models
from django.db.models import F, Q, Sum
from django.db.models.functions import Left
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from plateforme.socle.extraction import vignette
from plateforme.socle.fichiers import TYPES, taille_lisible
from reseau.models import SAUT_DE_PAGE, FichierLu, FichierLuQuerySet, Membre, controler_la_place

from .ressources import LIEN, Ressource, RessourceQuerySet

PREMIERE_MARQUE = "extrait"  # where a search leads to, in a text of one page
DEBUT_LU, DEBUT_LIGNES = 900, 9  # characters, lines: what a card shows of a text


class VersionQuerySet(FichierLuQuerySet):
    def visibles_par(self, user):
        """Those of a document that she may read, from the one with which its readers began."""
        lisibles = Q(numero__gte=F("ressource__lisible_depuis"))
        membre = Membre.de(user)
        if membre and membre.est_actif:
            siennes = Ressource.objects.filter(RessourceQuerySet._a_sa_charge(membre))
            lisibles |= Q(ressource__in=siennes.values("pk"))
        return self.filter(lisibles, ressource__in=Ressource.objects.visibles_par(user))

    def sans_texte(self):
        """A list shows none of it, and it may be long."""
        return self.defer("texte")

    def courantes(self):
        return self.filter(numero=F("ressource__numero"))

    def memes(self, empreinte, user):
        """Where the same content is served already, of what she may read."""
        siennes = (
            self.visibles_par(user)
            .courantes()
            .sans_texte()
            .filter(empreinte=empreinte, ressource__retire_le=None)
        )
        return siennes.select_related("ressource").order_by("pk")

    def poids(self):
        """What they weigh on the disk: one that was brought back is the file of the older one."""
        return self.filter(restauree_de=None).aggregate(n=Sum("taille"))["n"] or 0


class Version(FichierLu):
    """What a document was from one day on: a file, or a link to where it is kept. Never changed."""

    ressource = models.ForeignKey(Ressource, models.CASCADE, related_name="versions")
    numero = models.PositiveIntegerField(_("numéro"))
    lien = models.URLField(
        _("lien"), max_length=500, blank=True, validators=[URLValidator(["http", "https"])]
    )
    par = models.ForeignKey(Membre, models.PROTECT, related_name="+")
    motif = models.CharField(_("ce qui change"), max_length=300, blank=True)
    restauree_de = models.ForeignKey(
        "self", models.SET_NULL, null=True, editable=False, related_name="reprises"
    )
    envoi = models.UUIDField(null=True, editable=False)  # see plateforme.socle.formulaires.UneFois
    # What was read in its file, besides its text or why there is none.
    caracteres = models.PositiveIntegerField(default=0, editable=False)  # of it, which lists do not load
    texte_manque = models.CharField(max_length=200, blank=True, editable=False)
    pages = models.PositiveIntegerField(_("pages"), null=True, editable=False)
    balise = models.BooleanField(null=True, editable=False)  # of a PDF: whether a screen reader finds its way

    objects = VersionQuerySet.as_manager()

    class Meta:
        verbose_name = _("version")
        verbose_name_plural = _("versions")
        ordering = ["-numero"]
        constraints = [
            models.UniqueConstraint(fields=["ressource", "numero"], name="documents_version_numero_unique"),
            models.UniqueConstraint(fields=["par", "envoi"], name="documents_version_envoi_unique"),
            models.CheckConstraint(
                condition=Q(fichier="") & ~Q(lien="") | ~Q(fichier="") & Q(lien=""),
                name="documents_version_fichier_ou_lien",
                violation_error_message=_("Une version est un fichier, ou un lien."),
            ),
        ]

    def __str__(self):
        return self.nom

    def get_absolute_url(self):
        return reverse("ressources_docs:version", args=[self.ressource_id, self.numero])

    @property
    def est_sans_balises(self):
        """A PDF in which a screen reader finds no structure; what was not read yet is not said to be so."""
        return self.balise is False

    @property
    def url_directe(self):
        """Where a page leads to it: one sees before the click that a link goes elsewhere."""
        return self.lien or self.get_absolute_url()

    @property
    def nom(self):
        return self.lien or self.nom_origine

    @property
    def format(self):
        return LIEN if self.lien else PurePosixPath(self.nom_origine).suffix.lower().removeprefix(".")

    @property
    def format_en_clair(self):
        return _("lien") if self.lien else f"{self.format.upper()}, {taille_lisible(self.taille)}"

    @property
    def en_clair(self):
        """« 2 : convention.odt (les nouveaux tarifs) »"""
        motif = f" ({self.motif})" if self.motif else ""
        return f"{self.numero}\u202f: {self.nom}{motif}"

    @classmethod
    def garder(cls, ressource, *, par, fiche=None, lien="", motif="", envoi=None, reprise=None):
        """Write the version whose number the document has just taken (see `Ressource.remplacer`)."""
        champs = {"ressource": ressource, "numero": ressource.numero, "par": par, "motif": motif}
        champs["envoi"] = envoi
        if reprise:
            version = cls.objects.create(**reprise.contenu(), restauree_de=reprise, **champs)
            version.faire_lire()
            return version
        if lien:
            return cls.objects.create(lien=lien, taille=0, **champs)
        controler_la_place(fiche.taille, membre=par, reseau=ressource.reseau_id)
        version = cls.depuis_fiche(fiche, **champs)
        version.faire_lire()
        return version

    def contenu(self):
        """What makes it what it is, for the one that brings it back."""
        repris = [
            *("fichier", "version_web", "vignette", "largeur", "hauteur"),
            *("nom_origine", "type_mime", "taille", "empreinte", "lien"),
            *("texte", "texte_extrait_le", "caracteres", "texte_manque", "pages", "balise"),
        ]
        return {champ: getattr(self, champ) for champ in repris}

    # What its file says, and looks like

    @property
    def est_un_pdf(self):
        return bool(self.fichier) and self.type_mime == TYPES["pdf"]

    @property
    def se_dessine(self):
        """Whether its pages can be shown as images: they were counted when it was read."""
        return self.est_un_pdf and bool(self.pages)

    @property
    def pages_du_texte(self):
        """[(number, text)] of the pages that hold some."""
        return self.pages_de(self.texte)

    @staticmethod
    def pages_de(texte):
        return [(numero, page) for numero, page in enumerate(texte.split(SAUT_DE_PAGE), 1) if page]

    @property
    def premieres_lignes(self):
        """Its first lines, for a page that did not load the text."""
        dit = Version.objects.filter(pk=self.pk).values_list(Left("texte", DEBUT_LU), flat=True).get()
        lignes = [" ".join(ligne.split()) for ligne in dit.splitlines()]
        return "\n".join([ligne for ligne in lignes if ligne][:DEBUT_LIGNES])

    def adresse_du_texte(self, page=1, q=""):
        """`q`: what is marked there."""
        adresse = reverse("ressources_docs:texte", args=[self.ressource_id, self.numero])
        parametres = urlencode(
            {nom: dit for nom, dit in [("page", page if page > 1 else ""), ("q", q)] if dit}
        )
        adresse = f"{adresse}?{parametres}" if parametres else adresse
        if page > 1:
            return f"{adresse}#page-{page}"
        return f"{adresse}#{PREMIERE_MARQUE}" if q else adresse

    @property
    def porteuse(self):
        return Ressource.objects.filter(pk=self.ressource_id, numero=self.numero).first()

    def dits(self):
        precedentes = Version.objects.filter(ressource=self.ressource_id, numero=self.numero - 1)
        return precedentes.values_list("texte", flat=True).first() or "", self.texte

    def _retenir(self, lu):
        """The words for the search and for who does not see, the first page as an image."""
        if not self.vignette:
            premiere = vignette(self.fichier.path, self.type_mime)
            if premiere.a_reprendre:
                return self
            if premiere.image:
                self.vignette.save("vignette", ContentFile(premiere.image), save=False)
        return self.noter_le_texte(
            SAUT_DE_PAGE.join(lu.pages), manque=lu.raison, pages=lu.nombre, balise=lu.balise
        )

    def noter_le_texte(self, texte, *, manque="", pages=None, balise=None):
        self.caracteres, self.texte_manque, self.pages = len(texte), manque[:200], pages
        self.balise = balise
        return super().noter_le_texte(texte, "caracteres", "texte_manque", "pages", "balise", "vignette")
