from django.apps import AppConfig
from django.db.models.signals import post_save


class AccueilConfig(AppConfig):
    name = "plateforme.accueil"
    label = "accueil"
    verbose_name = "Accueil"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from .models import Utilisateur
        from .signal_handlers import oublier_les_autres_adresses

        post_save.connect(oublier_les_autres_adresses, sender=Utilisateur)
