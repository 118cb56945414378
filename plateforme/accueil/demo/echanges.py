"""What the communes tell each other, replayed in the order in which it happened."""

from datetime import time, timedelta

from django.utils import timezone

from besoins.models import (
    Acte,
    Avis,
    Besoin,
    Cadence,
    Consultation,
    Demarche,
    NousAussi,
    Position,
    Preparation,
    Projet,
    RetourExperience,
    Risque,
)
from besoins.outils import catalogue
from reseau.heures import instant as a_l_heure
from reseau.models import (
    Annonce,
    Contribution,
    DateProposee,
    Decision,
    Discussion,
    Domaine,
    Message,
    Notification,
    PieceJointe,
    PointPropose,
    Rencontre,
    ReponseDeDate,
    Signalement,
    Sourdine,
)
from ressources_docs.models import Ressource

from . import pieces
from .documents import Documents
from .echeancier import Echeancier
from .economies import Economies
from .lecture import lire

APRES_REFLEXION = timedelta(hours=3)
LU_APRES = timedelta(hours=5)
NON_LUES_DEPUIS = timedelta(days=2.5)
EN_PLUS = (
    "genre",
    "echeance",
    "quantite",
    "unite",
    "urgence",
    "visibilite",
    "ouverte_du",
    "jusqu_au",
    "ordre_du_jour",
    "visio",
    "type_mutualisation",
    "decideur",
    "consultes",
    "executants",
    "droit_de_retrait",
    "contexte",
    "cout",
    "cout_couvre",
    "duree",
    "gains",
    "ecueils",
    "conditions_de_succes",
    "a_refaire",
    "depuis",
    "fait_en",
    "collectivite_externe",
    "source",
    "positions_jusqu_au",
    "conditions",
    "nature",
    "statut",
    "service_auteur",
    "references_juridiques",
    "licence",
    "a_jour_au",
    "relire_le",
    "date_du_document",
)
CONTENUS = (
    "besoins_espace_public",
    "besoins_moyens",
    "discussions",
    "amenagement",
    "rencontres",
    "projets",
    "retours",
    "projets_a_la_carte",
    "ressources",
    "ressources_droit",
    "ressources_technique",
)
JOURS = (
    "echeance",
    "ouverte_du",
    "jusqu_au",
    "positions_jusqu_au",
    "a_jour_au",
    "relire_le",
    "date_du_document",
)
FIN = ("issue", "motif", "synthese")
# Of five people to whom an announcement is addressed, two have not opened it.
SUR_CINQ, OUVRENT = 5, 3


