"""Within what a roster's numbers and times lie, whoever made it: one outside would stop the gate that counts with it.

The season's workbook is read by the same numbers.
"""

from __future__ import annotations

from dataclasses import fields
from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from checkin.domain.visit import Record

LIMITS = {
    "minimum_age": (0, 120),
    "minors_per_adult": (1, 1000),
    "opens_before_min": (0, 1440),
    "closes_after_end_min": (0, 1440),
    "retention_h": (1, 8760),
    "shut_out_h": (0, 8760),
    "lead_days": (0, 365),
    "foreign_lead_days": (0, 365),
    "capacity": (1, 100_000),
}
"""The least and the most of each number that has a name in a policy, a tour or a workbook."""
YEARS = range(2000, 2101)


def in_time(moment: datetime) -> bool:
    """Whether a moment can be one of a visit."""
    return moment.tzinfo is not None and moment.year in YEARS


def bounded(record: Record) -> None:
    """Raises ``ValueError`` for a record that no plant means."""
    for part in (record, getattr(record, "policy", None)):
        for one in fields(part) if part is not None else ():
            value = getattr(part, one.name)
            low, high = LIMITS.get(one.name, (None, None))
            if isinstance(value, datetime) and not in_time(value):
                raise ValueError(f"{one.name} is no time of a visit")
            if low is not None and high is not None and value is not None and not low <= value <= high:
                raise ValueError(f"{one.name} is out of bounds")
