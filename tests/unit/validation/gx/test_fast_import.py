"""Models defined quickly are those that pydantic defines, and nothing stays changed."""

from __future__ import annotations

import enum
import gc
import importlib
import sys
from typing import TYPE_CHECKING, Annotated, Any, Literal

import pytest
from pydantic import v1 as pydantic

from spectra_gx.validation.gx.fast_import import fast_model_definition, speed_up_gx_import
from tests.fakes.models import described

if TYPE_CHECKING:
    from collections.abc import Iterator

main: Any = importlib.import_module("pydantic.v1.main")


class Colour(enum.Enum):
    RED = "red"


def defined() -> list[type[pydantic.BaseModel]]:
    class Cat(pydantic.BaseModel):
        kind: Literal["cat"] = "cat"

    class Dog(pydantic.BaseModel):
        kind: Literal["dog"] = "dog"

    class Base(pydantic.BaseModel):
        number: int = pydantic.Field(3, ge=1, description="A number", extra_word=["kept"])
        listed: list[dict[str, int]] = [{"a": 1}]
        either: int | str | None = None
        pet: Annotated[Cat | Dog, pydantic.Field(discriminator="kind")] = Cat()
        made: dict[str, list[int]] = pydantic.Field(default_factory=dict, alias="aliased")
        colour: Colour = Colour.RED

        @pydantic.validator("number", "listed", each_item=True, pre=True, allow_reuse=True)
        @classmethod
        def _seen(cls, value: Any) -> Any:
            return value

    class Child(Base):
        class Config:
            extra = pydantic.Extra.forbid

        either: str = "own"

        @pydantic.validator("number", allow_reuse=True)
        @classmethod
        def _even(cls, value: int) -> int:
            return value + 1

    class Grandchild(Child):
        pass

    return [Cat, Dog, Base, Child, Grandchild]


def test_models_defined_quickly_are_the_same() -> None:
    plain = [described(model) for model in defined()]
    with fast_model_definition():
        quick = [described(model) for model in defined()]
    assert quick == plain
    assert all("extra_word" in str(model) for model in quick[2:])


def test_what_a_model_inherits_is_its_own() -> None:
    with fast_model_definition():
        *_, base, child, grandchild = defined()
    child.__fields__["listed"].default.append({"b": 2})
    child.__fields__["number"].class_validators.clear()
    assert base(number=2, aliased={}).dict() == {
        "number": 2, "listed": [{"a": 1}], "either": None, "pet": {"kind": "cat"}, "made": {},
        "colour": Colour.RED,
    }  # fmt: skip
    assert grandchild(number=2).dict()["number"] == 3
    assert set(base.__fields__["number"].class_validators) == {"_seen"}


@pytest.mark.parametrize("collects", [True, False])
def test_nothing_stays_changed_even_after_an_error(collects: bool) -> None:
    before = main.smart_deepcopy
    was = gc.isenabled()
    (gc.enable if collects else gc.disable)()
    try:
        with pytest.raises(ZeroDivisionError), fast_model_definition():
            assert not gc.isenabled()
            assert main.smart_deepcopy is not before
            _ = 1 // 0
        assert gc.isenabled() is collects
    finally:
        (gc.enable if was else gc.disable)()
    assert main.smart_deepcopy is before


@pytest.fixture
def without_gx(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Give the ways to find modules of a process that has not imported GX."""
    monkeypatch.delitem(sys.modules, "great_expectations", raising=False)
    own = speed_up_gx_import.__module__
    finders = [one for one in sys.meta_path if type(one).__module__ != own]
    monkeypatch.setattr(sys, "meta_path", finders)
    yield sys.meta_path


def test_only_the_next_import_of_gx_is_quick(without_gx: list[Any]) -> None:
    before = list(without_gx)
    speed_up_gx_import()
    speed_up_gx_import()
    first, *others = without_gx
    assert others == before
    assert first.find_spec("json") is None
    assert first in without_gx
    spec = first.find_spec("great_expectations")
    assert spec is not None and spec.origin is not None
    assert spec.origin.endswith("great_expectations/__init__.py")
    assert without_gx == before


def test_gx_that_is_imported_is_left_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "great_expectations", sys)
    before = list(sys.meta_path)
    speed_up_gx_import()
    assert sys.meta_path == before
