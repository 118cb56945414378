from django.shortcuts import redirect
from django.views.decorators.http import require_POST
from django.views.generic import ListView

from ..models import Notification
from .acces import MembreRequisMixin, membre_requis


class NotificationListView(MembreRequisMixin, ListView):
    template_name = "reseau/notifications/liste.html"
    context_object_name = "notifications"
    recentes = 100

    def get_queryset(self):
        return (
            Notification.objects.visibles_par(self.request.user)
            .select_related("contribution__collectivite", "acteur", "message")
            .order_by("-le", "-pk")[: self.recentes]
        )


@require_POST
@membre_requis
def lues(request):
    Notification.lues(request.membre)
    return redirect("reseau:notifications")
