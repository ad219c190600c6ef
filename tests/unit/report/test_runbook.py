"""A runbook as a page: its sections can be linked to, and nothing in it needs a network."""

from __future__ import annotations

import pytest

from spectra_gx.errors import SpectraError
from spectra_gx.report.runbook import load_runbook, render_runbook


def categories(error: type[SpectraError] = SpectraError) -> set[str]:
    return {error.category}.union(*(categories(kind) for kind in error.__subclasses__()))


def test_the_shipped_runbook_has_a_section_for_every_error():
    runbook = load_runbook(None)

    assert categories() | {"quarantine"} <= runbook.sections
    assert runbook.address("docs/source/OPERATIONAL-RUNBOOK.md#engine") == "runbook.html#engine"


def test_the_shipped_runbook_opens_offline():
    html = load_runbook(None).html

    assert "<img" not in html
    assert 'href="../' not in html
    assert 'href="#handoff"' in html or '<a href="#' in html


def test_a_link_leads_to_its_section_or_else_to_the_page():
    runbook = render_runbook("## Engine")

    assert runbook.address("docs/source/OPERATIONAL-RUNBOOK.md#engine") == "runbook.html#engine"
    assert runbook.address("docs/source/OPERATIONAL-RUNBOOK.md#handoff") == "runbook.html"
    assert runbook.address(None) is None


def test_a_stages_own_runbook_is_linked_as_it_is():
    own = "https://wiki.example/shop"

    assert render_runbook("## Engine").address(own) == own


@pytest.mark.parametrize(
    ("markdown", "html"),
    [
        ('<a id="schema_mismatch"></a>\n## It changed', '<h2 id="schema_mismatch">It changed</h2>'),
        ("## What we *do*", '<h2 id="what-we-do">What we <em>do</em></h2>'),
        ("## Twice\n## Twice", '<h2 id="twice">Twice</h2>\n<h2>Twice</h2>'),
        ("<script>alert(1)</script>", "&lt;script&gt;"),
        ("a <b onclick=x>b</b>", "&lt;b onclick=x&gt;"),
        ("[see](other.md) it", "<p>see it</p>"),
        ("[see](https://x.example/a)", '<a href="https://x.example/a">see</a>'),
        ("[see](#twice)", '<a href="#twice">see</a>'),
        ("![a graph](graph.png)", "<p>a graph</p>"),
        ("[see](javascript:alert)", "<p>[see](javascript:alert)</p>"),
        ("|a|\n|-|\n|b|", '<div class="scroll" role="region" aria-label="Table" tabindex="0">'),
    ],
)
def test_markdown_becomes_html_and_html_becomes_text(markdown, html):
    assert html in render_runbook(markdown).html
