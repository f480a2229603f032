"""Every reason has its words in both languages, and every text of the window its Russian."""

from __future__ import annotations

import ast
from datetime import timedelta
from pathlib import Path

import pytest
from babel.messages.pofile import read_po
from fake_app import BREAD, GEARS, NOON

from checkin import i18n, words
from checkin.desk.outcome import Direction, Outcome, Source
from checkin.domain.admission import Admit, Ask, Facts, Reason, Recognised, Refuse, Verdict
from checkin.domain.headcount import Count, Stay
from checkin.domain.visit import Group, Policy, Ticket, Tour, Visitor

ROOT = Path(__file__).resolve().parents[3]
ASKS = {Reason.NEEDS_DOCUMENT, Reason.NEEDS_ADULT, Reason.NEEDS_BRIEFING, Reason.NEAR_STOP_LIST}
ADMITS = {Reason.ADMITTED, Reason.ADMITTED_AGAIN, Reason.LEFT}
TOUR = Tour(id="t", plant="bread-9", title="Экскурсия «Хлеб»", start=NOON, end=NOON + timedelta(hours=1), capacity=25)


def outcome(reason: Reason, **more: object) -> Outcome:
    """An outcome of this reason with all facts that its words may want."""
    verdict: Verdict
    if reason in ADMITS:
        verdict = Admit(reason=reason, heads=3)
    elif reason in ASKS:
        verdict = Ask(reason=reason)
    else:
        verdict = Refuse(reason=reason, when=NOON - timedelta(days=1, minutes=7))
    facts = Facts(
        recognised=Recognised.TICKET,
        plant=GEARS if reason is Reason.WRONG_PLANT else BREAD,
        tour=TOUR,
        group=Group(id="g", plant="bread-9", tour="t", name="Школа № 12"),
        visitor=Visitor(id="v", plant="bread-9", tour="t", name="Ли Мэй", birth_year=2019),
        ticket=Ticket(id="k", plant="bread-9", tour="t", code="C", visitor="v"),
        stay=Stay(left=1, last_out=NOON - timedelta(minutes=30)),
        tour_taken=25,
    )
    return Outcome(
        text="C",
        source=Source.CAMERA,
        direction=Direction.OUT if reason in (Reason.LEFT, Reason.NOT_INSIDE) else Direction.IN,
        at=NOON,
        verdict=verdict,
        facts=facts,
        first_gate="Северные ворота",
        count=Count(expected=25, inside=19),
    )


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("reason", list(Reason))
def test_every_reason_has_its_words(reason: Reason, language: str) -> None:
    i18n.use(language)
    said = words.of(outcome(reason))
    assert said.headline == said.headline.upper()
    assert said.brief
    if reason not in ADMITS:
        assert said.happened
        assert said.next
    assert bool(said.yes) == bool(said.no) == (reason in ASKS)
    for text in (said.headline, said.brief, said.happened, said.next, said.yes, said.no):
        assert "{" not in text
        assert "None" not in text
        for outside in ("Северные ворота", GEARS.name, GEARS.address):
            text = text.replace(outside, "")
        assert language == "ru" or not any("а" <= letter <= "я" for letter in text)


@pytest.mark.parametrize("reason", list(Reason))
def test_words_need_no_facts(reason: Reason) -> None:
    bare = outcome(reason)
    recognised = Recognised.UNKNOWN
    bare = Outcome(
        text="x", source=bare.source, direction=bare.direction, at=NOON, verdict=bare.verdict,
        facts=Facts(recognised=recognised),
    )  # fmt: skip
    said = words.of(bare)
    assert said.headline
    assert words.inside_of(bare) == ""
    assert words.tour_line(bare) == ""


def test_details_that_decide() -> None:
    used = words.of(outcome(Reason.ALREADY_USED))
    assert "Северные ворота" in used.happened
    assert "6 августа" in used.happened  # not of today: the day is said
    assert GEARS.address in words.of(outcome(Reason.WRONG_PLANT)).happened
    assert words.inside_of(outcome(Reason.ADMITTED)) == "19 из 25 внутри"
    assert words.of(outcome(Reason.ADMITTED)).happened == "По билету проходят 3 человека."
    assert Policy().minimum_age is None


def spoken() -> set[tuple[str, ...]]:
    """Every text that the window and the verdicts look up."""
    found: set[tuple[str, ...]] = set()
    for path in [*(ROOT / "ui").rglob("*.py"), ROOT / "checkin" / "words.py"]:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if (
                isinstance(node, ast.Call)
                and isinstance(node.func, ast.Name)
                and node.func.id in ("_", "N_", "ngettext")
            ):
                texts = [arg.value for arg in node.args[:2] if isinstance(arg, ast.Constant)]
                if texts:
                    found.add(tuple(texts) if node.func.id == "ngettext" else (texts[0],))
    return found


def test_every_text_has_its_russian() -> None:
    russian = i18n.catalogue("ru")
    same = {("{done} of {total}",), ("PIN",), ("ru, en, zh …",)}
    missing = []
    for texts in spoken() - same:
        if len(texts) == 2:
            forms = {russian.ngettext(*texts, count) for count in (1, 2, 5)}
            if forms & set(texts):
                missing.append(texts)
        elif russian.gettext(texts[0]) == texts[0]:
            missing.append(texts)
    assert missing == []


def test_russian_fills_the_same_blanks() -> None:
    russian = i18n.catalogue("ru")
    for texts in spoken():
        if len(texts) == 1:
            blanks = [part.split("}")[0] for part in texts[0].split("{")[1:]]
            translated = [part.split("}")[0] for part in russian.gettext(texts[0]).split("{")[1:]]
            assert sorted(blanks) == sorted(translated), texts


def test_one_text_has_one_russian_in_all_catalogues() -> None:
    """The catalogues are one union: a second translation of the same text would win or lose by its file's name."""
    seen: dict[object, dict[str, object]] = {}
    for path in sorted((i18n.PLACE / "ru").glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale="ru"):
                if message.id:
                    seen.setdefault((message.context, message.id), {})[path.name] = message.string
    twice = {text: said for text, said in seen.items() if "ui.po" in said and len(set(map(str, said.values()))) > 1}
    assert twice == {}
