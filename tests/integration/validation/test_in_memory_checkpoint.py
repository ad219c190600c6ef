"""Checkpoints that nobody stores say what GX's own would, and GX stays as it is for others."""

from __future__ import annotations

from collections import defaultdict
from contextlib import nullcontext
from threading import Event, Thread
from typing import TYPE_CHECKING, Any

import great_expectations as gx
import pytest
from great_expectations.exceptions.resource_freshness import (
    CheckpointRelatedResourcesFreshnessError,
)
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.expectation_configuration import ExpectationConfiguration

import spectra_gx
from spectra_gx.project import Project
from spectra_gx.validation.gx import stage_context
from spectra_gx.validation.gx.in_memory_checkpoint import memoized_expectations
from tests.contract.checking import contract_of, store, validate
from tests.contract.expect_cases import EXPECTED, Expected
from tests.contract.test_expectations_of_gx import _stored, _yaml

if TYPE_CHECKING:
    from pathlib import Path


def between(**arguments: Any) -> Expectation:
    return gx.expectations.ExpectColumnValuesToBeBetween(column="x", **arguments)


def test_every_core_expectation_is_answered_as_without_remembering(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store(tmp_path, "shop.two", {"k": "string"}, [("a",), ("b",)])
    tables = ["shop.two:\n  columns: {k: string}"]
    for columns, cases in _by_columns().items():
        table = f"shop.of_{len(tables)}"
        store(tmp_path, table, dict(columns), [tuple(map(_stored, row)) for row in cases[0].bad])
        named = ", ".join(f'{name}: "{type_}"' for name, type_ in columns)
        tables.append(f"{table}:\n  columns: {{{named}}}\n  rules:")
        for number, case in enumerate(cases):
            rule = _yaml(case).splitlines()[-1]
            tables.append(rule.replace("id: its", f"id: r{number}"))
    contract = contract_of("\n".join(tables))
    ours = validate(contract, tmp_path).checkpoints
    monkeypatch.setattr(stage_context, "memoized_expectations", nullcontext)
    plain = validate(contract, tmp_path).checkpoints
    assert sum(len(one.result.rules) for one in ours) > len(EXPECTED)
    for one, other in zip(ours, plain, strict=True):
        assert one.result.rules == other.result.rules
        assert one.gx is not None and other.gx is not None
        assert _without_times(one.gx) == _without_times(other.gx)


def _by_columns() -> dict[tuple[tuple[str, str], ...], list[Expected]]:
    groups: dict[tuple[tuple[str, str], ...], list[Expected]] = defaultdict(list)
    for case in EXPECTED:
        groups[tuple(case.columns.items())].append(case)
    return groups


def _without_times(result: Any) -> dict[str, Any]:
    said: dict[str, Any] = result.to_json_dict()
    said["meta"].pop("batch_markers")
    return said


def test_a_result_names_the_committed_artefacts(tmp_path: Path) -> None:
    contract = contract_of("shop.a:\n  columns: {x: {type: long, min: 0}}\n")
    store(tmp_path, "shop.a", {"x": "long"}, [(1,)])
    [one] = validate(contract, tmp_path).checkpoints
    assert one.gx is not None
    compiled = stage_context.compile_checkpoint(contract.tables[0])
    assert one.gx.meta["checkpoint_id"] == compiled["id"]
    assert one.gx.meta["validation_id"] == compiled["validation_definitions"][0]["id"]


def test_what_was_changed_is_made_anew() -> None:
    expectation = between(min_value=1, max_value=[3][0])
    with memoized_expectations():
        first = expectation.configuration
        assert expectation.configuration is first
        assert first.to_domain_obj() is first.to_domain_obj()
        expectation.max_value = 4
        assert expectation.configuration.kwargs == {"column": "x", "min_value": 1, "max_value": 4}
        changed = expectation.configuration
        changed.kwargs["min_value"] = 2
        assert changed.to_domain_obj() == between(min_value=2, max_value=4)
        assert expectation.configuration.kwargs["min_value"] == 1
        parameters = between(min_value={"$PARAMETER": "least"}).configuration
        parameters.process_suite_parameters({"least": 7})
        assert parameters.to_domain_obj() == between(min_value=7)


def test_other_threads_and_later_ones_get_what_gx_makes() -> None:
    expectation = between(min_value=1)
    found: list[bool] = []
    before = Expectation.__dict__["configuration"], ExpectationConfiguration.to_domain_obj

    def elsewhere() -> None:
        found.append(expectation.configuration is expectation.configuration)
        configuration = expectation.configuration
        found.append(configuration.to_domain_obj() is configuration.to_domain_obj())

    with pytest.raises(ZeroDivisionError), memoized_expectations():
        other = Thread(target=elsewhere)
        other.start()
        other.join()
        _ = 1 // 0
    assert found == [False, False]
    _assert_gx_is_as_before(before, expectation)


def test_runs_of_two_threads_remember_apart_and_leave_nothing() -> None:
    expectation = between(min_value=1)
    before = Expectation.__dict__["configuration"], ExpectationConfiguration.to_domain_obj
    inside, over = Event(), Event()
    found: list[Any] = []

    def elsewhere() -> None:
        with memoized_expectations():
            found.append(expectation.configuration)
            inside.set()
            over.wait(timeout=60)
            found.append(expectation.configuration)

    other = Thread(target=elsewhere)
    with memoized_expectations():
        ours = expectation.configuration
        other.start()
        assert inside.wait(timeout=60)
        assert expectation.configuration is ours
    over.set()
    other.join()
    assert found[0] is found[1]
    assert found[0] is not ours
    _assert_gx_is_as_before(before, expectation)


def _assert_gx_is_as_before(before: tuple[Any, Any], expectation: Expectation) -> None:
    assert before == (
        Expectation.__dict__["configuration"], ExpectationConfiguration.to_domain_obj
    )  # fmt: skip
    assert expectation.configuration is not expectation.configuration


def test_a_project_opened_in_gx_is_still_guarded_against_changes(tmp_path: Path) -> None:
    (tmp_path / "contracts").mkdir()
    (tmp_path / "contracts/shop.contract.yaml").write_text(
        "contract: shop\nversion: 1.0.0\nowner: Tests\ntables:\n"
        "  shop.a:\n    columns: {x: {type: long, min: 0}}\n"
    )
    store(tmp_path / "warehouse", "shop.a", {"x": "long"}, [(1,)])
    project = Project.open(tmp_path)
    project.compile()
    assert project.check("shop").verdict == "passed"
    opened = spectra_gx.context(tmp_path).checkpoints.get("shop.a")
    assert opened.run().success
    [definition] = opened.validation_definitions
    definition.suite.expectations[0].meta = {"changed": "by hand"}
    with pytest.raises(CheckpointRelatedResourcesFreshnessError, match="has changed since"):
        opened.run()
