"""Every link inside the repository leads somewhere, to its very heading."""

from __future__ import annotations

import re

import pytest

from tests.docs.pages import PAGES, REPOSITORY, read

_LINK = re.compile(r"\[[^\]]*\]\(([^)\s]+)\)")
_CODE = re.compile(r"``.+?``|`[^`\n]+`")
_FENCED = re.compile(r"^\s*```.*?^\s*```$", re.MULTILINE | re.DOTALL)


def links(text: str) -> list[str]:
    return _LINK.findall(_CODE.sub("", _FENCED.sub("", text)))


def anchors(text: str) -> set[str]:
    headings = re.findall(r"^#+ (.+)$", _FENCED.sub("", text), re.MULTILINE)
    slugs = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    return slugs | set(re.findall(r'<a id="(.+?)"></a>', text))


@pytest.mark.parametrize("page", PAGES)
def test_every_link_leads_somewhere(page: str):
    here = REPOSITORY / page
    broken = []
    for target in links(read(page)):
        if re.match(r"https?:", target):
            continue
        path, _, anchor = target.partition("#")
        there = (here.parent / path).resolve() if path else here
        if not there.is_file() or (anchor and anchor not in anchors(there.read_text("utf-8"))):
            broken.append(target)

    assert broken == []


def test_every_page_is_linked_from_another():
    linked = {
        ((REPOSITORY / page).parent / target.partition("#")[0]).resolve()
        for page in PAGES
        for target in links(read(page))
        if not re.match(r"https?:|#", target)
    }
    alone = [page for page in PAGES if REPOSITORY / page not in linked]

    assert alone == ["README.md"]


def test_every_file_that_a_page_names_exists():
    """Pages for whoever changes the code name its files; a file that moves takes its name along."""
    named = re.compile(r"`((?:spectra_gx|tests|docs|benchmarks)/[\w./-]+)`")
    gone = {
        page: missing
        for page in PAGES
        if page != "CHANGELOG.md" and "/decisions/" not in page
        if (
            missing := [
                path for path in named.findall(read(page)) if not (REPOSITORY / path).exists()
            ]
        )
    }

    assert gone == {}
