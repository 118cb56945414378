"""Who is there, over all the processes: each tells the others whom it serves, a group at a time.

Nothing is kept outside of the processes: what a process said that then died is forgotten after a while.
"""

from dataclasses import dataclass, field
from uuid import uuid4

REPETITION = 30  # seconds
OUBLI = 75  # seconds: two repetitions may be lost


@dataclass
class Presences:
    processus: str = field(default_factory=lambda: uuid4().hex)
    connues: dict = field(default_factory=dict)  # group → {process: (people, until when)}
    a_dire: set = field(default_factory=set)  # groups where somebody of ours came or left

    def entendre(self, message, maintenant):
        """Note what a process says of a group. A process met for the first time is answered."""
        par_processus = self.connues.setdefault(message["groupe"], {})
        if message["processus"] not in {*par_processus, self.processus}:
            self.a_dire.add(message["groupe"])
        par_processus[message["processus"]] = (frozenset(message["presents"]), maintenant + OUBLI)

    def nombre(self, groupe, maintenant):
        """How many people, however many pages and processes each is on."""
        dits = self.connues.get(groupe, {}).values()
        return len(frozenset().union(*(qui for qui, jusqu_a in dits if jusqu_a > maintenant)))

    def annonce(self, groupe, presents):
        return {"groupe": groupe, "processus": self.processus, "presents": sorted(presents)}
