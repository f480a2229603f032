"""What a gate is called for people: the roster's name for its id, and the id itself where the roster knows none."""

from __future__ import annotations

from checkin.store import Transaction


def gate_names(tx: Transaction, plant: str) -> dict[str, str]:
    """The names of a plant's gates by their ids.  Events hold ids: a gate may be renamed."""
    return {gate.id: gate.name for gate in tx.roster.gates(plant) if gate.name}
