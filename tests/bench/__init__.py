"""Benchmarks: ``python -m tests.bench [NAME...] [--json]``.

A benchmark is a module in this package with ``NAME: str`` and ``run(report: Report) -> None``; it is found by itself.
``run`` calls ``report.table(title, headings, rows)`` for people, ``report.figure(name, value)`` for what is
compared from run to run (flat names such as ``decoders.frames.ours.rate``; ``--json`` prints these alone), and
``report.bars(...)`` for a chart, a PNG in ``docs/``.  ``report.quick`` asks for a tenth of the work.  Seeds
are public and fixed.
"""
