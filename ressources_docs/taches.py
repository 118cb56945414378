"""What is done later. The models enqueue these tasks, which import them only when they run."""

from django_tasks import task


@task()
def lire_le_fichier(pk):
    """Read the file of a version, once; what could not be read says why."""
    from .models import Version

    version = Version.objects.a_lire().filter(pk=pk).first()
    if version is not None:
        version.lire()
