from django.apps import AppConfig, apps
from django.db.models.signals import post_migrate, post_save


class AccueilConfig(AppConfig):
    name = "plateforme.accueil"
    label = "accueil"
    verbose_name = "Accueil"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from . import signal_handlers
        from .installation import apres_migration
        from .models import Utilisateur

        post_save.connect(signal_handlers.oublier_les_autres_adresses, sender=Utilisateur)
        derniere = [application for application in apps.get_app_configs() if application.models_module][-1]
        post_migrate.connect(apres_migration, sender=derniere, dispatch_uid="accueil.installation")
