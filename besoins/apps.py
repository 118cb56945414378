from django.apps import AppConfig


class BesoinsConfig(AppConfig):
    name = "besoins"
    label = "besoins"
    verbose_name = "Besoins"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from .signal_handlers import connecter

        connecter()
