"""What holds for every test: it begins in Russian, as the program does, whatever the test before it chose.

And no test meets the keyring of whoever runs it, nor one that another test made: keyring chains every class it has
seen.  A test of a keyring sets its own.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest

from checkin import i18n

os.environ["PYTHON_KEYRING_BACKEND"] = "keyring.backends.null.Keyring"


@pytest.fixture(autouse=True)
def russian() -> Iterator[None]:
    """Puts the language back."""
    i18n.use("ru")
    yield
    i18n.use("ru")
