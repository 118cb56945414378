from django.apps import AppConfig


class RessourcesDocsConfig(AppConfig):
    name = "ressources_docs"
    label = "ressources_docs"
    verbose_name = "Documents de référence"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self):
        from .signal_handlers import connecter

        connecter()
