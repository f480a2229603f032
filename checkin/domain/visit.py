"""Who may come, where and when: the records a roster is made of.

Every record is frozen, knows its plant, and has an ``id`` that is unique within that plant.  All times are aware and in
UTC; only ``Plant.tz`` says how they are shown.  A visitor never carries a document's number, a phone or an address.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from zoneinfo import ZoneInfo

from checkin.domain.people import Person


class Flag(StrEnum):
    """What the gate has to know about a visitor."""

    MINOR = "minor"
    ADULT = "adult"
    FOREIGN = "foreign"
    MOBILITY = "mobility"
    DOCUMENT = "document"
    CANCELLED = "cancelled"


class Format(StrEnum):
    """What kind of visit a tour is."""

    EXCURSION = "excursion"
    MASTER_CLASS = "master_class"
    QUIZ = "quiz"
    LECTURE = "lecture"
    EXHIBITION = "exhibition"
    GAME = "game"
    OTHER = "other"


class DocumentRule(StrEnum):
    """Whose identity document a plant wants to see.  The gate ticks that it was seen and keeps nothing of it."""

    FLAGGED = "flagged"  # those whom the list marks `document`
    LEADER = "leader"  # the first adult of each group, and the flagged
    EVERYONE = "everyone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """A plant's rules for a visit.  A tour may have its own.

    ``shut_out_h`` is the plant's alone: so long a gate that its hub has shut out lets people in without a supervisor.
    """

    opens_before_min: int = 60
    closes_after_end_min: int = 0
    minimum_age: int | None = None
    document: DocumentRule = DocumentRule.FLAGGED
    briefing: bool = False
    briefing_text: str = ""
    briefing_version: str = ""
    minors_per_adult: int | None = None
    reentry: bool = True
    retention_h: int = 72
    shut_out_h: int = 24
    supervisor_for: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plant:
    """A factory.  ``id`` is a readable slug of its name, the same wherever the same name is imported."""

    id: str
    name: str
    tz: str = "Europe/Moscow"
    address: str = ""
    region: str = ""
    district: str = ""
    policy: Policy = field(default_factory=Policy)

    def __post_init__(self) -> None:
        """Raises ``ValueError`` for a zone that does not exist: every verdict and every count needs it."""
        try:
            ZoneInfo(self.tz)
        except (KeyError, OSError, ValueError) as error:
            raise ValueError(f"no such time zone: {self.tz[:60]}") from error

    @property
    def plant(self) -> str:
        return self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """One desk with a scanner."""

    id: str
    plant: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Tour:
    """One scheduled visit.  ``start <= end``; ``capacity`` None means that nobody counts places."""

    id: str
    plant: str
    title: str
    start: datetime
    end: datetime
    format: Format = Format.EXCURSION
    capacity: int | None = None
    language: str = "ru"
    guide: str = ""
    guide_phone: str = ""
    cancelled: bool = False
    policy: Policy | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """People who come together."""

    id: str
    plant: str
    tour: str
    name: str
    leader: str = ""
    size: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """A person on the roster."""

    id: str
    plant: str
    tour: str
    name: str
    group: str | None = None
    birth_year: int | None = None
    language: str = "ru"
    flags: frozenset[Flag] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """What a code stands for.  Exactly one of ``visitor`` (party 1) or ``group`` (party N) is admitted by it.

    ``code`` is the text of the QR; ``short`` what a person can type instead (empty when the code itself is short).
    A window of None is the tour's own.
    """

    id: str
    plant: str
    tour: str
    code: str
    visitor: str | None = None
    group: str | None = None
    party: int = 1
    short: str = ""
    valid_from: datetime | None = None
    valid_until: datetime | None = None

    @property
    def subject(self) -> str:
        """Whose stay a scan of this ticket changes: the visitor's, or, for a party without names, the ticket's."""
        return self.visitor or self.id


@dataclass(frozen=True, slots=True, kw_only=True)
class Revocation:
    """A ticket that admits nobody any more.  ``id`` is the ticket's."""

    id: str
    plant: str
    at: datetime
    reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class StopEntry:
    """A person whom the plant does not want to let in."""

    id: str
    plant: str
    name: str
    birth_year: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SigningKey:
    """A public key whose tickets a gate accepts.  ``id`` is four hexadecimal digits; ``public`` 32 bytes in hex."""

    id: str
    plant: str
    public: str
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    revoked_at: datetime | None = None
    issuer: str = ""


Record = Plant | Gate | Tour | Group | Visitor | Ticket | Revocation | StopEntry | SigningKey | Person

KINDS: dict[str, type[Record]] = {
    "plant": Plant,
    "gate": Gate,
    "tour": Tour,
    "group": Group,
    "visitor": Visitor,
    "ticket": Ticket,
    "revocation": Revocation,
    "stop": StopEntry,
    "key": SigningKey,
    "person": Person,
}
"""Names of the kinds of record on the wire, in an order in which a record follows what it refers to."""
