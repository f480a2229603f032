"""What a build installs: exact versions with hashes, from wherever the installer is told, and no more than is needed.

A look-up of known holes needs a network and is for whoever has one: ``pip-audit -r requirements.lock``.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
LOCKS = ("requirements.lock", "requirements-dev.lock")
_NAME = re.compile(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;\\]+)")
NEVER = {"pycrypto", "pyyaml-env-tag", "python-jose", "pickle5", "paramiko", "telnetlib3"}


def blocks(text: str) -> list[str]:
    """Each requirement with the lines that belong to it; what has no name is found too."""
    joined = text.replace("\\\n", " ")
    return [line for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]


def named(text: str) -> dict[str, str]:
    """Versions by name, as they are locked."""
    found = [match for line in blocks(text) if (match := _NAME.match(line))]
    return {match[1].lower().replace("_", "-"): match[2] for match in found}


@pytest.mark.parametrize("lock", LOCKS)
def test_every_package_is_pinned_with_hashes_and_nothing_says_where_from(lock: str) -> None:
    text = (ROOT / lock).read_text("utf-8")
    lines = blocks(text)
    assert len(lines) > 30
    for line in lines:
        assert _NAME.match(line), line[:80]
        assert re.findall(r"--hash=sha256:[0-9a-f]{64}(?=\s|$)", line), line[:80]
    for word in (
        "://",
        "--index-url",
        "--extra-index-url",
        "--find-links",
        "--trusted-host",
        "git+",
        " @ ",
        "md5",
        "sha1:",
    ):
        assert word not in text, (lock, word)


def test_what_is_developed_with_is_what_is_shipped() -> None:
    shipped, developed = (named((ROOT / lock).read_text("utf-8")) for lock in LOCKS)
    assert {
        name: (version, developed.get(name)) for name, version in shipped.items() if developed.get(name) != version
    } == {}
    assert not NEVER & set(developed)


def test_everything_declared_is_locked() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = {
        re.split(r"[\s\[<>=!~;]", one, maxsplit=1)[0].lower().replace("_", "-") for one in project["dependencies"]
    }
    assert wanted <= set(named((ROOT / "requirements.lock").read_text("utf-8")))


def test_the_reader_of_locks_sees_what_is_wrong() -> None:
    loose = blocks("a==1 \\\n    --hash=sha256:00\nb>=2\n# c\n")
    assert [bool(_NAME.match(line)) for line in loose] == [True, False]
