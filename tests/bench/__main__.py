"""Finds and runs the benchmarks of this package; see the package's docstring for what makes one."""

from __future__ import annotations

import argparse
import importlib
import json
import pkgutil
import sys
from types import ModuleType

import tests.bench
from tests.bench.report import Report


def benches() -> dict[str, ModuleType]:
    """Modules with NAME and run, by name."""
    found: dict[str, ModuleType] = {}
    for info in pkgutil.iter_modules(tests.bench.__path__):
        if info.name.startswith("_"):
            continue
        module = importlib.import_module(f"tests.bench.{info.name}")
        if hasattr(module, "NAME") and hasattr(module, "run"):
            found[module.NAME] = module
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="Measure; nothing is changed but docs/.")
    parser.add_argument("names", nargs="*", metavar="NAME", help="benchmarks to run (all when none is named)")
    parser.add_argument("--json", action="store_true", help="print the figures alone, as one JSON object")
    parser.add_argument("--quick", action="store_true", help="a tenth of the work, and no charts")
    parser.add_argument(
        "--pretix", action="store_true", help="hubload: measure a real pretix in the same run (minutes)"
    )
    parser.add_argument("--list", action="store_true", help="name the benchmarks there are")
    chosen = parser.parse_args()
    known = benches()
    if chosen.list:
        print("\n".join(known))
        return 0
    unknown = [name for name in chosen.names if name not in known]
    if unknown:
        print(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(known)}", file=sys.stderr)
        return 2
    report = Report(quick=chosen.quick, silent=chosen.json, charts=not chosen.quick, pretix=chosen.pretix)
    for name in chosen.names or known:
        known[name].run(report)
    if chosen.json:
        print(json.dumps(report.figures, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
