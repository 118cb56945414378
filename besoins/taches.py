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
