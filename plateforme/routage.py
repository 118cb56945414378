"""The sockets of the site: one path, one consumer."""

urlpatterns = []
