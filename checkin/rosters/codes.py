"""Codes of tickets in a list: what can be one, whose it is, and the ticket that comes of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from checkin.domain.ticket import code_key, code_like, presentable
from checkin.domain.visit import Ticket, Visitor
from checkin.i18n import gettext as _
from checkin.rosters import identity
from checkin.rosters.cells import error_said, is_error, text_of
from checkin.rosters.naming import DAMAGE
from checkin.rosters.private import holds_private, is_document
from checkin.rosters.schedule import Bad
from checkin.rosters.table import Cell
from checkin.rosters.vocabulary import says_nothing
from checkin.tickets.codec import SignedTicket, claims, parse, ticket_short

MAX_CODE = 255
_SCIENTIFIC = re.compile(r"\d[.,]\d+[eEЕе]\+\d+")
_MOBILE = re.compile(r"(?:\+\s?7|8)[\s(-]*9\d\d[\s)-]*\d{3}[\s-]*\d{2}[\s-]*\d{2}|\+\d[\d\s()-]{8,18}")
_ROUNDED = 10**15
"""A spreadsheet keeps 15 digits of a number: a longer code has lost its end."""
DASHES = ("", "-", "–", "—", "?")
UNSAID = frozenset(
    form
    for word in ("нет", "н/д", "нд", "не указано", "не указан", "не указана", "неизвестно", "n/a", "none", "unknown")
    for form in (word, word.capitalize(), word.upper())
).union(DASHES)

Place = tuple[str, int, int]
"""A row: its sheet, its number there, and how many rows were taken before it."""


class Codes:
    """The codes of one list."""

    def __init__(self, notice: Callable[[str], None]) -> None:
        self._notice = notice
        self._codes: dict[tuple[str, str], Place] = {}
        self._rows: dict[Place, tuple[Cell, ...]] = {}
        self._issued: set[str] = set()

    def read(self, cell: Cell, bads: list[Bad]) -> str:
        """The code in a cell; empty where there is none, or where it cannot be one."""
        if isinstance(cell, float) and abs(cell) >= _ROUNDED:
            bads.append(Bad("code", _rounded()))
            return ""
        code = text_of(cell)
        if code in UNSAID or says_nothing(code):
            return ""
        if is_error(code):
            bads.append(Bad("code", error_said(code)))
            return ""
        if "@" in code or _MOBILE.fullmatch(code) or (" " in code and not is_document(code) and holds_private(code)):
            bads.append(Bad("code", _("This looks like a phone or an address and not like a ticket's code.")))
            return ""
        if " " in code and is_document(code):
            bads.append(Bad("code", _("This looks like a document's number and not like a ticket's code.")))
            return ""
        if "+" in code and _SCIENTIFIC.fullmatch(code):
            bads.append(Bad("code", _rounded()))
            return ""
        if not code or code_like(code):
            return code
        if len(code) > MAX_CODE or not presentable(code) or DAMAGE in code:
            bads.append(Bad("code", _("This cannot be a ticket's code.")))
        else:
            self._notice(_("A code has characters that a handheld scanner may not type; a camera finds it."))
        return code

    def claim(self, plant: str, code: str, here: Place, cells: Sequence[Cell], bads: list[Bad]) -> None:
        """Keeps a code for the row that is ``here``, or says which row has it already."""
        key = (plant, code_key(code))
        first = self._codes.setdefault(key, here)
        if first == here:
            self._rows[here] = tuple(cells)
            return
        where = str(first[1]) if first[0] == here[0] else f"{first[0]}:{first[1]}"
        if self._rows[first] == tuple(cells):
            bads.append(Bad("code", _("The same row as row {row}.").format(row=where)))
        else:
            bads.append(Bad("code", _("The same code as in row {row}.").format(row=where)))

    def ticket(self, visitor: Visitor, code: str) -> Ticket:
        """A visitor's ticket: the code that the list gives, or one that the program makes."""
        if code:
            signed = parse(code) if claims(code) else None
            ticket_id = signed.id if isinstance(signed, SignedTicket) else identity.ticket_id(visitor.plant, code)
            short = ticket_short(ticket_id) if isinstance(signed, SignedTicket) else ""
        else:
            short = ""
            ticket_id = identity.new_ticket_id()
            while (code := ticket_short(ticket_id)) in self._issued:
                ticket_id = identity.new_ticket_id()
            self._issued.add(code)
        return Ticket(id=ticket_id, plant=visitor.plant, tour=visitor.tour, code=code, visitor=visitor.id, short=short)


def _rounded() -> str:
    return _("The code is a number that the spreadsheet has rounded; format the column as text.")
