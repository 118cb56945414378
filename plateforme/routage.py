"""The sockets of the site: one path, one consumer."""

from channels.security.websocket import WebsocketDenier
from django.urls import path, re_path

from reseau.consumers import DirectConsumer

urlpatterns = [
    path("ws/", DirectConsumer.as_asgi()),
    re_path(r"", WebsocketDenier.as_asgi()),
]
