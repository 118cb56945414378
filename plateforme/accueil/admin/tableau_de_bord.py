"""The first screen of the administrator: what waits for her, and how much there is."""

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from wagtail.admin.site_summary import SummaryItem
from wagtail.admin.ui.components import Component

from plateforme.accueil.models import Parametres
from plateforme.socle.models import AdresseEnEchec, Courriel
from reseau.models import Contribution, Demande, Membre


class AFaire(Component):
    """What only an administrator can mend; nothing when there is nothing."""

    name = "a-faire"
    order = 50
    template_name = "accueil/admin/a_faire.html"

    def get_context_data(self, parent_context):
        return {"lignes": list(self.lignes()), "manquants": Parametres.load().manquants()}

    def lignes(self):
        demandes = Demande.objects.en_attente().count()
        if demandes:
            mots = ngettext(
                "%d demande d’adhésion attend une réponse",
                "%d demandes d’adhésion attendent une réponse",
                demandes,
            )
            yield {"mots": mots % demandes, "url": reverse("reseau:demandes")}
        abandonnes = Courriel.objects.filter(abandonne_le__isnull=False).count()
        if abandonnes:
            mots = ngettext("%d courriel n’a pas pu partir", "%d courriels n’ont pas pu partir", abandonnes)
            yield {"mots": mots % abandonnes, "url": f"{reverse('socle_courriel:index')}?etat=abandonne"}
        en_echec = AdresseEnEchec.objects.en_cours().count()
        if en_echec:
            mots = ngettext(
                "%d adresse renvoie nos courriels", "%d adresses renvoient nos courriels", en_echec
            )
            yield {"mots": mots % en_echec, "url": reverse("socle_adresseenechec:index")}
        # The queue tries for two days: a server that is down must be seen before.
        retards = Courriel.objects.en_retard().count()
        if retards:
            mots = ngettext(
                "%d courriel essaie de partir depuis plus d’une heure",
                "%d courriels essaient de partir depuis plus d’une heure",
                retards,
            )
            yield {"mots": mots % retards, "url": f"{reverse('socle_courriel:index')}?etat=retard"}


class Compte(SummaryItem):
    """How many there are (`nombre`), and of what (`mots`): each one says both."""

    template_name = "accueil/admin/compte.html"
    icone, nom_url = "", ""

    def get_context_data(self, parent_context):
        nombre = self.nombre()
        return {
            "icone": self.icone,
            "nombre": nombre,
            "mots": self.mots(nombre),
            "url": reverse(self.nom_url),
        }


class Membres(Compte):
    order = 210
    icone, nom_url = "user", "reseau_membre:index"

    def nombre(self):
        return Membre.objects.actifs().count()

    def mots(self, nombre):
        return ngettext("membre", "membres", nombre)


class Contributions(Compte):
    order = 220
    icone, nom_url = "view", "reseau_contribution:index"

    def nombre(self):
        return Contribution.objects.publiees().count()

    def mots(self, nombre):
        return ngettext("contribution", "contributions", nombre)


class Attente(Compte):
    order = 230
    icone, nom_url = "mail", "socle_courriel:index"

    def nombre(self):
        return Courriel.objects.en_attente().count()

    def mots(self, nombre):
        return _("en attente d’envoi")
