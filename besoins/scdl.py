"""The délibérations that the projects quote, in the columns of the SCDL schema « Délibérations » 2.1.4. What
the platform does not know (SIRET, code of the matter, prefecture, votes, budget) stays empty: no guess."""

from .models import Acte, Deliberation, Projet

ENTETES = [
    *("COLL_NOM", "COLL_SIRET", "DELIB_ID", "DELIB_DATE", "DELIB_MATIERE_CODE", "DELIB_MATIERE_NOM"),
    *("DELIB_OBJET", "BUDGET_ANNEE", "BUDGET_NOM", "PREF_ID", "PREF_DATE", "VOTE_EFFECTIF", "VOTE_REEL"),
    *("VOTE_POUR", "VOTE_CONTRE", "VOTE_ABSTENTION", "DELIB_URL"),
]


def lignes(user, absolue):
    """A line for each délibération, the newest first; `absolue`: what makes an address of ours complete."""
    projets = {projet.pk: projet for projet in Projet.objects.visibles_par(user)}
    actes = Acte.objects.filter(projet__in=projets, nature=Acte.Nature.DELIBERATION)
    connues = {}
    for acte in actes.select_related("collectivite").prefetch_related("pieces"):
        adresse = absolue(acte.piece.get_absolute_url()) if acte.piece else ""
        connues[acte.collectivite_id, acte.numero] = [acte.collectivite, acte.date, acte.projet_id, adresse]
    # The same one may be said twice: by its commune, and by who awaits the answers of all.
    attendues = Deliberation.objects.notes().filter(projet__in=projets, acte_le__isnull=False)
    for dite in attendues.exclude(acte_numero="").select_related("collectivite"):
        connues.setdefault(
            (dite.collectivite_id, dite.acte_numero), [dite.collectivite, dite.acte_le, dite.projet_id, ""]
        )
    ordre = sorted(connues.items(), key=lambda ligne: (ligne[1][1], ligne[0]), reverse=True)
    for (_collectivite, numero), (collectivite, jour, projet, adresse) in ordre:
        connus = {
            "COLL_NOM": collectivite.nom,
            "DELIB_ID": numero,
            "DELIB_DATE": jour,
            "DELIB_MATIERE_NOM": matiere(projets[projet]),
            "DELIB_OBJET": projets[projet].titre,
            "DELIB_URL": adresse,
        }
        yield [connus.get(entete, "") for entete in ENTETES]


def en_contient(user):
    """Whether there is a line at all, as far as what she reads may give one."""
    projets = Projet.objects.visibles_par(user).values("pk")
    actes = Acte.objects.filter(projet__in=projets, nature=Acte.Nature.DELIBERATION)
    attendues = Deliberation.objects.notes().filter(projet__in=projets, acte_le__isnull=False)
    return actes.exists() or attendues.exclude(acte_numero="").exists()


def matiere(projet):
    """The schema takes the collectivité's own words: its domaines, or the kind of pooling."""
    domaines = [nom for _code, nom in projet.reperes.get("domaines", ())]
    return ", ".join(domaines) or str(projet.get_type_mutualisation_display())
