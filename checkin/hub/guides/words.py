"""The words of the guides' page, in the language of whoever looks."""

from __future__ import annotations

from functools import cache

from checkin.i18n import LANGUAGES, N_, catalogue

DEFAULT = LANGUAGES[0]
_TEXTS = {
    "title": N_("Guides: who is inside"),
    "app": N_("Gate"),
    "enter_title": N_("Tours of a guide"),
    "enter_code": N_("Code"),
    "enter_hint": N_("Eight letters and digits from the gate or the organiser"),
    "enter": N_("Log in"),
    "entering": N_("One moment…"),
    "code_refused": N_(
        "This code does not open anything: it is mistyped, used up or expired. Ask the gate for a new one"
    ),
    "code_throttled": N_("Too many wrong codes. Wait a minute and try again"),
    "code_offline": N_("No connection. Check that the phone is in the plant's network"),
    "session_over": N_("The time of this log-in is over. Marks on this phone are kept: ask the gate for a new code"),
    "leave": N_("Log out"),
    "online": N_("Live"),
    "connecting": N_("Connecting…"),
    "offline": N_("No connection"),
    "age_now": N_("data just now"),
    "age_minutes": N_("data {count} min ago"),
    "age_hours": N_("data {count} h ago"),
    "waiting": N_("to be sent: {count}"),
    "rejected": N_("Some marks were not taken: these people are not on your list any more"),
    "no_tours": N_("You have no tours today"),
    "no_tours_hint": N_("If that is wrong, ask the gate: perhaps the tour has another guide's name on the list"),
    "today": N_("Tours today"),
    "expected": N_("Expected"),
    "inside": N_("Inside"),
    "missing": N_("Missing"),
    "left": N_("Left"),
    "cancelled": N_("Cancelled"),
    "back": N_("All tours"),
    "list": N_("List"),
    "call": N_("Roll-call"),
    "state_expected": N_("not here yet"),
    "state_inside": N_("inside"),
    "state_left": N_("has left"),
    "extra": N_("not on the list"),
    "minor": N_("child"),
    "adult": N_("adult"),
    "mobility": N_("needs help moving"),
    "unnamed": N_("No name"),
    "heads": N_("{count} people"),
    "call_hint": N_("Tap a name: here. Tap it again: undone"),
    "absent": N_("not here"),
    "absent_button": N_("Not here"),
    "mark_here": N_("{name}: is here"),
    "mark_absent": N_("{name}: is not here"),
    "call_of": N_("Here {here} of {due}"),
    "call_rest": N_("{count} to go"),
    "call_none": N_("Nobody of this tour is inside"),
    "only_open": N_("Only those not called"),
    "summary": N_("Result"),
    "summary_of": N_("{here} of {due}"),
    "summary_all": N_("Everybody is here"),
    "summary_missing": N_("Missing:"),
    "summary_more": N_("Back to the list"),
    "summary_write": N_("Write down as not here"),
    "summary_done": N_("Written down"),
    "call_anew": N_("New roll-call"),
    "call_began": N_("Roll-call since {time}"),
    "alarm": N_("ALARM since {time}"),
    "drill": N_("DRILL since {time}"),
    "alarm_hint": N_("Lead the group to the meeting point and mark everybody"),
    "muster": N_("Who is found"),
    "found": N_("Found"),
    "not_found": N_("Not found"),
    "state_not_found": N_("is not found"),
    "muster_of": N_("Found {found} of {due}"),
    "mark_found": N_("{name}: found"),
    "mark_not_found": N_("{name}: not found"),
    "overdue": N_("longer than 10 minutes"),
    "muster_none": N_("Nobody of your tours is inside"),
    "pending": N_("not sent yet"),
}


@cache
def words(language: str) -> dict[str, str]:
    """The page's texts by key."""
    book = catalogue(language)
    return {key: book.gettext(text) for key, text in _TEXTS.items()}


def chosen(wanted: str, accepted: str) -> str:
    """The language: the one that is wanted, else the first that the browser accepts, else Russian."""
    if wanted in LANGUAGES:
        return wanted
    weighed: list[tuple[float, int, str]] = []
    for place, part in enumerate(accepted[:200].split(",")):
        tag, _, weight = part.strip().partition(";q=")
        try:
            weighed.append((-float(weight or 1), place, tag.strip().lower().partition("-")[0]))
        except ValueError:
            continue
    return next((tag for _weight, _place, tag in sorted(weighed) if tag in LANGUAGES), DEFAULT)
