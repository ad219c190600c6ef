"""Texts: made of shapes, each tried against every rule that is about them."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import chain, islice, product
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from spectra_gx.generate.values.domains import MOST, Domain, Listed, UnmetError
from spectra_gx.generate.values.streams import Mask, Rows, key_of, words
from spectra_gx.generate.values.text_shapes import WORD, Shape, shapes_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_CONSONANTS, _VOWELS = "bcdfghjklmnprstvwz", "aeiou"
_ALPHABETS = (WORD.upper(), "0123456789", "abc xyz", "~#", "é")
_LENGTHS = (6, 8, 5, 9, 7, 11, 3, 1, 2, 4, 14, 20)
_LONGEST = 60
"""Letters of a text whose length nothing bounds."""

_MOST_SHAPES = 24
_MOST_CANDIDATES = 500
_ASCII = 128
_SAMPLES = 24
_RARE = 3
"""One good text in so many is too few to look for others."""

_FEW = 1000
"""Texts of a shape that are all tried."""


@dataclass(frozen=True)
class TextRules:
    """What rules say of a text; of what a text must break, the opposite."""

    found: tuple[str, ...] = ()
    """Regexes of Python's that are found in it."""

    missing: tuple[str, ...] = ()
    """Regexes that are not."""

    low: int = 0
    high: int | None = None
    """Its length."""

    json: bool | None = None
    """Whether it is JSON; None where that does not matter."""

    without: frozenset[str] = field(default_factory=frozenset)

    @cached_property
    def _compiled(self) -> tuple[list[re.Pattern[str]], list[re.Pattern[str]]]:
        return [re.compile(one) for one in self.found], [re.compile(one) for one in self.missing]

    def __call__(self, text: str) -> bool:
        """Return whether a text satisfies them."""
        found, missing = self._compiled
        return (
            len(text) >= self.low
            and (self.high is None or len(text) <= self.high)
            and text not in self.without
            and all(one.search(text) for one in found)
            and not any(one.search(text) for one in missing)
            and (self.json is None or _is_json(text) is self.json)
        )


def _is_json(text: str) -> bool:
    try:
        json.loads(text)
    except (ValueError, RecursionError):
        return False
    return True


@dataclass(frozen=True)
class Texts:
    """The texts of some shapes, one shape after the other."""

    shapes: Sequence[Shape]
    rules: TextRules
    exact: bool
    """Whether every text of the shapes satisfies the rules."""

    @cached_property
    def _sizes(self) -> list[int]:
        return [_size(shape) for shape in self.shapes]

    @cached_property
    def _starts(self) -> Rows:
        return np.cumsum([0, *self._sizes[:-1]]).astype(np.uint64)

    @property
    def size(self) -> int:
        """How many there are."""
        return sum(self._sizes)

    def take(self, index: Rows) -> pa.Array:
        """Return the values at these places."""
        which = np.searchsorted(self._starts, index, side="right") - 1
        parts, order = [], []
        for number in np.unique(which):
            places = np.flatnonzero(which == number)
            parts.append(_texts(self.shapes[number], index[places] - self._starts[number]))
            order.append(places)
        if len(parts) == 1:
            return parts[0]
        if not parts:
            return pa.array([], pa.string())
        back = np.argsort(np.concatenate(order), kind="stable")
        return pa.concat_arrays(parts).take(pa.array(back))

    def in_order(self) -> Texts:
        """Return some of them, so many as one shape has, in the order of texts."""
        shape = max(self.shapes, key=_size)
        return replace(self, shapes=[tuple("".join(sorted(letters)) for letters in shape)])

    def spread(self, drawn: Rows) -> tuple[Rows, Rows]:
        """Draw a shape first: the longest have nearly all texts."""
        which = (drawn >> np.uint64(7)) % np.uint64(len(self.shapes))
        sizes = np.array(self._sizes, dtype=np.uint64)
        return self._starts[which], sizes[which]

    def accepts(self, values: pa.Array) -> Mask | None:
        """Refuse what does not satisfy the rules."""
        if self.exact:
            return None
        return np.fromiter(map(self.rules, values.to_pylist()), np.bool_, len(values))


def _size(shape: Shape) -> int:
    size = 1
    for letters in shape:
        size *= len(letters)
        if size > MOST // (2 * _MOST_SHAPES):
            return MOST // (2 * _MOST_SHAPES)
    return size


def _texts(shape: Shape, index: Rows) -> pa.Array:
    """Return the texts of a shape at these places; the last letters change the fastest."""
    count, width = len(index), len(shape)
    letters = np.empty((count, width), dtype=np.uint32)
    left = index.copy()
    rest = index
    size = 1
    for place in reversed(range(width)):
        known = np.array([ord(one) for one in shape[place]], dtype=np.uint32)
        base = np.uint64(len(known))
        if size <= MOST // (2 * _MOST_SHAPES):
            letters[:, place] = known[left % base]
            left //= base
            size *= len(known)
        else:
            # Beyond what a place distinguishes, letters are scattered.
            rest = words(place, rest)
            letters[:, place] = known[rest % base]
    if width and letters.size and letters.max() < _ASCII:
        return _ascii(letters.astype(np.uint8))
    return pa.array(["".join(map(chr, row)) for row in letters.tolist()], pa.string())


