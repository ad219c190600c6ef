"""Whatever data and contracts say, a page holds the tags of its template and no others."""

from __future__ import annotations

import re
from html.parser import HTMLParser

from hypothesis import given
from hypothesis import strategies as st

from spectra_gx.report.addresses import relative, segment
from spectra_gx.report.html_filters import render
from spectra_gx.report.page_data import build_run_data
from spectra_gx.report.page_views import run
from spectra_gx.report.runbook import load_runbook, render_runbook
from tests.drawing import drawn
from tests.fakes.shown_runs import SIZE, run_of

HOSTILE = st.one_of(
    st.text(max_size=40),
    st.sampled_from(["<script>", "</td>", "\"'><img src=x>", "{{ x }}", "`<b>`", "\u202e", "&lt;"]),
)
KNOWN = {
    *("html", "head", "meta", "title", "link", "body", "header", "nav", "main", "footer"),
    *("h1", "h2", "h3", "p", "span", "div", "code", "a", "br", "wbr", "article", "ol", "li"),
    *("dl", "dt", "dd", "table", "caption", "thead", "tbody", "tr", "th", "td", "svg", "rect"),
}
MARKDOWN = {"em", "strong", "ul", "h4", "h5", "h6", "blockquote", "hr", "pre"}
VALUES = st.recursive(
    st.none() | st.integers() | HOSTILE,
    lambda inside: st.lists(inside, max_size=3) | st.dictionaries(HOSTILE, inside, max_size=3),
    max_leaves=6,
)


def tags_of(page: str) -> list[str]:
    tags: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            tags.append(tag)
            assert not [name for name, _ in attrs if name.startswith("on") or name == "style"]

    Reader().feed(page)
    return tags


@drawn(30)
@given(message=HOSTILE, values=st.lists(VALUES, min_size=1, max_size=3), key=HOSTILE, name=HOSTILE)
def test_a_page_contains_no_tag_but_its_own(message, values, key, name):
    broken = {
        SIZE: {"message": message, "sample": tuple(values), "keys": ({key: message},) * len(values)}
    }
    facts = build_run_data(run_of(1, broken))
    facts |= {"contact": name, "notification": message, "source": key}
    page = render("run.html", "runs/shop/x.html", **run(facts, {}, load_runbook(None)))

    assert set(tags_of(page)) <= KNOWN
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff]", page)


@drawn(50)
@given(words=st.lists(HOSTILE, max_size=5))
def test_a_runbook_contains_no_tag_but_those_of_markdown(words):
    page = render("runbook.html", "runbook.html", runbook=render_runbook("\n".join(words)).html)

    assert set(tags_of(page)) <= KNOWN | MARKDOWN


@drawn(100)
@given(first=st.text(max_size=60), second=st.text(max_size=60))
def test_no_two_names_share_a_page_and_none_leaves_its_folder(first, second):
    assert (segment(first) == segment(second)) == (first == second)
    assert re.fullmatch(r"[A-Za-z0-9_][A-Za-z0-9_.~-]*", segment(first))
    assert relative("a/b.html", f"c/{segment(first)}.html").startswith("../c/")
