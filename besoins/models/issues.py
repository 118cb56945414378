from django.db import transaction

from reseau.models import Contribution


class FinitParUneIssue:
    """Mixin of the contributions that are closed by saying what came of them.

    A subclass has `issue`, among choices of its own, and `motif`: why, in a few words.
    """

    champs_de_cloture = (*Contribution.champs_de_cloture, "issue", "motif")

    @property
    def conclusion(self):
        return self.get_issue_display()

    @transaction.atomic
    def clore(self, *, par, issue, motif=""):
        self.issue, self.motif = issue, motif
        return super().clore(par=par)

    @transaction.atomic
    def rouvrir(self, *, par):
        self.issue = self.motif = ""
        return super().rouvrir(par=par)