def _ascii(letters: np.ndarray[tuple[int, int], np.dtype[np.uint8]]) -> pa.Array:
    count, width = letters.shape
    ends = np.arange(0, (count + 1) * width, width, dtype=np.int32)
    return pa.StringArray.from_buffers(
        count, pa.py_buffer(ends.tobytes()), pa.py_buffer(letters.tobytes())
    )


def texts_of(rules: TextRules, shown: str, needed: int = 1) -> Domain:
    """Return texts that satisfy the rules, this many if they can be found.

    `shown` is what the texts are for.

    Raises:
        UnmetError: None was found.
    """
    chosen = _Chosen()
    for shapes in _candidates(rules, shown):
        for shape in islice(shapes, _MOST_CANDIDATES):
            chosen.add(shape, *_tried(shape, rules, shown))
            if chosen.count >= _enough(rules):
                break
        if chosen.size >= needed:
            break
    found = chosen.domain(rules)
    if found is None:
        raise UnmetError
    return found


class _Chosen:
    """Shapes with texts that satisfy the rules, and the texts of those that have few."""

    def __init__(self) -> None:
        self._shapes: list[Shape] = []
        self._exact = True
        self._few: dict[str, None] = {}

    @property
    def count(self) -> int:
        return len(self._shapes) + (len(self._few) > 0)

    @property
    def size(self) -> int:
        return max(sum(map(_size, self._shapes)), len(self._few))

    def add(self, shape: Shape, good: list[str], tried: int) -> None:
        """Take a shape in, if it is of use: some of the texts that were tried are good."""
        if good and (_size(shape) <= _FEW or len(good) * _RARE < tried):
            self._few |= dict.fromkeys(good)
        elif good and not any(_overlap(shape, other) for other in self._shapes):
            self._exact &= len(good) == tried
            self._shapes.append(shape)

    def domain(self, rules: TextRules) -> Domain | None:
        """Return all that was taken in; None where nothing was."""
        if self._shapes:
            exact = self._exact and not rules.without and not rules.missing
            return Texts(self._shapes, rules, exact)
        return Listed(pa.array(list(self._few), pa.string())) if self._few else None


def _enough(rules: TextRules) -> int:
    return _MOST_SHAPES if rules.found else len(_LENGTHS) // 3


def _overlap(one: Shape, other: Shape) -> bool:
    return len(one) == len(other) and all(set(a) & set(b) for a, b in zip(one, other, strict=True))


def _tried(shape: Shape, rules: TextRules, shown: str) -> tuple[list[str], int]:
    """Return the texts of a shape that satisfy the rules, of so many that were tried."""
    size = _size(shape)
    if size <= _FEW:
        index = np.arange(size, dtype=np.uint64)
    else:
        drawn = words(key_of("try", shown), np.arange(_SAMPLES, dtype=np.uint64))
        index = np.concatenate([[0, size - 1], drawn % np.uint64(size)]).astype(np.uint64)
    texts = _texts(shape, index).to_pylist()
    return [text for text in texts if rules(text)], len(texts)


def _candidates(rules: TextRules, shown: str) -> Iterator[Iterator[Shape]]:
    """Yield shapes by how readable they are, each with a chance to satisfy the rules."""
    high = _LONGEST + rules.low if rules.high is None else rules.high
    bounds = (rules.low, rules.low + 3, high)
    lengths = [one for one in dict.fromkeys((*_LENGTHS, *bounds)) if rules.low <= one <= high]
    if rules.json:
        yield _json_shapes(lengths)
    for regex in rules.found:
        yield _padded(regex, rules, high, shown)
    if not rules.found:
        yield map(_pronounceable, lengths)
    yield ((alphabet,) * length for alphabet in _ALPHABETS for length in lengths)


def _padded(regex: str, rules: TextRules, high: int, shown: str) -> Iterator[Shape]:
    """Yield shapes of a regex, and those with more letters before or after, where texts go on."""
    goes_on: dict[bool, bool] = {}
    for shape in shapes_of(regex, high):
        missing = max(rules.low - len(shape), 0)
        if not missing:
            yield shape
        for more, before in product(dict.fromkeys((missing or 4, missing + 3)), (False, True)):
            pad = (WORD,) * more
            longer = pad + shape if before else shape + pad
            if len(longer) <= high and goes_on.get(before, True):
                if before not in goes_on and not missing:
                    goes_on[before] = bool(_tried(longer, TextRules((regex,)), shown)[0])
                yield longer


def _pronounceable(length: int) -> Shape:
    return tuple(_CONSONANTS if place % 2 == 0 else _VOWELS for place in range(length))


def _json_shapes(lengths: Sequence[int]) -> Iterator[Shape]:
    for before, after in (('{"value": ', "}"), ("[", "]"), ("", ""), ('"', '"')):
        digits: Mapping[int, str] = {0: "123456789"}
        for count in dict.fromkeys((5, 6, *(one - len(before + after) for one in lengths))):
            if count > 0:
                middle = [digits.get(place, "0123456789") for place in range(count)]
                yield tuple(chain(before, middle, after))
