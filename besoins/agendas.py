"""What a project awaits, in the calendar of who follows it."""

from reseau.ical import Journee, adresse_de
from reseau.models import Suivi

from .models import Jalon, Tache

JOURNEES_MAX = 400


def journee(echeance):
    """A whole day, or several, for a calendar; its project and its thread are at hand."""
    projet = echeance.projet
    titre = f"{echeance.libelle} ({projet.titre})"
    return Journee(
        uid=echeance.uid,
        # Grows with whatever happens to the project, hence with each change.
        sequence=projet.fil.derniere_revision,
        debut=getattr(echeance, "debut", None) or echeance.pour_le,
        fin=echeance.pour_le,
        titre=f"✓ {titre}" if echeance.fait_le else titre,
        adresse=adresse_de(echeance),
    )


def journees(sender, membre, reseau, depuis, **kwargs):
    """The jalons of the projects that she follows, with their tasks; and those that she holds."""
    user, suivis = membre.utilisateur, Suivi.objects.filter(membre=membre).values("contribution")
    jalons = Jalon.objects.visibles_par(user).filter(projet__retire_le=None, projet__in=suivis)
    taches = Tache.objects.visibles_par(user).filter(projet__retire_le=None)
    taches = taches.filter(projet__in=suivis) | taches.filter(porteur=membre)
    if reseau:
        jalons, taches = jalons.filter(projet__reseau=reseau), taches.filter(projet__reseau=reseau)
    echeances = [*jalons.pour_agenda(depuis)[:JOURNEES_MAX], *taches.pour_agenda(depuis)[:JOURNEES_MAX]]
    return [journee(echeance) for echeance in echeances]
