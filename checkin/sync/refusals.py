"""What an answer means that is no hub's page: an error of our own, in words for the person at the gate.

No host name and no text of a library is in them.  An answer that is not what the hub would say (a captive portal's
page, half an answer) is ``ServerBusy``: it passes by itself, and until then nothing of it is believed.
"""

from __future__ import annotations

import ssl
from datetime import datetime
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import requests
from pydantic import ValidationError

from checkin.errors import CheckinError, DeviceRevoked, Misunderstood, Offline, ServerBusy, ServerFailed, SettingsWrong
from checkin.i18n import gettext as _
from checkin.wire import Problem

MAX_RETRY_AFTER_S = 3600.0


def refusal(response: requests.Response, content: bytes, now: datetime) -> CheckinError:
    """What an answer that is not 200 means."""
    try:
        code = Problem.model_validate_json(content).code
    except ValidationError:
        code = ""  # not our hub's words: a proxy's, or somebody else's server
    match response.status_code, code:
        case HTTPStatus.UNAUTHORIZED, "device_revoked":
            return DeviceRevoked(_("This gate was shut out at the hub. Enrol it again with a new code."))
        case HTTPStatus.UNAUTHORIZED, "unauthorised":
            return DeviceRevoked(_("The hub does not know this gate. Enrol it again with a new code."))
        case HTTPStatus.FORBIDDEN, "code_refused":
            return SettingsWrong(_("The code is wrong, used or expired. Ask the hub's administrator for a new one."))
        case HTTPStatus.CONFLICT, "device_taken":
            return SettingsWrong(_("This gate has enrolled with another key before. Enrol it with a fresh profile."))
        case HTTPStatus.NOT_FOUND, _:
            return SettingsWrong(_("There is no hub at this address. Check the hub's address in the settings."))
        case (
            (HTTPStatus.BAD_REQUEST | HTTPStatus.UNPROCESSABLE_ENTITY | HTTPStatus.REQUEST_ENTITY_TOO_LARGE),
            str(told),
        ) if told:
            return Misunderstood(_("The hub does not understand this program: one of the two must be updated."))
        case status, _:
            pause_s = _retry_after_s(response, now)
            too_large = status == HTTPStatus.REQUEST_ENTITY_TOO_LARGE  # for a proxy: it lets two halves through
            failed = pause_s is None and (status >= HTTPStatus.INTERNAL_SERVER_ERROR or too_large)
            return (ServerFailed if failed else ServerBusy)(
                _("The hub is busy. The program tries again by itself."), retry_after_s=pause_s
            )


def _retry_after_s(response: requests.Response, now: datetime) -> float | None:
    """``Retry-After`` in seconds; a date counts from the answer's own, and nonsense is left to the usual pause."""
    text = response.headers.get("Retry-After", "").strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), MAX_RETRY_AFTER_S)
    try:
        until = parsedate_to_datetime(text)
        told = response.headers.get("Date", "")
        seconds = (until - (parsedate_to_datetime(told) if told else now)).total_seconds()
    except (TypeError, ValueError, OverflowError):
        return None
    return min(seconds, MAX_RETRY_AFTER_S) if seconds > 0 else None


def ours(error: Exception) -> CheckinError:
    """The one place where the library's errors become ours."""
    match error:
        case requests.exceptions.SSLError() if _untrusted(error):
            return SettingsWrong(_("The hub's certificate is not trusted. Ask the hub's administrator."))
        case requests.exceptions.InvalidURL() | requests.exceptions.InvalidSchema() | UnicodeError():
            return SettingsWrong(_("The hub's address is not one. Check the hub's address in the settings."))
        case requests.exceptions.ChunkedEncodingError() | requests.exceptions.ContentDecodingError():
            return strange()
        case _:
            return Offline(_("The hub cannot be reached. Everything is kept here and sent when it answers again."))


def _untrusted(error: BaseException) -> bool:
    """Whether a certificate was looked at and refused, rather than the connection cut."""
    seen: list[BaseException] = [error]
    for one in seen:
        if isinstance(one, ssl.SSLCertVerificationError):
            return True
        below = (one.__cause__, one.__context__, getattr(one, "reason", None), *one.args)
        seen += [part for part in below if isinstance(part, BaseException) and part not in seen]
    return False


def strange() -> ServerBusy:
    """What came is no hub's answer, or not a whole one."""
    return ServerBusy(_("The answer did not come from a hub, or not whole. The program tries again by itself."))
