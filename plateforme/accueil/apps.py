from django.apps import AppConfig


class AccueilConfig(AppConfig):
    name = "plateforme.accueil"
    label = "accueil"
    verbose_name = "Accueil"
    default_auto_field = "django.db.models.BigAutoField"
