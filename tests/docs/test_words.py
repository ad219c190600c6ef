"""Words that the glossary replaced stay out of names, docstrings, messages and pages."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from tests.docs.pages import PAGES, REPOSITORY

if TYPE_CHECKING:
    from collections.abc import Iterator

BANNED = {
    "told": "notified, reported",
    "kindly": "what is done",
    "mend mends mended mending": "fix",
    "offend offends offender offenders offending": "failing rows",
    "judge judges judged judging judgement judgements": "check, validate",
    "aside": "quarantine",
    "stands standing stood": "is, exists, is stored",
    "whoever": "anyone who",
    "anew": "again",
}
"""Words → what is written instead."""

EXCEPTIONS = {
    "aside": {
        "spectra_gx/report/history.py": "a key of stored results",
        "spectra_gx/report/page_data.py": "a key of stored results",
        "spectra_gx/report/page_views.py": "a key of stored results",
        "spectra_gx/report/site.py": "a key of stored results",
        "spectra_gx/warehouse/sensitivity.py": "a folder of staging, which a dead run may leave",
        "spectra_gx/warehouse/staging.py": "a folder of staging, which a dead run may leave",
    },
    "judged": {
        "spectra_gx/report/history.py": "a key of stored results",
        "spectra_gx/report/page_views.py": "a key of stored results",
        "spectra_gx/runner/log_records.py": "a value of the log's column `capabilities`",
    },
    "mend": {
        "docs/reference/python.md": "a field of `Finding` that was public",
        "docs/reference/json-result.md": "a JSON key of `doctor`",
        "spectra_gx/doctor/findings.py": "a JSON key of `doctor`",
    },
    "mended": {
        "docs/reference/changes.md": "the id of a change, `contract-mended`",
        "spectra_gx/review/change_kinds.py": "the id of a change, `contract-mended`",
        "spectra_gx/review/contract_review.py": "the id of a change, `contract-mended`",
    },
    "offending": {
        "spectra_gx/interop/odcs/quality_export.py": "an alias in exported SQL, which is read back",
    },
    "standing": {"spectra_gx/report/history.py": "a key of stored results"},
}
"""Word → file → what needs it: what is stored or promised stays as it is."""

PAST = ("CHANGELOG.md", "docs/decisions/")
"""Records of what was written and decided then."""

_WORD = re.compile(r"[A-Z]?[a-z]+")
_TARGET = re.compile(r"\]\([^)\s]+\)")
"""Where a link leads: the names of decisions are records, too."""


def words(text: str) -> set[str]:
    """Return the words of a text, and those within `snake_case` and `CamelCase`."""
    return {found.lower() for found in _WORD.findall(text)}


def used() -> Iterator[tuple[str, str]]:
    """Yield each banned word of a file, and the file."""
    banned = {word for group in BANNED for word in group.split()}
    code = (path.relative_to(REPOSITORY) for path in (REPOSITORY / "spectra_gx").rglob("*.py"))
    pages = (page for page in PAGES if not page.startswith(PAST))
    for file in sorted([*map(str, code), *pages, "Makefile", "action.yml"]):
        text = _TARGET.sub("]", (REPOSITORY / file).read_text("utf-8"))
        yield from ((word, file) for word in sorted(words(text) & banned))


def test_no_replaced_word_is_used():
    found = set(used())
    excepted = {(word, file) for word, files in EXCEPTIONS.items() for file in files}

    assert sorted(found - excepted) == []
    assert sorted(excepted - found) == []


def test_words_within_names_are_found():
    assert words("def find_offenders(StandsAside)") >= {"offenders", "stands", "aside"}
    assert "mend" not in words("recommend amended")
