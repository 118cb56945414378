from django.apps import AppConfig


class ReseauConfig(AppConfig):
    name = "reseau"
    label = "reseau"
    verbose_name = "Réseaux"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from .checks import enregistrer
        from .signal_handlers import connecter

        connecter()
        enregistrer()
