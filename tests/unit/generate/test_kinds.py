"""No kind of rule is forgotten: rows are made for it, or it is named with a reason."""

from __future__ import annotations

from spectra_gx.contract.rules.catalogue import CATALOGUE, KINDS
from spectra_gx.generate.plan.broken_rules import BY_ROW, UNBREAKABLE, WHOLE
from spectra_gx.generate.plan.table_rules import BUILT, UNBUILT
from tests.docs.pages import read

GUIDE = "docs/guides/generate-tables.md"


def test_each_kind_is_built_or_named():
    assert not BUILT & UNBUILT.keys()
    assert KINDS.keys() == BUILT | UNBUILT.keys()


def test_each_kind_can_be_broken_or_is_named():
    assert not BY_ROW & WHOLE
    assert not (BY_ROW | WHOLE) & UNBREAKABLE.keys()
    assert KINDS.keys() == BY_ROW | WHOLE | UNBREAKABLE.keys()


def test_the_guide_names_what_is_not_built_and_what_is_not_broken():
    page = read(GUIDE)
    missing = {kind.key for kind in CATALOGUE if f"`{kind.key}`" not in page}
    assert (UNBUILT.keys() | UNBREAKABLE.keys() | WHOLE) & missing == set()
