"""The public Python names, as one surface."""

from __future__ import annotations

import inspect
import re
from dataclasses import is_dataclass

import pytest

import spectra_gx
from spectra_gx.display import DisplayedResult
from spectra_gx.doctor.findings import Level

RESULTS = [
    thing
    for name in spectra_gx.__all__
    if inspect.isclass(thing := getattr(spectra_gx, name)) and issubclass(thing, DisplayedResult)
]

NOT_EXPORTED = {
    "Call": "a part of RunResult",
    "CheckParameters": "never returned",
    "FileDataContext": "GX's own",
    "Path": "Python's own",
    "Settings": "what a user sets, by name and not from Python",
    "StageContract": "the contract language, documented as such",
    "StageRun": "its steps are NotebookSession's",
    "Warehouse": "a way to the tables, with an interface that may still change",
}


def test_every_name_is_there_once_and_imported_from_where_it_is_defined():
    assert len({*spectra_gx.__all__}) == len(spectra_gx.__all__)
    for name in spectra_gx.__all__:
        assert getattr(spectra_gx, name) is not None
    for name, module in spectra_gx._HOMES.items():
        assert getattr(spectra_gx, name).__module__.startswith(f"spectra_gx.{module}"), name


def test_another_name_is_refused():
    with pytest.raises(AttributeError, match="`spectra_gx` has no attribute `Nonsense`"):
        _ = spectra_gx.Nonsense


def members(thing: type) -> dict[str, object]:
    """Return what a class of ours offers, its bases included."""
    kinds = [kind for kind in thing.__mro__ if kind.__module__.startswith("spectra_gx")]
    return {name: one for kind in reversed(kinds) for name, one in vars(kind).items()}


@pytest.mark.parametrize("name", sorted({*spectra_gx.__all__} - {"__version__"}))
def test_every_name_and_method_is_documented_and_typed(name: str):
    thing = getattr(spectra_gx, name)
    assert inspect.getdoc(thing)
    functions = {"": thing} if inspect.isfunction(thing) else {}
    for member, value in members(thing).items() if inspect.isclass(thing) else ():
        function = getattr(value, "fget", getattr(value, "func", getattr(value, "__func__", value)))
        if inspect.isfunction(function) and not member.startswith("_"):
            functions[member] = function
    for member, function in functions.items():
        assert function.__doc__, f"{name}.{member}"
        assert "return" in function.__annotations__, f"{name}.{member}"


@pytest.mark.parametrize("result", RESULTS, ids=lambda result: result.__name__)
def test_every_result_is_frozen_and_shows_itself_as_the_others_do(result: type[DisplayedResult]):
    assert is_dataclass(result)
    assert result.__dataclass_params__.frozen  # type: ignore[attr-defined]
    assert result.__repr__ is DisplayedResult.__repr__
    assert result._repr_html_ is DisplayedResult._repr_html_
    assert not inspect.isabstract(result)


def test_what_a_project_returns_is_public():
    returned = {
        word
        for value in members(spectra_gx.Project).values()
        if inspect.isfunction(value) and not value.__name__.startswith("_")
        for word in re.findall(r"\b[A-Z]\w+", str(value.__annotations__["return"]))
    }
    builtin = {"AbstractContextManager", "Any", "Mapping", "None", "Self", "Sequence"}
    assert returned - {*spectra_gx.__all__} - builtin - NOT_EXPORTED.keys() == set()
    assert {"RunResult", "StageResult", "Review", "Readiness", "LintResult"} <= returned


@pytest.mark.parametrize(
    ("earlier", "name"),
    [
        ("open_around", "open_for_contract"),
        ("tell_digest", "send_digest"),
        ("try_webhooks", "test_webhooks"),
        ("without_secrets", "redact_secrets"),
    ],
)
def test_a_method_keeps_its_name_of_0_1_0(earlier: str, name: str):
    kept, current = getattr(spectra_gx.Project, earlier), getattr(spectra_gx.Project, name)
    assert getattr(kept, "__func__", kept) is getattr(current, "__func__", current)


def test_a_finding_keeps_its_fields_of_0_1_0():
    found = spectra_gx.Finding(Level.PROBLEM, "settings", "no token", "set API_TOKEN")
    assert (found.said, found.mend) == ("no token", "set API_TOKEN")
