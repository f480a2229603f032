"""Whatever a scanner reads, the codec answers with a value; whatever is signed comes back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from checkin.domain.visit import Flag
from checkin.tickets import codec, keys
from checkin.tickets.codec import Problem, SignedTicket

KEY = keys.private_from_seed(b"k" * 32)
PUBLIC = keys.public_bytes(KEY)
KEYS = {keys.kid(PUBLIC): PUBLIC}
TICKET = codec.sign(
    KEY,
    ticket_id="0123456789abcdef",
    plant="p",
    tour="t",
    valid_from=datetime(2026, 8, 5, tzinfo=UTC),
    valid_until=datetime(2026, 8, 6, tzinfo=UTC),
)

near_tickets = st.builds(
    lambda body: "PR" + body, st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567abc019-", min_size=140, max_size=150)
)


@given(st.text() | near_tickets)
def test_no_text_raises_and_none_is_believed(text: str) -> None:
    assert isinstance(codec.verify(text, KEYS), Problem)


@given(st.integers(0, len(TICKET) - 1), st.characters())
def test_one_other_character_is_noticed(place: int, character: str) -> None:
    text = TICKET[:place] + character + TICKET[place + 1 :]
    if text.upper() != TICKET:
        assert isinstance(codec.verify(text, KEYS), Problem)


@given(
    st.integers(0, 2**64 - 1),
    st.text(min_size=1),
    st.text(min_size=1),
    st.datetimes(datetime(2020, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001
    st.timedeltas(timedelta(seconds=1), timedelta(days=200)),
    st.integers(1, 255),
    st.sets(st.sampled_from([Flag.MINOR, Flag.ADULT, Flag.FOREIGN, Flag.MOBILITY, Flag.DOCUMENT])),
)
def test_what_is_signed_comes_back(
    number: int, plant: str, tour: str, opens: datetime, length: timedelta, party: int, flags: set[Flag]
) -> None:
    text = codec.sign(
        KEY,
        ticket_id=f"{number:016x}",
        plant=plant,
        tour=tour,
        valid_from=opens,
        valid_until=opens + length,
        party=party,
        flags=frozenset(flags),
    )
    assert len(text) == codec.LENGTH
    said = codec.verify(text, KEYS)
    assert isinstance(said, SignedTicket)
    assert (said.id, said.party, said.flags) == (f"{number:016x}", party, frozenset(flags))
    assert said.for_plant(plant)
    assert said.for_tour(tour)
    assert timedelta(0) <= opens - said.valid_from < timedelta(minutes=1)
    assert timedelta(0) <= said.valid_until - (opens + length) < timedelta(minutes=5)
