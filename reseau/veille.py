"""Who asked to be told of what has just been published: recognised in its text, not in an index that may be
late; who may read it is asked when she is told."""

from collections import defaultdict

from plateforme.socle.extraits import Motif

from .facettes import lignes, repond
from .models import Contribution, Membre, Notification, Notifieur, RechercheSuivie


def prevenir(pk):
    contribution = Contribution.objects.publiees().select_related("auteur", "reseau").filter(pk=pk).first()
    if contribution is None:
        return
    for (libelle, courriel), membres in _interesses(contribution).items():
        notifieur = Notifieur(
            contribution, Notification.Genre.RECHERCHE, contribution.auteur, precision=libelle
        )
        notifieur.prevenir(Membre.objects.filter(pk__in=membres), courriel=courriel)


def _interesses(contribution):
    """{(search, whether by mail too): ids of members}: each once, by mail if one of her searches wants it."""
    [ligne] = lignes(Contribution.objects.filter(pk=contribution.pk))
    textes = [contribution.titre, contribution.texte_des_reperes]
    textes += [texte for _nom, texte in contribution.specifique.passages()]
    reponses, trouvees = {}, {}
    for suivie in RechercheSuivie.objects.order_by("courriel", "pk").iterator():
        if suivie.q not in reponses:
            reponses[suivie.q] = Motif(suivie.q).repond(*textes)
        if reponses[suivie.q] and repond(ligne, suivie.facettes):
            trouvees[suivie.membre_id] = (suivie.libelle, suivie.courriel)
    groupes = defaultdict(list)
    for membre, comment in trouvees.items():
        groupes[comment].append(membre)
    return groupes
