"""Whether this PC can be a gate: one check for each thing a gate needs, each with a sentence that says what to do.

``fail`` means that nobody could be let in; whatever has another way round it is a ``warn`` at most.  A check never
raises and never takes long.  Nothing is made that was not there; a damaged store is put together by opening it, as
the gate's window does too, and that is said.
"""

from checkin.doctor.check import Check, State
from checkin.doctor.rounds import examine

__all__ = ["Check", "State", "examine"]
