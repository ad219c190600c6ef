"""The gate: what version changes need, what policy and waivers make of them, whom they break."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from spectra_gx.contract.loading import parse_contract
from spectra_gx.errors import UsageError
from spectra_gx.review.change import Bump
from spectra_gx.review.consumers import broken_needs
from spectra_gx.review.contract_review import review_files
from spectra_gx.review.git.changed_files import ChangedFiles
from spectra_gx.review.policy import KEYS, Policy, load_policy
from spectra_gx.review.version_bumps import bump_between, bump_version
from tests.unit.review.change_pairs import NOWHERE, TODAY, reviewed, sources

if TYPE_CHECKING:
    from pathlib import Path

REMOVED = sources("column-removed")
WAIVER = {
    "change": "column-removed",
    "path": "shop.orders.size",
    "owner": "Shop Team",
    "reason": "Nobody reads it.",
    "expires": "2026-12-31",
}


def at(version: str, source: bytes) -> bytes:
    return source.replace(b"version: 1.0.0", f"version: {version}".encode())


def with_waiver(source: bytes, **said: str) -> bytes:
    entry = ", ".join(f'{key}: "{value}"' for key, value in {**WAIVER, **said}.items())
    return source + f"waivers:\n  - {{{entry}}}\n".encode()


def policy(tmp_path: Path, text: str) -> Policy:
    (tmp_path / "pyproject.toml").write_text(text)
    return load_policy(tmp_path)


@pytest.mark.parametrize(
    ("old", "new", "bump"),
    [
        ("1.2.3", "2.0.0", Bump.MAJOR),
        ("1.2.3", "1.3.0", Bump.MINOR),
        ("1.2.3", "1.2.4", Bump.PATCH),
        ("1.2.3", "1.2.3", Bump.NONE),
        ("1.2.3", "1.2.2", Bump.NONE),
        ("9.0.0", "10.0.0", Bump.MAJOR),
    ],
)
def test_the_step_between_versions(old, new, bump):
    assert bump_between(old, new) is bump


def test_versions_that_are_needed():
    assert [bump_version("3.1.4", bump) for bump in Bump] == ["3.1.4", "3.1.5", "3.2.0", "4.0.0"]


@pytest.mark.parametrize(
    ("kind", "version", "verdict"),
    [
        ("column-removed", "1.0.0", "bump_needed"),
        ("column-removed", "1.1.0", "bump_needed"),
        ("column-removed", "2.0.0", "ok"),
        ("column-removed", "0.9.0", "bump_needed"),
        ("column-added", "1.0.1", "bump_needed"),
        ("column-added", "1.1.0", "ok"),
        ("column-type-widened", "1.1.0", "ok"),
        ("description-changed", "1.0.0", "bump_needed"),
        ("description-changed", "1.0.1", "ok"),
        ("contract-added", "1.0.0", "ok"),
        ("contract-mended", "1.0.0", "ok"),
        ("contract-removed", "1.0.0", "blocked"),
        ("classification-lowered", "9.0.0", "blocked"),
        ("masking-dropped", "9.0.0", "blocked"),
    ],
)
def test_the_verdict_on_a_version(kind, version, verdict):
    old, new = sources(kind)
    assert reviewed(old, at(version, new)).verdict == verdict


def test_a_version_alone_may_go_up_but_not_down():
    old, _ = REMOVED
    [up] = reviewed(old, at("1.4.0", old)).contracts
    assert (up.verdict, up.required, up.declared) == ("ok", Bump.NONE, Bump.MINOR)
    [down] = reviewed(old, at("0.9.0", old)).contracts
    assert (down.verdict, down.needed_version) == ("bump_needed", "1.0.0")


def test_what_fails_the_gate_comes_before_what_is_worse_and_passes():
    old, new = REMOVED
    narrowed = sources("enum-value-removed")
    other = [text.replace(b"contract: shop", b"contract: zoo") for text in narrowed]
    files = ChangedFiles(
        "before",
        "after",
        {"shop": old, "zoo": other[0]},
        {"shop": at("2.0.0", new), "zoo": other[1]},
        NOWHERE,
    )
    review = review_files(files, NOWHERE, Policy(), TODAY)
    assert [contract.verdict for contract in review.contracts] == ["ok", "bump_needed"]
    assert [change.id for change in review.changes] == ["column-removed", "enum-value-removed"]
    assert [change.id for change in review.ranked_changes] == [
        "enum-value-removed",
        "column-removed",
    ]


# -- waivers ---------------------------------------------------------------------------------------


def test_a_waived_change_needs_no_version_but_is_told():
    old, new = REMOVED
    review = reviewed(old, with_waiver(at("1.0.1", new)))
    assert review.verdict == "ok"
    waived = [change for change in review.changes if change.waiver is not None]
    assert [change.id for change in waived] == ["column-removed"]


def test_a_waiver_lets_a_blocking_change_through():
    old, new = sources("classification-lowered")
    said = {"change": "classification-lowered", "path": "shop.orders.email"}
    assert reviewed(old, with_waiver(at("1.1.0", new), **said)).verdict == "ok"


@pytest.mark.parametrize(
    "other", [{"change": "column-added"}, {"path": "shop.orders.name"}, {"path": "shop.orders"}]
)
def test_a_waiver_of_something_else_waives_nothing(other):
    old, new = REMOVED
    assert reviewed(old, with_waiver(at("1.0.1", new), **other)).verdict == "bump_needed"


def test_an_expired_waiver_fails_even_when_the_version_would_do():
    old, new = REMOVED
    review = reviewed(old, with_waiver(at("2.0.0", new), expires="2026-11-20"))
    assert review.verdict == "blocked"
    assert [waiver.expires for waiver in review.contracts[0].expired] == ["2026-11-20"]
    assert reviewed(old, with_waiver(at("2.0.0", new), expires="2026-11-21")).verdict == "ok"


def test_a_waiver_of_no_known_kind_is_pointed_out():
    old, new = REMOVED
    review = reviewed(old, with_waiver(new, change="column-remove"))
    [note] = review.notes
    assert note.endswith("— did you mean 'column-removed'?")


# -- policy ----------------------------------------------------------------------------------------


def test_a_severity_of_the_policy_says_which_version_is_needed(tmp_path):
    said = '[tool.spectra-gx.review.severity]\ncolumn-removed = "warning"\n'
    old, new = REMOVED
    review = reviewed(old, at("1.1.0", new), policy(tmp_path, said))
    assert (review.verdict, review.required) == ("ok", Bump.MINOR)


@pytest.mark.parametrize("entry", ["column-removed", "shop.orders.*", "shop.*.size"])
def test_what_is_ignored_is_counted_only(tmp_path, entry):
    said = f'[tool.spectra-gx.review]\nignore = ["{entry}"]\n'
    review = reviewed(*REMOVED, policy(tmp_path, said))
    assert (review.verdict, review.changes, review.ignored) == ("ok", (), 1)


def test_what_blocks_cannot_be_ignored(tmp_path):
    said = '[tool.spectra-gx.review]\nignore = ["classification-lowered", "shop.orders.*"]\n'
    review = reviewed(*sources("classification-lowered"), policy(tmp_path, said))
    assert review.verdict == "blocked"


def test_waivers_may_stand_beside_the_contract(tmp_path):
    entries = ", ".join(f'{key} = "{value}"' for key, value in WAIVER.items())
    said = f"[tool.spectra-gx.review]\nwaivers = [{{{entries}}}]\n"
    old, new = REMOVED
    assert reviewed(old, new, policy(tmp_path, said)).verdict == "ok"
    expired = policy(tmp_path, said.replace("2026-12-31", "2026-11-01"))
    assert reviewed(old, at("2.0.0", new), expired).verdict == "blocked"
    # It speaks of no change any more, and is no reason to fail.
    assert reviewed(*sources("column-added"), expired).verdict == "bump_needed"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[tool.spectra-gx]\nreview = 1\n", "must be a table"),
        ("[tool.spectra-gx.review]\nignored = []\n", "did you mean 'ignore'?"),
        ('[tool.spectra-gx.review]\nignore = "x"\n', "must be a list"),
        (
            '[tool.spectra-gx.review]\nignore = ["column-remove"]\n',
            "did you mean 'column-removed'?",
        ),
        ("[tool.spectra-gx.review.severity]\nx = 1\n", "is not a change id"),
        ('[tool.spectra-gx.review.severity]\ncolumn-added = "high"\n', "severities are"),
        ('[tool.spectra-gx.review]\nunneeded = "none"\n', "severities are"),
        ('[tool.spectra-gx.review]\nwaivers = [{change = "x"}]\n', "must be a table with change"),
        ("[tool.spectra-gx.review\n", "is not valid TOML"),
    ],
)
def test_a_policy_that_cannot_be_used_is_told(tmp_path, text, told):
    with pytest.raises(UsageError) as caught:
        policy(tmp_path, text)
    assert told in caught.value.message
    assert not caught.value.message.endswith(".")


def test_a_project_without_policy_has_the_usual_one(tmp_path):
    assert load_policy(tmp_path) == Policy()
    assert policy(tmp_path, "[tool.spectra-gx]\nwarehouse = 'w'\n") == Policy()


def test_the_policy_has_only_documented_keys():
    assert set(KEYS) == set(Policy.__dataclass_fields__)


# -- consumers -------------------------------------------------------------------------------------

CONSUMER = """\
contract: billing
version: 1.0.0
owner: Billing Team
tables:
  billing.invoices: {columns: {id: long}}
