"""Import GX faster, with the same outcome.

Nearly half of what importing GX costs is pydantic copying, for each of its several hundred models,
the fields that it inherits, down to annotations and functions that nobody ever changes; and the
garbage collector looking again and again at what is there to stay. While GX is imported fields are
copied as far as they can change, and the collector rests. Afterwards both are as they were.
"""

from __future__ import annotations

import copy
import gc
import sys
from contextlib import contextmanager
from importlib import import_module
from importlib.abc import MetaPathFinder
from importlib.util import find_spec
from types import BuiltinFunctionType, FunctionType, ModuleType, NoneType
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from importlib.machinery import ModuleSpec

_GX = "great_expectations"
_NEVER_CHANGED = frozenset({"type_", "outer_type_", "annotation", "model_config"})
"""Slots of a field that contain a type."""

_ATOMS = (NoneType, bool, int, float, str, bytes, type, FunctionType, BuiltinFunctionType)


def speed_up_gx_import() -> None:
    """Make the next import of GX faster, wherever it happens; a finished import stays as it is."""
    if _GX not in sys.modules and not any(isinstance(one, _Once) for one in sys.meta_path):
        sys.meta_path.insert(0, _Once())


class _Once(MetaPathFinder):
    """Finds GX a single time, as everybody would, and imports it quickly."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        del path, target
        if name != _GX:
            return None
        sys.meta_path.remove(self)
        spec = find_spec(name)
        if spec is not None and spec.loader is not None:
            loader: Any = spec.loader
            run = loader.exec_module

            def exec_module(module: ModuleType) -> None:
                del loader.exec_module
                with fast_model_definition():
                    run(module)

            loader.exec_module = exec_module
        return spec


@contextmanager
def fast_model_definition() -> Iterator[None]:
    """Define pydantic models in less time."""
    # What needs no GX does not need it either.
    main: Any = import_module("pydantic.v1.main")
    collects, before = gc.isenabled(), main.smart_deepcopy
    gc.disable()
    main.smart_deepcopy = _Copier(before)
    try:
        yield
    finally:
        main.smart_deepcopy = before
        if collects:
            gc.enable()


class _Copier:
    """Copies what a model inherits."""

    def __init__(self, otherwise: Any) -> None:
        from pydantic.v1.class_validators import Validator  # noqa: PLC0415 - GX brings it
        from pydantic.v1.fields import FieldInfo, ModelField  # noqa: PLC0415 - GX brings it

        self._slots = {kind: kind.__slots__ for kind in (ModelField, FieldInfo, Validator)}
        self._field = ModelField
        self._otherwise = otherwise

    def __call__(self, fields: Any) -> Any:
        if type(fields) is dict and all(type(one) is self._field for one in fields.values()):
            return self._copied(fields, {})
        return self._otherwise(fields)

    def _copied(self, value: Any, memo: dict[int, Any]) -> Any:
        """Return what `copy.deepcopy` does, but for types, which are shared."""
        kind = type(value)
        if kind in _ATOMS:
            return value
        if kind is dict:
            return {key: self._copied(one, memo) for key, one in value.items()}
        if kind is list:
            return [self._copied(one, memo) for one in value]
        if kind not in self._slots:
            return copy.deepcopy(value, memo)
        if id(value) not in memo:
            memo[id(value)] = other = kind.__new__(kind)
            for slot in self._slots[kind]:
                part = getattr(value, slot)
                shared = slot in _NEVER_CHANGED
                setattr(other, slot, part if shared else self._copied(part, memo))
        return memo[id(value)]
