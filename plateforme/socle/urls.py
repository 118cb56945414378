app_name = "socle"
urlpatterns = []
