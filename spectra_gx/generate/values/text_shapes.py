"""Shapes of the texts that a regex matches: at each place of a text, the letters it may have.

A shape is one way through the regex, every branch chosen and every repeat written out. Its texts
are numbered, so that any of them is made alone, and none twice.
"""

from __future__ import annotations

import re
import string
import warnings
from typing import TYPE_CHECKING, Any, TypeAlias

from spectra_gx.generate.values.streams import key_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    import sre_constants as codes
    import sre_parse

Shape: TypeAlias = tuple[str, ...]
"""Letters by place."""

WORD = string.ascii_lowercase
_READABLE = string.ascii_letters + string.digits
_PRINTABLE = "".join(map(chr, range(32, 127)))
_REACH = (3, 1, 8, 24, 64, 300)
"""How often more than it must a part is repeated, by attempt."""

_WALKS = 48
_MOST_RANGE = 64
_ASCII = 128


def shapes_of(regex: str, high: int) -> Iterator[Shape]:
    """Yield shapes of texts of up to `high` letters in which Python's regex is found.

    What the regex says of its surroundings is left out: try a shape before it is used.

    Raises:
        re.error: It is no regex of Python's.
        RecursionError: It is nested too deeply.
    """
    parsed = sre_parse.parse(regex)
    ignores_case = bool(parsed.state.flags & re.IGNORECASE)
    seen: set[Shape] = set()
    for reach in _REACH:
        for number in range(_WALKS):
            walk = _Walk(
                key_of(regex, reach, number), reach, dotall=bool(parsed.state.flags & re.DOTALL)
            )
            shape = tuple(walk.sequence(parsed))
            if ignores_case:
                shape = tuple("".join(dict.fromkeys(one.lower() + one.upper())) for one in shape)
            if shape not in seen and len(shape) <= high:
                seen.add(shape)
                yield shape


class _Walk:
    """One way through a regex."""

    def __init__(self, key: int, reach: int, *, dotall: bool) -> None:
        self._state = key
        self._reach = reach
        self._groups: dict[int, list[str]] = {}
        self._dotall = dotall

    def sequence(self, parsed: Any) -> list[str]:
        """Return the letters by place of all parts, one after the other."""
        return [letters for part in parsed for letters in self._part(*part)]

    def _part(self, code: Any, argument: Any) -> list[str]:
        if code in _ONE_LETTER:
            return [_ONE_LETTER[code](argument)]
        if code is codes.BRANCH:
            return self.sequence(argument[1][self._choose(len(argument[1]))])
        if code in (codes.MAX_REPEAT, codes.MIN_REPEAT, *_POSSESSIVE):
            return self._repeat(*argument)
        if code is codes.SUBPATTERN:
            group, _, _, parsed = argument
            places = self.sequence(parsed)
            if group is not None:
                self._groups[group] = places
            return places
        if code is codes.GROUPREF:
            # The same letters again: of a group with a choice, another text is refused later.
            return self._groups.get(argument, [])
        if code in _ATOMIC:
            return self.sequence(argument)
        return []  # anchors and what looks around take no place

    def _repeat(self, least: int, most: Any, parsed: Any) -> list[str]:
        top = min(int(most), least + self._reach)
        times = least + self._choose(top - least + 1)
        return [letters for _ in range(times) for letters in self.sequence(parsed)]

    def _choose(self, count: int) -> int:
        self._state = (self._state * 6364136223846793005 + 1442695040888963407) % 2**64
        return (self._state >> 33) % count


_POSSESSIVE = tuple(filter(None, [getattr(codes, "POSSESSIVE_REPEAT", None)]))
_ATOMIC = tuple(filter(None, [getattr(codes, "ATOMIC_GROUP", None)]))

_CATEGORIES = {
    codes.CATEGORY_DIGIT: string.digits,
    codes.CATEGORY_SPACE: " ",
    codes.CATEGORY_WORD: _READABLE + "_",
    codes.CATEGORY_NOT_SPACE: _READABLE,
    codes.CATEGORY_NOT_WORD: " -./:",
    codes.CATEGORY_NOT_DIGIT: string.ascii_letters,
}
_FULL = {
    **_CATEGORIES,
    codes.CATEGORY_SPACE: string.whitespace,
    codes.CATEGORY_NOT_SPACE: "".join(one for one in _PRINTABLE if one not in string.whitespace),
    codes.CATEGORY_NOT_WORD: "".join(one for one in _PRINTABLE if not one.isalnum() and one != "_"),
    codes.CATEGORY_NOT_DIGIT: "".join(one for one in _PRINTABLE if not one.isdigit()),
}
"""All that a category refuses where it is negated."""


def _letters(members: Sequence[tuple[Any, Any]]) -> str:
    """Return the letters of a class, readable ones where there are some."""
    negated = members[0][0] is codes.NEGATE
    if negated:
        refused = {one for code, argument in members[1:] for one in _listed(code, argument, _FULL)}
        return _without(refused)
    return "".join(
        dict.fromkeys(
            one for code, argument in members for one in _listed(code, argument, _CATEGORIES)
        )
    )


def _listed(code: Any, argument: Any, categories: Any) -> str:
    if code is codes.LITERAL:
        return chr(argument)
    if code is codes.RANGE:
        first, last = argument
        if first < _ASCII:
            return "".join(map(chr, range(max(first, 1), min(last, 126) + 1)))
        return "".join(map(chr, range(first, min(last, first + _MOST_RANGE) + 1)))
    return str(categories.get(argument, ""))


def _without(refused: set[str]) -> str:
    return "".join(one for one in _READABLE if one not in refused) or "".join(
        one for one in _PRINTABLE if one not in refused
    )


_ONE_LETTER: dict[Any, Callable[[Any], str]] = {
    codes.LITERAL: chr,
    codes.NOT_LITERAL: lambda argument: _without({chr(argument)}),
    codes.ANY: lambda _: _READABLE,
    codes.IN: _letters,
}
