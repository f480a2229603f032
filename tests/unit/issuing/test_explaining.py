"""A ticket explained: every way in which one can be in order or not, in words that say what to do."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from checkin import i18n
from checkin.domain.visit import Flag, Record, Revocation, SigningKey, Ticket
from checkin.issuing import signing
from checkin.issuing.papers import Withdrawn, mark_of
from checkin.issuing.signing import Issue
from checkin.organising import tickets
from checkin.organising.book import Desk, StoreBook
from checkin.organising.explaining import explain, lines
from checkin.store import Store
from checkin.store.roster import put
from checkin.tickets import codec, keys
from tests.field import KEY, NOW, PRIVATE, opened, plant, ticket, tour, visitor

ID = "00000000000000a7"
BEGIN = NOW + timedelta(hours=2)


@pytest.fixture(autouse=True)
def english() -> None:
    i18n.use("en")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    store = opened(tmp_path)
    yield store
    store.close()


def desk(store: Store, *records: Record, folder: Path = Path("nowhere")) -> Desk:
    with store.write() as tx:
        tx.roster.apply(map(put, records))
    return Desk(folder, StoreBook(store))


def issued() -> Issue:
    one = Issue(ticket=ticket(codec.ticket_short(ID), id=ID), plant=plant(), tour=tour(start=BEGIN), visitor=visitor())
    return signing.signed([one], PRIVATE, {})[0]


ISSUED = issued()
ROSTER: tuple[Record, ...] = (ISSUED.plant, ISSUED.tour, visitor(), ISSUED.ticket, KEY)


@pytest.mark.parametrize(
    ("after", "time", "first"),
    [
        (timedelta(hours=-9), "early", "its time is still to come"),
        (timedelta(0), "now", "In order"),
        (timedelta(days=3), "over", "its time is over"),
    ],
)
@pytest.mark.parametrize("text", [ISSUED.ticket.code, ISSUED.ticket.code.lower(), ISSUED.short, ISSUED.short[2:]])
def test_a_good_ticket_says_whose_it_is_and_its_time(
    store: Store, after: timedelta, time: str, first: str, text: str
) -> None:
    said = explain(desk(store, *ROSTER), text, BEGIN + after)
    assert (said["good"], said["signature"], said["time"]) == (True, "good", time)
    told = lines(said)
    assert first in told[0]
    assert "Issued by: Тесты" in told
    assert "Visitor: Иванова Мария" in told


def test_a_paper_whose_ticket_was_given_anew_says_so(store: Store) -> None:
    gone = Revocation(id=ID, plant="hleb", at=NOW, reason=signing.REISSUED)
    place = desk(store, *(one for one in ROSTER if one is not ISSUED.ticket), gone)
    for text in (ISSUED.short, ISSUED.ticket.code):
        said = explain(place, text, NOW)
        assert (said["good"], said["revoked_at"] is not None) == (False, True)
        assert any("A new ticket was given instead" in line for line in lines(said))
    assert "10:30" in " ".join(lines(explain(place, ISSUED.short, NOW)))


@pytest.mark.parametrize(
    ("text", "signature"),
    [
        ("", "none"),
        ("HELLO", "none"),
        ("https://example.org/?t=1", "none"),
        ("\x00" * 600, "none"),
        ("A-" + ISSUED.short[2:-1] + ("0" if ISSUED.short[-1] != "0" else "1"), "mistyped"),
        (codec.ticket_short("00000000000000a8"), "none"),
        (ISSUED.ticket.code[:-1] + ("A" if ISSUED.ticket.code[-1] != "A" else "B"), "forged"),
        (ISSUED.ticket.code[:-4], "damaged"),
    ],
)
def test_what_is_no_ticket_of_ours_is_not_in_order(store: Store, text: str, signature: str) -> None:
    said = explain(desk(store, *ROSTER), text, NOW)
    assert (said["good"], said["listed"], said["signature"]) == (False, False, signature)
    assert lines(said)[0] == "NOT in order"
    assert "Not on the roster here" in lines(said)


def test_a_ticket_of_another_programme_is_signed_by_an_unknown_key(store: Store) -> None:
    place = desk(store, *(one for one in ROSTER if one is not KEY and one is not ISSUED.ticket))
    assert explain(place, ISSUED.ticket.code, NOW)["signature"] == "unknown_key"


def test_a_revoked_key_and_one_that_ended(store: Store) -> None:
    place = desk(store, *ROSTER, replace(KEY, revoked_at=NOW))
    said = explain(place, ISSUED.ticket.code, NOW)
    assert not said["good"]
    assert any("Its key is revoked since" in line for line in lines(said))


def test_a_key_that_ended_before_the_visit_is_not_believed_off_the_roster(store: Store) -> None:
    ended = replace(KEY, valid_until=BEGIN - timedelta(days=1))
    place = desk(store, *(one for one in ROSTER if one is not KEY and one is not ISSUED.ticket), ended)
    assert explain(place, ISSUED.ticket.code, NOW)["signature"] == "after_key_ended"


@pytest.mark.parametrize("text", [ISSUED.short, ISSUED.ticket.code])
def test_a_scanner_types_under_a_russian_layout(store: Store, text: str) -> None:
    keys_of = dict(zip("QWERTYUIOPASDFGHJKLZXCVBNM", "ЙЦУКЕНГШЩЗФЫВАПРОЛДЯЧСМИТЬ", strict=True))
    typed = "".join(keys_of.get(character, character) for character in text.upper())
    assert typed != text
    assert explain(desk(store, *ROSTER), typed, BEGIN)["good"]


def test_who_was_cancelled_has_no_ticket_in_order(store: Store) -> None:
    said = explain(desk(store, *ROSTER, visitor("v1", "Иванова Мария", Flag.CANCELLED)), ISSUED.short, BEGIN)
    assert not said["good"]
    assert "The visitor's registration is cancelled" in lines(said)


def test_a_tour_that_was_moved_is_what_a_listed_ticket_is_for(store: Store) -> None:
    moved = tour(start=BEGIN + timedelta(hours=4))
    assert explain(desk(store, *ROSTER, moved), ISSUED.ticket.code, BEGIN + timedelta(hours=4))["time"] == "now"
    assert explain(desk(store, *ROSTER, moved), ISSUED.ticket.code, BEGIN)["time"] == "early"


def test_a_moved_tours_tickets_are_signed_anew_and_others_are_not() -> None:
    known = {KEY.id: KEY}
    later = replace(ISSUED, tour=tour(start=BEGIN + timedelta(hours=4)))
    stays, anew = signing.signed([ISSUED, later], PRIVATE, known)
    assert stays == ISSUED
    assert (anew.ticket.id, anew.short) == (ISSUED.ticket.id, ISSUED.short)
    parsed = codec.parse(anew.ticket.code)
    assert isinstance(parsed, codec.SignedTicket)
    assert parsed.valid_from <= later.tour.start <= later.tour.end <= parsed.valid_until
    assert signing.signed([anew], PRIVATE, known) == [anew]


def test_only_tickets_of_ours_are_withdrawn(store: Store) -> None:
    theirs = Ticket(id="site-1", plant="hleb", tour="t1", code="R-100", visitor="v1")
    gone = [Revocation(id=one, plant="hleb", at=NOW, reason="") for one in (ID, theirs.id)]
    found = tickets.withdrawn(desk(store, *ROSTER, theirs, *gone), [ISSUED])
    assert found == Withdrawn(frozenset({ISSUED.short}))


@pytest.mark.parametrize(
    "record", [replace(KEY, revoked_at=NOW), tour(cancelled=True), visitor("v1", "Иванова Мария", Flag.CANCELLED)]
)
def test_what_would_be_refused_is_withdrawn_too(store: Store, record: Record) -> None:
    mark = mark_of(ISSUED.ticket.code)
    assert not tickets.withdrawn(desk(store, *ROSTER), []).holds(ISSUED.short, mark)
    assert tickets.withdrawn(desk(store, record), []).holds(ISSUED.short, mark)


def test_a_ticket_signed_anew_withdraws_its_old_text(store: Store) -> None:
    anew = signing.signed([ISSUED], keys.private_from_seed(bytes(32)), {KEY.id: replace(KEY, revoked_at=NOW)})
    found = tickets.withdrawn(desk(store, *ROSTER), anew)
    assert found.holds(ISSUED.short, mark_of(anew[0].ticket.code))  # nobody was told of its key
    other = SigningKey(id=keys.kid(keys.public_bytes(keys.private_from_seed(bytes(32)))), plant="", public="00" * 32)
    found = tickets.withdrawn(desk(store, other), anew)
    assert not found.holds(ISSUED.short, mark_of(anew[0].ticket.code))
    assert found.holds(ISSUED.short, mark_of(ISSUED.ticket.code))
