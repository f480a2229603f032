"""Makes a hub the lower hub of another one in a plant, by a one-use code."""

from __future__ import annotations

from checkin import __version__
from checkin.hub import Hub
from checkin.hub.upstreams import identity
from checkin.hub.upstreams import join as write
from checkin.sync.http import HttpBackend
from checkin.wire import EnrolAnswer, EnrolRequest


def join(hub: Hub, url: str, code: str, ca: str | None = None) -> EnrolAnswer:
    """Turns the code into a token.  ``ca`` is a file of certificates to trust.

    Raises ``SettingsWrong`` for a code that does not work, and ``Retry`` when the hub above cannot be reached.
    """
    url = url.strip().rstrip("/")
    device, public_key = identity(hub.engine, url)
    request = EnrolRequest(code=code.strip(), device=device, public_key=public_key, software=__version__)
    with HttpBackend(url, verify=ca or True) as above:
        answer = above.ask(EnrolAnswer, "POST", "relay/enrol", body=request.model_dump_json().encode())
    write(hub.engine, answer.plant, url, ca, answer.token, device, public_key)
    return answer
