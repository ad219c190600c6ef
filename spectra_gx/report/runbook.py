"""The runbook as a page of the data docs: the shipped one, or a project's own Markdown."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from html import escape
from importlib.resources import files
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from markupsafe import Markup

from spectra_gx.report.addresses import RUNBOOK
from spectra_gx.runner.alerts.notifications import RUNBOOK as SHIPPED

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from markdown_it.token import Token

logger = logging.getLogger(__name__)

_ANCHOR = re.compile(r"""<a (?:id|name)=["']([\w.-]+)["']>""")
_SECTION = re.compile(r'<h[1-6] id="([^"]+)"')
_OFFLINE = ("#", "https:", "http:", "mailto:")


@dataclass(frozen=True)
class Runbook:
    """A runbook in HTML."""

    html: Markup
    sections: frozenset[str]
    """Ids of its headings."""

    def address(self, link: str | None) -> str | None:
        """Return the page and, if the runbook has it, the section that a link to a runbook names.

        A link to a stage's own runbook is returned as it is. None has no address.
        """
        if link is None or not link.startswith(SHIPPED):
            return link
        section = link.partition("#")[2]
        return f"{RUNBOOK}#{section}" if section in self.sections else RUNBOOK


def load_runbook(file: Path | None) -> Runbook:
    """Read a project's runbook, or the shipped one if there is none or it cannot be read."""
    if file is not None:
        try:
            return render_runbook(file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError):
            logger.warning("the runbook `%s` cannot be read; the data docs show the default", file)
    return _with_sections(files("spectra_gx.report").joinpath("runbook.html").read_text("utf-8"))


def render_runbook(markdown: str) -> Runbook:
    """Render Markdown; its HTML is shown as text, but for `<a id="…">` above a heading.

    A heading's id is that anchor, or else its words joined by hyphens. Links to other files lose
    their target, images become their descriptions: a page must open offline.
    """
    from markdown_it import MarkdownIt  # noqa: PLC0415 - few projects have a runbook of their own

    parser = MarkdownIt("commonmark").enable("table")
    parser.add_render_rule("html_inline", _as_text)
    parser.add_render_rule("html_block", _as_text)
    parser.add_render_rule("image", _as_description)
    parser.add_render_rule("table_open", _open_table)
    parser.add_render_rule("table_close", _close_table)
    tokens = parser.parse(markdown)
    _name_headings(tokens)
    _unlink(tokens)
    html = parser.renderer.render(tokens, parser.options, {})
    return _with_sections(html)


def _with_sections(html: str) -> Runbook:
    return Runbook(Markup(html), frozenset(_SECTION.findall(html)))  # noqa: S704 - it was rendered here, all text escaped


def _name_headings(tokens: Sequence[Token]) -> None:
    """Give each heading its id, once."""
    names: set[str] = set()
    anchor = None
    for token, after in pairwise(tokens):
        if token.type == "inline" and (found := _ANCHOR.match(token.content)):
            anchor = found[1]
        if token.type == "heading_open":
            words = re.sub(r"[^\w -]", "", after.content.lower()).replace(" ", "-")
            name = anchor or words
            anchor = None
            if name not in names:
                token.attrSet("id", name)
                names.add(name)


def _unlink(tokens: Sequence[Token]) -> None:
    for token in tokens:
        dropped = False
        for part in token.children or ():
            if part.type == "link_open":
                dropped = not str(part.attrGet("href")).startswith(_OFFLINE)
            if part.type in ("link_open", "link_close") and dropped:
                part.type, part.tag, part.content, part.nesting = "text", "", "", 0


def _as_text(_renderer: Any, tokens: Sequence[Token], at: int, *_: Any) -> str:
    html = tokens[at].content
    return "" if html == "</a>" or _ANCHOR.fullmatch(html) else escape(html)


def _as_description(_renderer: Any, tokens: Sequence[Token], at: int, *_: Any) -> str:
    return escape(tokens[at].content)


def _open_table(*_: Any) -> str:
    return '<div class="scroll" role="region" aria-label="Table" tabindex="0"><table class="list">'


def _close_table(*_: Any) -> str:
    return "</table></div>"
