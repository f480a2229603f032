"""What the program never does, read from its source: no shell, no pickle, no eval, no XML, no request unverified."""

from __future__ import annotations

import ast
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from checkin.errors import ListUnreadable
from checkin.rosters.reading import read_list

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN_MODULES = {
    "pickle",
    "cPickle",
    "marshal",
    "shelve",
    "dill",
    "xml",
    "lxml",
    "yaml",
    "pty",
    "telnetlib",
    "ftplib",
    "crypt",
}
FORBIDDEN_CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen", "os.startfile", "tempfile.mktemp"}
ALLOWED = {
    "checkin/reports/charts.py: import xml": "escapes text for SVG; reads nothing",
    "checkin/rosters/measure.py: import xml": "expat that refuses every document type declaration, see the test below",
    "checkin/reports/printing.py: os.startfile": "Windows prints a PDF of ours, by its path",
}
FORBIDDEN_WORDS = {("shell", True), ("verify", False), ("allow_pickle", True), ("trust_env", True)}


def offences(source: str) -> Iterator[str]:
    """Every forbidden thing of a module, with its line."""
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=names):
                found = {name.name.split(".")[0] for name in names} & FORBIDDEN_MODULES
                yield from (f"{node.lineno}: import {name}" for name in sorted(found))
            case ast.ImportFrom(module=str(module)) if module.split(".")[0] in FORBIDDEN_MODULES:
                yield f"{node.lineno}: import {module.split('.')[0]}"
            case ast.Call(func=function, keywords=keywords):
                called = ast.unparse(function)
                if called in FORBIDDEN_CALLS:
                    yield f"{node.lineno}: {called}"
                for word in keywords:
                    value = word.value.value if isinstance(word.value, ast.Constant) else None
                    if (word.arg, value) in FORBIDDEN_WORDS and isinstance(value, bool):
                        yield f"{node.lineno}: {word.arg}={value}"
            case _:
                pass


@pytest.mark.parametrize("part", ["checkin", "ui"])
def test_the_program_never_does_this(part: str) -> None:
    found = [
        f"{path.relative_to(ROOT).as_posix()}:{offence}"
        for path in sorted((ROOT / part).rglob("*.py"))
        for offence in offences(path.read_text("utf-8"))
        if f"{path.relative_to(ROOT).as_posix()}: {offence.partition(': ')[2]}" not in ALLOWED
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    "source",
    [
        "import pickle",
        "from xml.etree import ElementTree",
        "eval('1')",
        "import os\nos.system('ls')",
        "subprocess.run('ls', shell=True)",
        "requests.get('https://hub', verify=False)",
        "numpy.load('x', allow_pickle=True)",
    ],
)
def test_the_reader_sees_it(source: str) -> None:
    assert list(offences(source))


def test_no_password_is_built_in() -> None:
    """No name that sounds like a secret is ever given a literal value in the program."""
    found = []
    for part in ("checkin", "ui"):
        for path in sorted((ROOT / part).rglob("*.py")):
            for node in ast.walk(ast.parse(path.read_text("utf-8"))):
                if isinstance(node, ast.Assign | ast.AnnAssign) and isinstance(node.value, ast.Constant):
                    targets = node.targets if isinstance(node, ast.Assign) else [node.target]
                    names = {ast.unparse(target).lower() for target in targets}
                    secret = any(
                        word in name for name in names for word in ("password", "passphrase", "secret", "pin_")
                    )
                    if (
                        secret
                        and isinstance(node.value.value, str)
                        and len(node.value.value) > 3
                        and node.value.value not in names
                    ):
                        found.append(f"{path.relative_to(ROOT)}:{node.lineno}: {names}")
    assert not found, "\n".join(found)


@pytest.mark.parametrize("declared", ["", '<!ENTITY a "b">', '<!ENTITY a SYSTEM "file:///etc/passwd">'])
def test_a_spreadsheet_with_a_document_type_is_refused(tmp_path: Path, declared: str) -> None:
    path = tmp_path / "list.ods"
    content = f'<?xml version="1.0"?><!DOCTYPE x [{declared}]><office:document-content xmlns:office="x"/>'
    with zipfile.ZipFile(path, "w") as book:
        book.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        book.writestr("content.xml", content)
    with pytest.raises(ListUnreadable):
        read_list(path, None, lambda done, of: None, [])
