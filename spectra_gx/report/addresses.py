"""Addresses of all pages and anchors, in one place, so that links cannot disagree.

Addresses are relative to `DOCS`; pages turn them into ones relative to themselves.
"""

from __future__ import annotations

import hashlib
import re
from urllib.parse import quote

from spectra_gx.warehouse.warehouse import FILES

DOCS = f"{FILES}/docs"
"""Folder of the data docs in a store."""

OVERVIEW = "index.html"
RUNBOOK = "runbook.html"
STYLESHEET = "site.css"
ICON = "icon.svg"

_PLAIN = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_.-]*")
_LONGEST = 120


def run_page(stage: str, execution_id: str) -> str:
    """Return the page of a run."""
    return f"runs/{segment(stage)}/{segment(execution_id)}.html"


def runs_page(stage: str) -> str:
    """Return the page that lists a stage's runs."""
    return f"runs/{segment(stage)}/index.html"


def table_page(stage: str, table: str, number: int = 1) -> str:
    """Return the page of a table; its rules may take several, counted from 1."""
    part = "" if number == 1 else f"~{number}"
    return f"tables/{segment(stage)}/{segment(table)}{part}.html"


def contract_page(stage: str) -> str:
    """Return the page of a contract's source."""
    return f"contracts/{segment(stage)}.html"


def rule_anchor(rule: str) -> str:
    """Return the anchor of a rule, the same on every page."""
    return f"rule-{segment(rule)}"


def line_anchor(line: int) -> str:
    """Return the anchor of a line of the contract."""
    return f"L{line}"


def relative(page: str, target: str) -> str:
    """Return the address of `target`, anchor and all, as `page` must write it."""
    path, _, anchor = target.partition("#")
    way = "../" * page.count("/") + path if path else ""
    return quote(way, safe="/~") + (f"#{quote(anchor, safe='~')}" if anchor else "")


def segment(name: str) -> str:
    """Return a name that is valid in any file system and URL, and unique for each given name."""
    if _PLAIN.fullmatch(name) and len(name) <= _LONGEST:
        return name
    kept = re.sub(r"[^A-Za-z0-9_.-]+", "-", name).strip("-.")[:40]
    digest = hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:16]
    return f"{kept or 'x'}~{digest}"