class Echanges:
    def __init__(self, calendrier, population):
        self.calendrier, self.population = calendrier, population
        self.evenements = []
        self.domaines = {domaine.code: domaine for domaine in Domaine.objects.all()}

    def rejouer(self):
        tables = lire(*CONTENUS)
        for fiche in tables["cadence"]:
            self._regler_les_relances(fiche)
        types = (Besoin, Discussion, Consultation, Annonce, Rencontre, Projet, RetourExperience, Ressource)
        for modele in types:
            for fiche in tables[modele._meta.model_name]:
                self._prevoir(modele, fiche)
        for instant, agir in self.population.evenements():
            self._a(instant, agir)
        for _instant, _rang, agir in sorted(self.evenements, key=lambda e: e[:2]):
            agir()
        self._mettre_en_sourdine(tables["sourdine"])
        lues = Notification.objects.filter(le__lt=self.calendrier.maintenant - NON_LUES_DEPUIS)
        for notification in lues:
            notification.lue_le = notification.le + LU_APRES
        Notification.objects.bulk_update(lues, ["lue_le"], batch_size=500)

    def _a(self, instant, agir):
        self.evenements.append((instant, len(self.evenements), lambda: agir(instant)))

    def _regler_les_relances(self, fiche):
        jours = dict(fiche)
        Cadence.objects.create(reseau=self.population.reseaux[jours.pop("reseau")], **jours)

    def _prevoir(self, modele, fiche):
        """Everything that will happen to one contribution, each thing at its instant."""
        publiee_le = self.calendrier.il_y_a(fiche["il_y_a"])
        contribution = self._ecrire(modele, fiche)
        if fiche.get("brouillon"):
            self.calendrier.brouillon(contribution, publiee_le)
            if "programmee" in fiche:
                self.calendrier.programmation(contribution, fiche["programmee"])
            return
        fin = next(
            (self.calendrier.il_y_a(fiche[f]["il_y_a"]) for f in ("clos", "retire", "annule") if f in fiche),
            None,
        )
        self._a(publiee_le, lambda instant: self._publier(contribution, fiche, instant))
        if "sollicitees" in fiche:
            self._a(publiee_le, lambda instant: self._solliciter(contribution, fiche, instant))
        if "utilite" in fiche:
            le = self.calendrier.il_y_a(fiche["utilite"]["il_y_a"])
            self._a(le, lambda instant: self._dire_si_cela_a_aide(contribution, fiche["utilite"], instant))
        for suites, agir in (
            ("positions", self._dire),
            ("engagements", self._engager),
            ("avis", self._donner),
            ("accuses", self._accuser),
            ("inscrits", self._inscrire),
            ("nous_aussi", self._dire_aussi),
            ("utile", self._trouver_utile),
            ("messages", self._repondre),
        ):
            attendues = fiche.get(suites, [])
            for instant, suite in zip(
                self.calendrier.suites(publiee_le, len(attendues), fin), attendues, strict=True
            ):
                self._a(instant, lambda le, s=suite, a=agir: a(contribution, s, le))
        if "retenue" in fiche:
            self._a(self.calendrier.maintenant, lambda instant: self._retenir(contribution, fiche, instant))
        if "verrou" in fiche:
            le = self.calendrier.il_y_a(fiche["verrou"]["il_y_a"])
            self._a(le, lambda instant: self._verrouiller(contribution, fiche["verrou"], instant))
        if "signalement" in fiche:
            le = self.calendrier.il_y_a(fiche["signalement"]["il_y_a"])
            self._a(le, lambda instant: self._signaler(contribution, fiche["signalement"], instant))
        if "phase" in fiche:
            le = self.calendrier.il_y_a(fiche["phase"]["il_y_a"])
            self._a(le, lambda instant: self._passer_en(contribution, fiche["phase"], instant))
        for dite in fiche.get("demarches", ()):
            le = self.calendrier.il_y_a(dite["il_y_a"])
            self._a(le, lambda instant, d=dite: self._noter_la_demarche(contribution, d, instant))
        for dite in fiche.get("preparees", ()):
            le = self.calendrier.il_y_a(dite["il_y_a"])
            self._a(le, lambda instant, d=dite: self._faire_valider(contribution, d, instant))
        economies = Economies(self.calendrier, self.population)
        for dite in fiche.get("economies", ()):
            le = self.calendrier.il_y_a(dite["il_y_a"])
            self._a(le, lambda instant, d=dite: economies.noter(contribution, d, instant))
        documents = Documents(self.calendrier, self.population)
        for dite in fiche.get("versions", ()):
            le = self.calendrier.il_y_a(dite["il_y_a"])
            self._a(le, lambda instant, d=dite: documents.remplacer(contribution, fiche | d, instant))
        if "public" in fiche:
            le = self.calendrier.il_y_a(fiche["public"]["il_y_a"])
            self._a(le, lambda instant: documents.ouvrir(contribution, fiche["public"], instant))
        if "modele" in fiche:
            le = self.calendrier.il_y_a(fiche["modele"]["il_y_a"])
            par = fiche["modele"]["par"]
            self._a(le, lambda instant: economies.garder_comme_modele(contribution, par, instant))
        if "clos" in fiche:
            self._a(fin, lambda instant: self._clore(contribution, fiche["clos"], instant))
        if "points" in fiche or "dates" in fiche:
            self._a(publiee_le, lambda instant: self._preparer(contribution, fiche, instant))
        if "compte_rendu" in fiche:
            instant = self.calendrier.il_y_a(fiche["compte_rendu"]["il_y_a"])
            self._a(instant, lambda le: self._rendre_compte(contribution, fiche, le))
        if "annule" in fiche:
            self._a(fin, lambda instant: self._annuler(contribution, fiche["annule"], instant))
        if "retire" in fiche:
            self._a(fin, lambda instant: self._retirer(contribution, fiche["retire"], instant))

    def _ecrire(self, modele, fiche):
        auteur, collectivite = self.population.qui(fiche["auteur"])
        champs = {cle: fiche[cle] for cle in EN_PLUS if cle in fiche}
        champs |= {cle: self.calendrier.jour(champs[cle]) for cle in JOURS if cle in champs}
        if modele is Projet:
            champs |= self._parties(fiche)
        if modele is Ressource:
            champs["thematique"] = Documents.dossier(fiche)
        if modele is RetourExperience and "collectivite_externe" not in fiche:
            champs["interlocuteur"] = auteur
        contribution = modele.objects.create(
            titre=fiche["titre"],
            corps=fiche["corps"],
            auteur=auteur,
            collectivite=collectivite,
            reseau=self.population.reseaux.get(fiche.get("reseau")),
            **champs,
        )
        contribution.domaines.set(self.domaines[code] for code in fiche["domaines"])
        contribution.etiquettes.set(fiche.get("etiquettes", []))
        jointes = [pieces.photo(fiche["photo"])] if "photo" in fiche else []
        jointes += [pieces.document(fiche["fichier"])] if "fichier" in fiche else []
        PieceJointe.deposer(jointes, contribution=contribution)
        if modele is Ressource:
            Documents.deposer(contribution, fiche, par=auteur)
        if modele is Projet:
            slugs = fiche["beneficiaires"]
            contribution.beneficiaires.set(self.population.collectivites[slug] for slug in slugs)
            if "outil" in fiche:
                Demarche.prevoir(contribution, catalogue().outils[fiche["outil"]], par=auteur)
        for seance in fiche.get("seances", ()):
            debut, fin = self._creneau(seance)
            contribution.programmer(
                debut=debut,
                fin=fin,
                lieu=seance["lieu"],
                capacite=seance.get("capacite"),
            )
        return contribution

    def _parties(self, fiche):
        """Who does it, on which legal basis, carried by which élu."""
        return {
            "fournisseur": self.population.collectivites.get(fiche.get("fournisseur")),
            "base_legale_id": fiche.get("base_legale"),
            "elu_referent": self.population.membres[fiche["elu_referent"]],
        }

    def _publier(self, contribution, fiche, instant):
        if "besoins" in fiche:
            contribution.besoins_prevus.set(Besoin.objects.filter(titre__in=fiche["besoins"]))
        if "suite_de" in fiche:
            contribution.issue_de = Contribution.objects.get(titre=fiche["suite_de"])
            contribution.save()
        if isinstance(contribution, Annonce):
            self._faire_partir(contribution, instant)
        else:
            contribution.publier(par=contribution.auteur)
        self.calendrier.publication(contribution, instant)
        if isinstance(contribution, Projet):
            self.calendrier.rapprochements(contribution, instant)
            Echeancier(self.calendrier, self.population).noter(contribution, fiche)
            self.calendrier.notifications(contribution, instant)
            self._noter_les_risques(contribution, fiche, instant)

    def _noter_les_risques(self, projet, fiche, instant):
        for libelle, probabilite, gravite, parade in fiche.get("risques", ()):
            risque = Risque(projet=projet, libelle=libelle, probabilite=probabilite, gravite=gravite)
            risque.parade = parade
            risque.noter(par=projet.auteur)
        self.calendrier.modifications(projet, instant)

    def _noter_la_demarche(self, projet, dite, instant):
        par, _collectivite = self.population.qui(dite["par"])
        demarche = projet.demarches.get(code=dite["code"])
        demarche.qui = dite.get("qui", demarche.qui)
        demarche.remarque, demarche.sans_objet = dite.get("remarque", ""), dite.get("sans_objet", "")
        demarche.faite_le = None if demarche.sans_objet else timezone.localdate(instant)
        demarche.noter(par=par)
        self.calendrier.demarche(demarche, instant)

    def _passer_en(self, projet, fiche, instant):
        par, _collectivite = self.population.qui(fiche["par"])
        projet.passer_en(fiche["vers"], par=par)
        self.calendrier.phase(projet, instant)

    def _faire_partir(self, annonce, instant):
        Annonce.objects.filter(pk=annonce.pk).update(a_envoyer_le=instant)
        Annonce.partir(annonce.pk)
        annonce.refresh_from_db()
        annonce.envois.update(attend="", ecrit_le=instant, remis_le=instant)
        for rang, envoi in enumerate(annonce.envois.order_by("pk")):
            if rang % SUR_CINQ < OUVRENT:
                envoi.ouverte_le = instant + LU_APRES
                envoi.save(update_fields=["ouverte_le"])

    def _solliciter(self, besoin, fiche, instant):
        communes = [self.population.collectivites[slug] for slug in fiche["sollicitees"]]
        besoin.solliciter(communes, par=besoin.auteur)
        self.calendrier.sollicitations(besoin, instant)

    def _dire_si_cela_a_aide(self, besoin, fiche, instant):
        """Asked on its day; without an answer, it is still awaited."""
        besoin.bilan.demander()
        if "reponse" in fiche:
            dit = {"reponse": fiche["reponse"], "mot": fiche["mot"]}
            besoin.bilan.repondre(par=besoin.auteur, **dit)
        self.calendrier.utilite(besoin, instant)

    def _dire(self, besoin, dit, instant):
        cle, niveau, mot, *quantite = dit
        membre, collectivite = self.population.qui(cle)
        position, _compte = Position.dire(
            besoin,
            collectivite=collectivite,
            par=membre,
            niveau=niveau,
            commentaire=mot,
            quantite=quantite[0] if quantite else None,
        )
        self.calendrier.position(position, instant)

    def _engager(self, projet, dit, instant):
        """By its act, with its file or not yet; then a member, where the convention is signed."""
        membre, collectivite = self.population.qui(dit["par"])
        acte = Acte(projet=projet, collectivite=collectivite, numero=dit["numero"])
        acte.date = self.calendrier.jour(-dit["prise_il_y_a"])
        if "executoire_il_y_a" in dit:
            acte.executoire_le = self.calendrier.jour(-dit["executoire_il_y_a"])
        fiche = pieces.acte(str(acte), collectivite.nom, projet.titre) if dit.get("pdf") else None
        position = acte.engager(par=membre, commentaire=dit.get("mot", ""), fiche=fiche)
        if "signee_il_y_a" in dit:
            position, _compte = Position.dire(
                projet,
                collectivite=collectivite,
                par=projet.auteur,
                niveau=Position.Niveau.MEMBRE,
                commentaire=position.commentaire,
                convention_le=self.calendrier.jour(-dit["signee_il_y_a"]),
            )
        self.calendrier.position(position, instant)
        self.calendrier.modifications(projet, instant)

    def _faire_valider(self, projet, dit, instant):
        """Prepared by an agent, it still waits for who decides."""
        membre, collectivite = self.population.qui(dit["par"])
        preparation = Preparation(
            contribution=projet,
            collectivite=collectivite,
            niveau=Position.Niveau.ENGAGEE,
            acte_nature=Acte.Nature.DELIBERATION,
            acte_numero=dit["numero"],
            acte_date=self.calendrier.jour(-dit["prise_il_y_a"]),
            texte=dit["mot"],
            pour=self.population.membres[dit["pour"]],
        )
        preparation.preparer(par=membre)
        self.calendrier.preparation(preparation, instant)

    def _donner(self, consultation, dit, instant):
        cle, sens, texte = dit
        membre, collectivite = self.population.qui(cle)
        avis, _compte = Avis.donner(
            consultation, collectivite=collectivite, par=membre, sens=sens, texte=texte
        )
        self.calendrier.avis(avis, instant)

    def _dire_aussi(self, retour, dit, instant):
        cle, mot = dit
        membre, collectivite = self.population.qui(cle)
        aussi, _compte = NousAussi.dire(retour, collectivite=collectivite, par=membre, mot=mot)
        self.calendrier.nous_aussi(aussi, instant)

    def _trouver_utile(self, retour, cle, instant):
        membre, _collectivite = self.population.qui(cle)
        retour.juger_utile(True, par=membre)
        retour.utiles.filter(membre=membre).update(le=instant)

    def _accuser(self, consultation, cle, instant):
        membre, collectivite = self.population.qui(cle)
        consultation.accuser(collectivite=collectivite, par=membre)
        self.calendrier.accuse(consultation, collectivite, instant)

    def _inscrire(self, rencontre, cle, instant):
        """A member by her key or, with a surname, somebody of a commune who has no account."""
        seance = rencontre.seances.select_related("rencontre").order_by("debut")[0]
        if " " in cle:
            nom, _, slug = cle.partition("@")
            par, collectivite = self.population.qui(f"camille@{slug}")
            qui = {"nom": nom}
        else:
            par, collectivite = self.population.qui(cle)
            qui = {"membre": par}
        if seance.est_commencee:
            inscription = seance.inscriptions.create(
                par=par, collectivite=collectivite, confirmee_le=instant, **qui
            )
        else:
            inscription = seance.inscrire(par=par, collectivite=collectivite, **qui)
        self.calendrier.inscription(inscription, instant)

    def _preparer(self, rencontre, fiche, instant):
        """The points that are asked for, the dates between which one chooses."""
        for cle, texte, reponse in fiche.get("points", ()):
            par, collectivite = self.population.qui(cle)
            point = PointPropose.proposer(rencontre, par=par, collectivite=collectivite, texte=texte)
            if reponse:
                point.accepter(par=rencontre.auteur)
        creneaux = [self._creneau(date) for date in fiche.get("dates", ())]
        if creneaux:
            DateProposee.proposer(rencontre, par=rencontre.auteur, creneaux=creneaux)
        for date, (debut, _fin) in zip(fiche.get("dates", ()), creneaux, strict=True):
            proposee = rencontre.dates_proposees.get(debut=debut)
            for choix in ReponseDeDate.Choix.values:
                for cle in date.get(choix, ()):
                    membre, collectivite = self.population.qui(cle)
                    dit = {proposee.pk: choix}
                    ReponseDeDate.donner(rencontre, dit, membre=membre, collectivite=collectivite)
        self.calendrier.notifications(rencontre, instant)

    def _rendre_compte(self, rencontre, fiche, instant):
        par, _collectivite = self.population.qui(fiche["compte_rendu"]["par"])
        venus = [self.population.qui(cle)[0].pk for cle in fiche["presents"]]
        seance = rencontre.seances.get()
        presents = seance.inscriptions.filter(membre__in=venus).values_list("pk", flat=True)
        seance.emarger(list(presents), par=par)
        rencontre.rendre_compte(par=par, texte=fiche["compte_rendu"]["texte"])
        for texte in fiche["compte_rendu"]["decisions"]:
            Decision.objects.create(rencontre=rencontre, par=par, texte=texte, le=instant)
        self.calendrier.compte_rendu(rencontre, instant)

    def _creneau(self, quand):
        jour = self.calendrier.jour_ouvre(quand["dans"])
        return [a_l_heure(jour, time.fromisoformat(quand[borne])) for borne in ("de", "a")]

    def _annuler(self, rencontre, fin, instant):
        par, _collectivite = self.population.qui(fin["par"])
        rencontre.clore(par=par, motif=fin["motif"])
        self.calendrier.cloture(rencontre, instant)
        self.calendrier.notifications(rencontre, instant)

    def _repondre(self, contribution, ecrit, instant):
        cle, texte, *fichier = ecrit
        membre, collectivite = self.population.qui(cle)
        message = Message.ecrire(
            contribution,
            auteur=membre,
            collectivite=collectivite,
            texte=texte,
            pieces=[pieces.document(nom) for nom in fichier],
        )
        self.calendrier.message(message, instant)

    def _retenir(self, question, fiche, _instant):
        """Some time after the last answer."""
        derniere = question.messages.last()
        (de, _c), (par, _c) = (self.population.qui(fiche["retenue"][role]) for role in ("de", "par"))
        question.retenir(question.messages.filter(auteur=de).first(), par=par)
        if "faq" in fiche:
            faq = dict(fiche["faq"])
            par, _c = self.population.qui(faq.pop("par"))
            question.mettre_en_faq(**faq, par=par)
        self.calendrier.reponse_retenue(question, derniere.cree_le + APRES_REFLEXION)

    def _clore(self, contribution, fin, instant):
        par, _collectivite = self.population.qui(fin["par"])
        contribution.clore(par=par, **{cle: fin[cle] for cle in FIN if cle in fin})
        self.calendrier.cloture(contribution, instant)

    def _retirer(self, contribution, fin, instant):
        par, _collectivite = self.population.qui(fin["par"])
        contribution.retirer(par=par, motif=fin["motif"])
        self.calendrier.retrait(contribution, instant)

    def _verrouiller(self, contribution, fin, instant):
        par, _collectivite = self.population.qui(fin["par"])
        contribution.verrouiller(par=par, motif=fin["motif"])
        self.calendrier.verrou(contribution, instant)

    def _signaler(self, contribution, dit, instant):
        """Of its last message, if `message` is true; nobody has answered yet."""
        par, _collectivite = self.population.qui(dit["par"])
        message = contribution.messages.order_by("-rang").first() if dit.get("message") else None
        signalement = Signalement.deposer(
            contribution, message=message, par=par, motif=dit["motif"], precision=dit["precision"]
        )
        self.calendrier.signalement(signalement, instant)

    def _mettre_en_sourdine(self, dites):
        for cle, code in dites.items():
            membre, _collectivite = self.population.qui(cle)
            Sourdine.poser(membre, domaine=self.domaines[code])
