"""The house stays one that a newcomer can live in: no cycles, small folders, short files."""

from __future__ import annotations

from collections import Counter
from graphlib import TopologicalSorter
from pathlib import Path

import grimp

import spectra_gx

ROOT = Path(spectra_gx.__file__).parent
MODULES = sorted(ROOT.rglob("*.py"))

MOST_MODULES = 20
MOST_LINES = 350


def test_no_modules_import_each_other_in_a_circle() -> None:
    # Imports inside functions and for types alone count, too.
    graph = grimp.build_graph("spectra_gx", cache_dir=None)
    imported = {name: graph.find_modules_directly_imported_by(name) for name in graph.modules}

    assert {*TopologicalSorter(imported).static_order()} == graph.modules


def test_no_folder_has_more_modules_than_one_can_overlook() -> None:
    counts = Counter(module.parent for module in MODULES if module.name != "__init__.py")

    assert {folder: n for folder, n in counts.items() if n > MOST_MODULES} == {}


def test_no_file_is_longer_than_one_thought_takes() -> None:
    lengths = {module: module.read_text("utf-8").count("\n") for module in MODULES}

    assert {module: lines for module, lines in lengths.items() if lines > MOST_LINES} == {}
