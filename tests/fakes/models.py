"""Pydantic models put into words, so that those of two processes can be compared."""

from __future__ import annotations

import re
from typing import Any

from pydantic.v1 import BaseModel
from pydantic.v1.class_validators import Validator
from pydantic.v1.fields import FieldInfo, ModelField

_PARTS = (ModelField, FieldInfo, Validator)


def described(model: type[BaseModel]) -> dict[str, Any]:
    """Return all that a model says of its fields, and what of it is shared with its bases."""
    bases = [base for base in model.__mro__[1:] if issubclass(base, BaseModel)]
    return {
        "name": f"{model.__module__}.{model.__qualname__}",
        "signature": _plain(model.__signature__),
        "fields": {
            name: {
                "itself": _described(field),
                "shared": [
                    f"{base.__qualname__}.{slot}"
                    for base in bases
                    if name in base.__fields__
                    for slot in ModelField.__slots__
                    if isinstance(getattr(field, slot), (*_PARTS, list, dict, set))
                    and getattr(field, slot) is getattr(base.__fields__[name], slot)
                ],
            }
            for name, field in model.__fields__.items()
        },
    }


def _described(value: Any) -> Any:
    if isinstance(value, _PARTS):
        return {slot: _described(getattr(value, slot)) for slot in type(value).__slots__}
    if isinstance(value, dict):
        return {str(key): _described(one) for key, one in value.items()}
    if isinstance(value, list | tuple):
        return [type(value).__name__, *map(_described, value)]
    return _plain(value)


def _plain(value: Any) -> str:
    return re.sub(r" at 0x[0-9a-f]+", "", f"{type(value).__name__}: {value!r}")
