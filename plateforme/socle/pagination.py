"""Pages of a list that grows: a keyset costs the same on the thousandth page as on the first, and a line that
arrives meanwhile neither repeats nor hides another. No OFFSET, no COUNT."""

from dataclasses import dataclass

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.signing import BadSignature, Signer
from django.db.models import Q
from django.http import Http404

from .texte import entier

PARAMETRE = "apres"


@dataclass(frozen=True)
class PageParCurseur:
    object_list: list
    suivant: str = ""

    def __iter__(self):
        return iter(self.object_list)

    def __len__(self):
        return len(self.object_list)

    def has_next(self):
        return bool(self.suivant)


def paginer(queryset, apres="", par_page=20, tri=("-publie_le", "-pk")):
    """The page that follows the cursor `apres` (empty: the first one); Http404 for a cursor not of ours.

    The fields of `tri` are columns without NULL in the queryset, the last one unique.
    """
    champs = [_champ(queryset.model, critere) for critere in tri]
    # The signature names the list: a cursor of another order, or made by hand, is none.
    signataire = Signer(salt=f"curseur:{queryset.model._meta.label}:{','.join(tri)}")
    queryset = queryset.order_by(*tri)
    if apres:
        queryset = queryset.filter(_apres(champs, _valeurs(champs, signataire, apres)))
    objets = list(queryset[: par_page + 1])
    if len(objets) <= par_page:
        return PageParCurseur(objets)
    objets = objets[:par_page]
    dernier = [champ.value_to_string(objets[-1]) for champ, _descend in champs]
    return PageParCurseur(objets, signataire.sign_object(dernier))


def paginer_une_liste(cles, apres="", par_page=20):
    """The same, of keys already in order: where no column gives it, as for what a search found."""
    debut = entier(apres) if apres else 0
    if debut is None:
        raise Http404
    fin = debut + par_page
    return PageParCurseur(cles[debut:fin], str(fin) if len(cles) > fin else "")


class CurseurMixin:
    """Keyset pages for a ListView: `page_obj`, and `lien_suivant` which keeps the other parameters."""

    paginate_by = 20
    tri = ("-publie_le", "-pk")

    def get_tri(self):
        return self.tri

    def paginate_queryset(self, queryset, page_size):
        page = paginer(queryset, self.request.GET.get(PARAMETRE, ""), page_size, self.get_tri())
        return None, page, page.object_list, page.has_next() or PARAMETRE in self.request.GET

    def get_context_data(self, **kwargs):
        contexte = super().get_context_data(**kwargs)
        return {**contexte, "lien_suivant": self._lien(contexte["page_obj"])}

    def _lien(self, page):
        if not page or not page.has_next():
            return ""
        parametres = self.request.GET.copy()
        parametres[PARAMETRE] = page.suivant
        return f"?{parametres.urlencode()}"


def _champ(modele, critere):
    nom = critere.removeprefix("-")
    try:
        champ = modele._meta.pk if nom == "pk" else modele._meta.get_field(nom)
    except FieldDoesNotExist as erreur:
        raise TypeError(f"{modele._meta.label} is not ordered by a column {nom}") from erreur
    return champ, critere.startswith("-")


def _valeurs(champs, signataire, apres):
    try:
        textes = signataire.unsign_object(apres)
        return [champ.to_python(texte) for (champ, _descend), texte in zip(champs, textes, strict=True)]
    except (BadSignature, ValidationError, ValueError, TypeError) as erreur:
        raise Http404 from erreur


def _apres(champs, valeurs):
    """(a, b) after (x, y): a < x, or a = x and b < y; the bound on `a` alone is what the index uses."""
    (premier, descend), borne = champs[0], valeurs[0]
    condition, egaux = Q(), Q()
    for (champ, descendant), valeur in zip(champs, valeurs, strict=True):
        condition |= egaux & Q(**{f"{champ.name}__{'lt' if descendant else 'gt'}": valeur})
        egaux &= Q(**{champ.name: valeur})
    return condition & Q(**{f"{premier.name}__{'lte' if descend else 'gte'}": borne})
