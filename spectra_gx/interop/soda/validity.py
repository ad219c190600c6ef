"""What Soda calls missing and invalid, as keys of a column and as SQL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from spectra_gx.contract.sql.quoting import quote_literal, quote_name, quote_text
from spectra_gx.interop.foreign.counts import number
from spectra_gx.interop.foreign.sql import NotConvertibleError, refuse_templates

if TYPE_CHECKING:
    from spectra_gx.interop.tracked_mapping import TrackedMapping

_FORMATS = {"uuid": "uuid", "ipv4 address": "ipv4", "email": "email"}
_PATTERNS = {
    "integer": r"^[-+]?[0-9]+$",
    "positive integer": r"^[+]?[0-9]+$",
    "negative integer": r"^-[0-9]+$",
    "decimal": r"^[-+]?[0-9]*\.?[0-9]+$",
    "date inverse": r"^[0-9]{4}[-/.](0?[1-9]|1[0-2])[-/.](0?[1-9]|[12][0-9]|3[01])$",
}
_NEAR = frozenset({"email", *_PATTERNS})
"""Formats that Soda spells with another regular expression."""

_NUMBERS = {
    "valid_min": "min",
    "valid_max": "max",
    "valid_length": "length",
    "valid_min_length": "min_length",
    "valid_max_length": "max_length",
}
_SIGNS = {"min": "<", "max": ">", "length": "<>", "min_length": "<", "max_length": ">"}


@dataclass(frozen=True)
class Validity:
    """The values that a column may have."""

    missing: tuple[Any, ...]
    """Values that count as missing beside null."""

    keys: tuple[tuple[str, Any], ...]
    """Keys of the column: what every value that is not missing satisfies."""

    reference: tuple[str, str] | None
    """Dataset and column whose values are the valid ones."""

    notes: tuple[str, ...]
    """What is not quite the same."""

    def missing_condition(self, column: str) -> str:
        """Return the condition of the rows whose value is missing."""
        name = quote_name(column)
        listed = ", ".join(map(quote_literal, self.missing))
        return f"{name} is null" + (f" or {name} in ({listed})" if listed else "")

    def invalid_condition(self, column: str) -> str:
        """Return the condition of the rows whose value is invalid, which none missing is."""
        parts = " or ".join(_broken(quote_name(column), key, value) for key, value in self.keys)
        if not self.missing:
            return parts
        listed = ", ".join(map(quote_literal, self.missing))
        return f"{quote_name(column)} not in ({listed}) and ({parts})"


def read_validity(said: TrackedMapping, known: str | None) -> Validity:
    """Return what a check, or a column of a contract, says of missing and valid values.

    Args:
        said: Keys with `_` where Soda's check language has spaces.
        known: Type of the column, if it is given.

    Raises:
        NotConvertibleError: It cannot be a rule.
    """
    keys: list[tuple[str, Any]] = []
    notes: list[str] = []
    missing = tuple(value for value in said.take("missing_values", list) or () if value is not None)
    for key in ("missing_regex", "missing_format"):
        if said.take(key, object):
            raise NotConvertibleError(f"`{key}` has no equal; write it as a `sql` rule")
    for word, key in (("valid_values", "enum"), ("invalid_values", "not_in")):
        listed = said.take(word, list)
        if listed is not None:
            keys.append((key, [_typed(value, known) for value in listed if value is not None]))
    for word, key in _NUMBERS.items():
        value = said.take(word, int, float, str)
        if value is not None:
            keys.append((key, _number(value)))
    _read_patterns(said, keys, notes)
    if said.take("invalid_format", object) or said.take("invalid_regex", object):
        raise NotConvertibleError("a pattern that no value may have needs a `sql` rule")
    reference = said.mapping("valid_reference_data")
    dataset, column = reference.text("dataset"), reference.text("column")
    reference.end()
    found = (dataset, column) if dataset and column else None
    return Validity(missing, tuple(keys), found, tuple(notes))


def _read_patterns(said: TrackedMapping, keys: list[tuple[str, Any]], notes: list[str]) -> None:
    form = said.take("valid_format", str, dict)
    regex = said.text("valid_regex")
    if isinstance(form, dict):
        regex, form = form.get("regex"), None
    if isinstance(form, str):
        if form not in (*_FORMATS, *_PATTERNS):
            raise NotConvertibleError(f"the format '{form}' has no equal; write it as `pattern`")
        known = form in _FORMATS
        keys.append(("format", _FORMATS[form]) if known else ("pattern", _PATTERNS[form]))
        if form in _NEAR:
            notes.append(f"the format '{form}' is not exactly Soda's")
    if isinstance(regex, str):
        refuse_templates(regex)
        keys.append(("pattern", regex))
        if not (regex.startswith("^") and regex.endswith("$")):
            reason = "the regular expression is searched for"
            notes.append(f"{reason}; some databases match it as a whole")


def _number(value: Any) -> int | float:
    if not isinstance(value, str):
        return value  # type: ignore[no-any-return]  # it is a number
    refuse_templates(value)
    try:
        return number(value)
    except ValueError:
        raise NotConvertibleError(f"`{value}` is not a number") from None


def _typed(value: Any, known: str | None) -> Any:
    if isinstance(value, str):
        refuse_templates(value)
        whole = known in ("byte", "short", "integer", "long")
        return int(value) if whole and value.lstrip("-").isdigit() else value
    return str(value) if known == "string" and type(value) in (int, float) else value


def _broken(name: str, key: str, value: Any) -> str:
    match key:
        case "enum":
            return f"{name} not in ({', '.join(map(quote_literal, value))})"
        case "not_in":
            return f"{name} in ({', '.join(map(quote_literal, value))})"
        case "pattern":
            return f"{name} !~ {quote_text(value)}"
        case "format":
            raise NotConvertibleError("a share of values of a format has no equal")
        case "min" | "max":
            return f"{name} {_SIGNS[key]} {value}"
    return f"char_length({name}) {_SIGNS[key]} {value}"
