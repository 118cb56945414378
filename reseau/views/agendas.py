"""The calendar of all the networks, on screen, on paper, and in one's own calendar program."""

from calendar import Calendar
from datetime import date, timedelta
from itertools import groupby

from dateutil.relativedelta import relativedelta
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.generic import TemplateView

from ..heures import minuit
from ..ical import TYPE, fichier
from ..models import LienAgenda, Membre, Reseau, Seance
from .acces import Introuvable, MembreRequisMixin

VUES = ("mois", "liste", "agenda")
MOIS_SUR_PAPIER = 3
SEANCES_MAX = 400
PROCHAINES = 5
ANNEES = range(2000, 2101)


def mois_demande(texte):
    """« 2026-03 » → the first of March; None for what means no month."""
    annee, _tiret, mois = texte.partition("-")
    if not (annee.isascii() and annee.isdigit() and mois.isascii() and mois.isdigit() and len(texte) == 7):
        return None
    if int(annee) not in ANNEES or int(mois) not in range(1, 13):
        return None
    return date(int(annee), int(mois), 1)


def en_jours(seances):
    """{day: its séances}, in order."""
    return {jour: list(s) for jour, s in groupby(seances, lambda s: timezone.localdate(s.debut))}


class AgendaView(TemplateView):
    """One month: a grid where there is room for it, a list on a phone; or three months for paper."""

    template_name = "reseau/rencontres/agenda.html"

    def get_context_data(self, **kwargs):
        aujourdhui = timezone.localdate()
        ce_mois = aujourdhui.replace(day=1)
        premier = mois_demande(self.request.GET.get("mois", "")) or ce_mois
        vue = self.request.GET.get("vue", "")
        vue = vue if vue in VUES else ""
        reseaux = list(Reseau.objects.visibles_par(self.request.user).ouverts())
        reseau = next((r for r in reseaux if r.slug == self.request.GET.get("reseau")), None)
        semaines = Calendar().monthdatescalendar(premier.year, premier.month)
        # Now, the list looks ahead: at the end of a month it would be empty.
        debut_liste = aujourdhui if premier == ce_mois else premier
        combien = MOIS_SUR_PAPIER if vue == "agenda" else 1 + (premier == ce_mois)
        fin_liste = premier + relativedelta(months=combien)
        debut = min(semaines[0][0], debut_liste)
        fin = max(semaines[-1][-1] + timedelta(days=1), fin_liste)
        seances = self.seances(reseau)
        par_jour = en_jours(seances.entre(minuit(debut), minuit(fin))[:SEANCES_MAX])
        jours = {jour: s for jour, s in par_jour.items() if debut_liste <= jour < fin_liste}
        if premier == ce_mois:
            # When little is to come, those that come next, however far they are.
            prochaines = en_jours(seances.maintenues().a_venir()[:PROCHAINES])
            jours |= {jour: s for jour, s in prochaines.items() if jour >= fin_liste}
        return super().get_context_data(
            vue=vue,
            premier=premier,
            ce_mois=ce_mois,
            aujourdhui=aujourdhui,
            reseaux=reseaux,
            reseau=reseau,
            semaines=[[(jour, par_jour.get(jour, ())) for jour in semaine] for semaine in semaines],
            jours=list(jours.items()),
            liens=self.liens(premier, vue, reseau),
            **kwargs,
        )

    def seances(self, reseau):
        seances = Seance.objects.publiees_pour(self.request.user).pour_agenda()
        return seances.filter(rencontre__reseau=reseau) if reseau else seances

    def liens(self, premier, vue, reseau):
        """The address of each neighbour: the months before and after, the other presentations."""

        def adresse(mois, vue):
            parametres = {"vue": vue, "mois": mois and f"{mois:%Y-%m}", "reseau": reseau and reseau.slug}
            return "?" + "&".join(f"{nom}={valeur}" for nom, valeur in parametres.items() if valeur)

        pas = relativedelta(months=MOIS_SUR_PAPIER if vue == "agenda" else 1)
        return {
            "avant": adresse(premier - pas, vue) if premier.year > ANNEES[0] else "",
            "apres": adresse(premier + pas, vue) if premier.year < ANNEES[-1] else "",
            "mois_avant": premier - pas,
            "mois_apres": premier + pas,
            "aujourdhui": adresse(None, vue),
            "vues": {nom: adresse(premier, nom) for nom in VUES},
        }


@require_safe
def flux(request, jeton):
    """What a calendar program reads, without a session. A false address and one taken back answer alike."""
    liens = LienAgenda.objects.en_cours().select_related("membre__utilisateur", "reseau")
    lien = liens.filter(jeton=jeton).first() if len(jeton) <= 64 else None
    if lien is None or Membre.de(lien.membre.utilisateur) is None or not lien.membre.est_actif:
        raise Http404
    if lien.reseau and lien.reseau_id not in lien.membre.droits.reseaux:
        raise Http404
    seances, occupe = lien.seances()
    nom = lien.reseau.nom_court if lien.reseau else _("Mes rencontres")
    calendrier = fichier(seances, nom=nom, occupe=occupe, journees=lien.journees())
    reponse = HttpResponse(calendrier, content_type=TYPE)
    reponse["Cache-Control"] = "private, max-age=300"
    reponse["X-Robots-Tag"] = "noindex"
    return reponse


class AbonnementView(MembreRequisMixin, TemplateView):
    """My secret addresses: make one, make another in its place, or take it back."""

    template_name = "reseau/rencontres/abonnement.html"

    def get_context_data(self, **kwargs):
        liens = {
            lien.reseau_id: lien for lien in LienAgenda.objects.en_cours().filter(membre=self.request.membre)
        }
        lignes = [{"nom": _("Tous mes réseaux, et mes inscriptions"), "slug": "", "lien": liens.get(None)}]
        lignes += [
            {"nom": a.nom, "slug": a.slug, "lien": liens.get(a.objet)}
            for a in self.request.membre.droits.adhesions
        ]
        for ligne in lignes:
            if ligne["lien"]:
                ligne["url"] = self.request.build_absolute_uri(ligne["lien"].get_absolute_url())
                ligne["webcal"] = "webcal" + ligne["url"].removeprefix("https").removeprefix("http")
        return super().get_context_data(lignes=lignes, **kwargs)

    def post(self, request, *args, **kwargs):
        reseau = self.reseau_demande(request.POST.get("reseau", ""))
        if request.POST.get("geste") == "couper":
            LienAgenda.couper(request.membre, reseau)
            messages.success(request, _("L’adresse ne mène plus nulle part."))
        else:
            LienAgenda.renouveler(request.membre, reseau)
            messages.success(request, _("L’adresse est prête\u202f: copiez-la dans votre agenda."))
        return redirect("reseau:abonnement")

    def reseau_demande(self, slug):
        if not slug:
            return None
        siens = {a.slug: a.objet for a in self.request.membre.droits.adhesions}
        if slug not in siens:
            raise Introuvable
        return Reseau.objects.get(pk=siens[slug])
