from django.utils.translation import gettext_lazy as _

from ..forms.risques import RisqueForm
from ..models import Risque
from .notes import NoteCreateView, NoteRetraitView, NoteUpdateView


class RisqueCreateView(NoteCreateView):
    modele, form_class = Risque, RisqueForm
    titre, avis = _("Noter un risque"), _("Le risque est noté.")


class RisqueUpdateView(NoteUpdateView):
    modele, form_class = Risque, RisqueForm
    titre, avis = _("Corriger le risque"), _("Le risque est noté.")
    vue_de_retrait = "besoins:risque_retrait"


class RisqueRetraitView(NoteRetraitView):
    modele, titre = Risque, _("Retirer le risque")
