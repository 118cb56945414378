"""The schedule of a project as a drawing, all in whole pixels: a French template would write 12,5."""

from datetime import date, timedelta
from math import ceil

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import Truncator
from django.utils.translation import gettext as _

LARGEUR, COLONNE = 980, 296
ENTETE, RANGEE, BARRE = 46, 44, 16
LIBELLE_MAX = 36
AUTOUR = timedelta(days=92)  # today is shown when it is no further than that
GRADUATIONS_MAX = 20
# Django's own would say « jui » and « jul ».
MOIS = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]


class Gantt:
    """`jalons`: in order, with those that each follows (`JalonQuerySet.avec_dependances`); at least one."""

    largeur, colonne, entete = LARGEUR, COLONNE, ENTETE

    def __init__(self, jalons):
        self.jalons = jalons
        self.debut, self.fin = min(j.commence_le for j in jalons), max(j.pour_le for j in jalons)
        aujourd_hui = timezone.localdate()
        proche = self.debut - AUTOUR <= aujourd_hui <= self.fin + AUTOUR
        if proche:
            self.debut, self.fin = min(self.debut, aujourd_hui), max(self.fin, aujourd_hui)
        self.graduations = self._graduer()
        self.hauteur = ENTETE + RANGEE * len(jalons)
        self.aujourd_hui = self.x(aujourd_hui) if proche else None
        self.rangees = [self._rangee(rang, jalon) for rang, jalon in enumerate(jalons)]
        self.liens = list(self._liens())

    def x(self, jour):
        """Where a day begins."""
        return COLONNE + (jour - self.debut).days * (LARGEUR - COLONNE) // max(
            (self.fin - self.debut).days, 1
        )

    def _graduer(self):
        """Months, quarters or years, as there is room; the scale then begins and ends with one of them."""
        jours = (self.fin - self.debut).days
        mois = 1 if jours <= 550 else 3 if jours <= 1900 else 12 * ceil(jours / 365 / GRADUATIONS_MAX)
        rang = self.debut.year * 12 + self.debut.month - 1
        rang -= rang % min(mois, 12)
        premiers = [premier(rang)]
        while premiers[-1] <= self.fin:
            rang += mois
            premiers.append(premier(rang))
        self.debut, self.fin = premiers[0], premiers[-1]
        graduations = []
        for jour in premiers[:-1]:
            nouvelle_annee = mois < 12 and (jour == premiers[0] or jour.month == 1)
            nom = {1: MOIS[jour.month - 1], 3: f"T{jour.month // 3 + 1}"}.get(mois, str(jour.year))
            annee = str(jour.year) if nouvelle_annee else ""
            graduations.append({"x": self.x(jour), "nom": nom, "annee": annee})
        return graduations

    def _rangee(self, rang, jalon):
        haut = ENTETE + rang * RANGEE
        # The shortest mark, on the last day, stays within the drawing.
        gauche = min(self.x(jalon.commence_le), LARGEUR - BARRE)
        droite = max(self.x(jalon.pour_le + timedelta(days=1)), gauche + BARRE)
        periode = jalon.debut and jalon.debut < jalon.pour_le
        milieu, demi = haut + RANGEE // 2, BARRE // 2
        if not periode:
            droite = gauche + BARRE
        centre = (gauche + droite) // 2
        dessus, dessous = milieu - demi, milieu + demi
        return {
            "jalon": jalon,
            "libelle": Truncator(jalon.libelle).chars(LIBELLE_MAX),
            "etat": "fait" if jalon.fait_le else "retard" if jalon.retard else "a-faire",
            "haut": haut,
            "milieu": milieu,
            "ligne": haut + 18,
            "sous_ligne": haut + 35,
            "gauche": gauche,
            "droite": droite,
            "centre": centre,
            # On a phone the column is left out, and each label stands over its mark, within the drawing.
            "a_la_fin": gauche > (COLONNE + LARGEUR) // 2,
            "dessus": haut + 11,
            "base": milieu + 5,
            "barre": {"y": dessus, "largeur": droite - gauche, "hauteur": BARRE} if periode else None,
            "losange": f"{centre},{dessus} {droite},{milieu} {centre},{dessous} {gauche},{milieu}",
        }

    def _liens(self):
        """From the end of each one to the beginning of those that follow it."""
        rangees = {rangee["jalon"].pk: rangee for rangee in self.rangees}
        for rangee in self.rangees:
            for suivi in rangee["jalon"].suivis:
                de = rangees[suivi.pk]
                coude, x, y = de["droite"] + 6, rangee["gauche"], rangee["milieu"]
                chemin = f"M{de['droite']} {de['milieu']}H{coude}"
                if x < coude + 6:
                    # It begins before the other ends: the arrow goes back, between the two rows.
                    entre = y - RANGEE // 2 if y > de["milieu"] else y + RANGEE // 2
                    chemin += f"V{entre}H{x - 10}"
                yield {
                    "chemin": f"{chemin}V{y}H{x - 5}",
                    "pointe": f"{x},{y} {x - 7},{y - 4} {x - 7},{y + 4}",
                }

    @property
    def resume(self):
        """What the drawing says, for who does not see it."""
        retards = [j.libelle for j in self.jalons if j.retard]
        mots = _("De %(debut)s à %(fin)s.") % {
            "debut": date_format(min(j.commence_le for j in self.jalons), "F Y"),
            "fin": date_format(max(j.pour_le for j in self.jalons), "F Y"),
        }
        if retards:
            mots += " " + _("En retard\u202f: %s.") % ", ".join(retards)
        return f"{mots} {_('Le tableau qui suit dit la même chose.')}"


def premier(rang):
    """The first day of a month, counted from the year 0."""
    return date(rang // 12, rang % 12 + 1, 1)
