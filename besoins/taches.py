"""What is done later. The models enqueue these tasks, which import them only when they run."""

from django.utils import timezone
from django_tasks import task


@task()
def comparer(pk):
    """Find again what resembles this contribution, which has just been published or changed."""
    from reseau.models import Contribution

    from .models import Besoin, Ressemblance

    lue_le = timezone.now()
    contribution = Contribution.objects.publiees().filter(pk=pk).first()
    if contribution is None:
        return
    Ressemblance.comparer(contribution)
    Besoin.objects.filter(pk=pk).update(compare_le=lue_le)


@task()
def courriel_de_preparation(pk):
    """Write to who is to agree with what was prepared for him: at once, whatever he chose for the rest, since
    it is asked of him by name. It takes no answer, which would stand in the discussion for all to read."""
    from plateforme.socle.courriel import envoyer
    from reseau.courriels import en_tetes
    from reseau.desabonnement import liste_pour
    from reseau.models import Membre, Niveaux

    from .models import Preparation

    preparation = Preparation.objects.en_attente().pour_page().filter(pk=pk).first()
    if preparation is None:
        return
    contribution = preparation.contribution
    lecteurs = contribution.lecteurs_parmi(Membre.objects.filter(pk=preparation.pour_id)).joignables()
    membre = lecteurs.select_related("utilisateur").first()
    if membre is None:
        return
    clef = f"preparation-{pk}"
    liste = liste_pour(membre.pk, contribution, Niveaux([membre.pk]))
    envoyer(
        "besoins/courriels/preparation",
        {
            "preparation": preparation,
            "contribution": contribution,
            "membre": membre,
            "desabonnement": liste.adresse,
        },
        membre.courriel,
        clef=clef,
        en_tetes=en_tetes(liste, clef, contribution),
    )
