from django_tasks import task


@task()
def courriels_immediats(*, contribution, genre, message, acteur, membres, precision):
    pass
