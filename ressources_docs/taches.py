"""What is done later. The models enqueue these tasks, which import them only when they run."""

from django_tasks import task


@task()
def lire_le_fichier(pk):
    """Read the file of a version, once; what could not be read says why."""
    from .models import Version

    version = Version.objects.a_lire().filter(pk=pk).first()
    if version is not None:
        version.lire()


@task()
def prevenir_de_ce_qu_il_dit(pk):
    """Tell those whose saved search the file of this version answers, and the one before did not."""
    from reseau.veille import prevenir_du_fichier

    from .models import Version

    version = Version.objects.courantes().filter(pk=pk).first()
    if version and version.texte:
        precedente = Version.objects.filter(ressource=version.ressource_id, numero=version.numero - 1).first()
        prevenir_du_fichier(version.ressource_id, precedente.texte if precedente else "", version.texte)
