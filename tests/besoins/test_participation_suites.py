"""Whatever is said of a commune, in whatever order and by whomever, the ladder of a project holds."""

from datetime import timedelta

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from besoins.models import Acte, Position, PositionDite, Projet
from besoins.models.participation import ENTREES, PASSAGES
from tests.fabriques import faire_projet

Niveau = Position.Niveau
QUI = st.sampled_from(["agente", "referente", "porteur", "voisin", "etrangere"])
MOT = st.sampled_from([Niveau.CURIEUSE, Niveau.INTERESSEE, Niveau.HORS])
DIT = ("niveau", "par_id", "acte_id", "convention_le", "effet_le", "commentaire", "confirmee")


class Paroles(RuleBasedStateMachine):
    """A project, a commune and those who speak of it, who are set by the test."""

    def __init__(self):
        super().__init__()
        self.essai = transaction.atomic()
        self.essai.__enter__()
        self.projet = Projet.objects.get()
        self.hier = timezone.localdate() - timedelta(days=1)

    def teardown(self):
        transaction.set_rollback(True)
        self.essai.__exit__(None, None, None)

    @property
    def actuelle(self):
        return Position.objects.first()

    def tenter(self, niveau, verbe):
        """Say it, and see that what was refused left no trace, and what was taken just one."""
        avant, dites, actes = self.actuelle, PositionDite.objects.count(), Acte.objects.count()
        try:
            with transaction.atomic():
                verbe()
        except ValidationError:
            assert PositionDite.objects.count() == dites and Acte.objects.count() == actes
            return
        apres = self.actuelle
        redite = avant is not None and all(getattr(avant, c) == getattr(apres, c) for c in DIT)
        assert PositionDite.objects.count() == dites + 1 or redite
        assert avant is None or avant.niveau == apres.niveau or apres.niveau in PASSAGES[avant.niveau]
        assert avant is None or apres.confirmee >= avant.confirmee, "her word replaced the commune's own"
        assert redite or niveau not in ENTREES or not self.projet.entrees_closes

    def dire(self, qui, niveau, **dit):
        qui_parle = {"collectivite": self.louverne, "par": self.distribution[qui]}
        self.tenter(niveau, lambda: Position.dire(self.projet, niveau=niveau, **qui_parle, **dit))

    @rule(qui=QUI, niveau=st.sampled_from([*Projet.niveaux]), date=st.booleans())
    def n_importe_quoi(self, qui, niveau, date):
        self.dire(qui, niveau, effet_le=self.hier if date and niveau == Niveau.RETIREE else None)

    @rule(niveau=MOT)
    def parole_d_agente(self, niveau):
        self.dire("agente", niveau)

    @rule(niveau=MOT)
    def parole_de_referente(self, niveau):
        self.dire("referente", niveau)

    @rule(qui=QUI, numero=st.sampled_from("12"), executoire=st.booleans())
    def engager(self, qui, numero, executoire):
        acte = Acte(projet=self.projet, collectivite=self.louverne, numero=numero, date=self.hier)
        acte.executoire_le = self.hier if executoire else None
        self.tenter(Niveau.ENGAGEE, lambda: acte.engager(par=self.distribution[qui]))

    @rule()
    def admettre(self):
        self.dire("porteur", Niveau.MEMBRE)

    @rule()
    def sortir(self):
        self.dire("referente", Niveau.RETIREE, effet_le=self.hier)

    @rule(executoire=st.booleans())
    def corriger(self, executoire):
        position = self.actuelle
        if position is None or position.acte is None:
            return
        position.acte.executoire_le = self.hier if executoire else None
        try:
            with transaction.atomic():
                position.acte.corriger(par=self.distribution["referente"])
        except ValidationError:
            assert position.niveau == Niveau.MEMBRE and not executoire

    @rule(close=st.booleans())
    def fermer_ou_rouvrir(self, close):
        Projet.objects.update(positions_jusqu_au=self.hier if close else None)

    @invariant()
    def what_stands_is_the_last_word_that_counted(self):
        derniere = PositionDite.objects.filter(retenue=True).first()
        assert (self.actuelle is None) == (derniere is None)
        for champ in DIT if derniere else ():
            assert getattr(self.actuelle, champ) == getattr(derniere, champ)

    @invariant()
    def nobody_is_a_member_without_an_executory_act_nor_out_without_a_date(self):
        for position in Position.objects.select_related("acte"):
            if position.niveau == Niveau.MEMBRE:
                assert position.acte.est_executoire and position.confirmee
            if position.niveau == Niveau.ENGAGEE:
                assert position.acte and position.confirmee
            assert (position.niveau == Niveau.RETIREE) == (position.effet_le is not None)


def test_whatever_is_said_by_whomever_the_ladder_holds(camille, remi, bruno, chantal, diane, louverne, rst):
    faire_projet("Salage", diane, reseau=rst)
    Paroles.louverne = louverne
    # Her agent, her référent, who keeps the project; the référent next door, somebody who has no say.
    Paroles.distribution = {"agente": camille, "referente": remi, "porteur": diane}
    Paroles.distribution |= {"voisin": bruno, "etrangere": chantal}
    reglages = settings(
        max_examples=20, stateful_step_count=15, deadline=None, derandomize=True, database=None
    )
    run_state_machine_as_test(Paroles, settings=reglages)