consumes:
  shop:
    version: ">=1.0,<2"
    tables:
      shop.orders: {columns: {id: {type: long, required: true}, size: integer}}
"""


def needs(old: bytes, new: bytes | None) -> list[tuple[str | None, str | None, str]]:
    consumer = parse_contract(CONSUMER.encode(), "billing.contract.yaml")
    before = parse_contract(old, "x")
    after = None if new is None else parse_contract(new, "x")
    return [(n.table, n.column, n.message) for n in broken_needs([consumer], before, after)]


@pytest.mark.parametrize(
    ("kind", "expected"),
    [
        ("column-removed", ("shop.orders", "size", "needs column `shop.orders.size`")),
        (
            "column-type-changed",
            ("shop.orders", "size", "needs column `shop.orders.size` as integer"),
        ),
        (
            "column-type-widened",
            ("shop.orders", "size", "needs column `shop.orders.size` as integer"),
        ),
    ],
)
def test_a_consumer_breaks_by_name_and_need(kind, expected):
    assert needs(*sources(kind)) == [expected]


def test_other_needs_that_are_granted_no_longer():
    old, _ = REMOVED
    assert needs(old, at("2.0.0", old)) == [(None, None, "accepts '>=1.0,<2', not 2.0.0")]
    assert needs(old, None) == [(None, None, "needs stage `shop`")]
    assert needs(old, old.replace(b"shop.orders", b"shop.order")) == [
        ("shop.orders", None, "needs table `shop.orders`")
    ]
    nullable = old.replace(b"{type: long, required: true}", b"long")
    assert needs(old, nullable) == [
        ("shop.orders", "id", "needs column `shop.orders.id` without nulls")
    ]
    assert needs(nullable, nullable) == []  # it was not granted before, either


@pytest.fixture
def project(tmp_path):
    """A project with one consumer of `shop`."""
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts" / "billing.contract.yaml").write_text(CONSUMER)
    return tmp_path


def test_changes_name_the_consumers_they_break(project):
    review = reviewed(*REMOVED, root=project)
    assert [change.breaks for change in review.changes] == [("billing",)]
    assert [need.consumer for need in review.consumers] == ["billing"]


def test_a_consumer_that_changes_along_is_not_broken(project):
    adapted = CONSUMER.replace(", size: integer", "")
    (project / "contracts" / "billing.contract.yaml").write_text(adapted)
    assert reviewed(*REMOVED, root=project).consumers == ()


@pytest.mark.parametrize(
    ("kind", "required"),
    [
        ("column-removed", Bump.MAJOR),
        ("enum-value-added", Bump.MINOR),
        ("table-removed", Bump.MINOR),
    ],
)
def test_what_no_consumer_needs_counts_as_the_policy_says(project, kind, required):
    said = policy(project, '[tool.spectra-gx.review]\nunneeded = "warning"\n')
    assert reviewed(*sources(kind), said, root=project).required is required
    assert reviewed(*sources(kind), root=project).required is Bump.MAJOR
