"""One morning's récapitulatifs, beside as many bare mails: python -m tests.bench.recapitulatifs 2000 → JSON.

In a transaction that is undone: the members it adds would weigh on the other measures.
"""

import json
import sys
import time
from datetime import timedelta
from itertools import count

import django

# A small and a full round cost the same statements, or something is read member by member.
PETIT = 5


def mesurer(nombre):
    from django.db import connection, transaction
    from django.test.utils import CaptureQueriesContext
    from django.utils import timezone

    from plateforme.socle.courriel import envoyer
    from reseau.models import Recapitulatif
    from reseau.recapitulatifs import TOURNEE_MAX, Tournee, ecrire_une_tournee

    def lire(combien):
        recapitulatifs = list(Recapitulatif.objects.dus()[:combien])
        with CaptureQueriesContext(connection) as requetes:
            contenus = Tournee(recapitulatifs, timezone.now()).contenus()
        return len(requetes), sum(len(contenu.nouvelles) for _r, _membre, contenu in contenus)

    with transaction.atomic():
        abonner(nombre)
        (petit, _), (grand, nouvelles) = lire(PETIT), lire(TOURNEE_MAX)
        instructions = count()
        debut = time.perf_counter()
        with connection.execute_wrapper(lambda execute, *suite: (next(instructions), execute(*suite))[1]):
            while ecrire_une_tournee():
                pass
        ecrits = time.perf_counter()
        for n in range(nombre):
            envoyer("reseau/courriels/deja_membre", {}, f"abonne{n}@communes.example", clef=f"nu-{n}")
        nus = time.perf_counter()
        transaction.set_rollback(True)
    return {
        "sql": [petit, grand],
        "sql_par_membre": next(instructions) / nombre,
        "nouvelles": nouvelles / TOURNEE_MAX,
        "recapitulatif": (ecrits - debut) / nombre,
        "nu": (nus - ecrits) / nombre,
    }


def abonner(nombre):
    """So many more members, in two networks each since yesterday, whose hour has come."""
    from django.utils import timezone

    from plateforme.accueil.models import Utilisateur
    from reseau.models import Adhesion, Collectivite, Fonction, Membre, Recapitulatif, Reseau

    reseaux, communes = list(Reseau.objects.all()), list(Collectivite.objects.all())
    hier = timezone.localdate() - timedelta(days=1)
    comptes = Utilisateur.objects.bulk_create(
        Utilisateur(email=f"abonne{n}@communes.example") for n in range(nombre)
    )
    membres = Membre.objects.bulk_create(
        Membre(utilisateur=compte, prenom="Abonné", nom=f"N{n}", nom_cherche=f"abonne n{n}")
        for n, compte in enumerate(comptes)
    )
    Fonction.objects.bulk_create(
        Fonction(membre=membre, collectivite=communes[n % len(communes)], role="agent", debut=hier)
        for n, membre in enumerate(membres)
    )
    Adhesion.objects.bulk_create(
        Adhesion(membre=membre, reseau=reseaux[(n + k) % len(reseaux)], debut=hier)
        for n, membre in enumerate(membres)
        for k in range(2)
    )
    Recapitulatif.objects.bulk_create(
        Recapitulatif(membre=membre, prochain_le=timezone.now()) for membre in membres
    )


if __name__ == "__main__":
    django.setup()
    print(json.dumps(mesurer(int(sys.argv[1]))))
