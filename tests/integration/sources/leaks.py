"""Everything an error could show to somebody."""

from __future__ import annotations

import traceback


def everything_shown(*things: object) -> str:
    """Return every text that these objects, and the errors behind them, can be rendered as."""
    texts: list[str] = []
    for thing in things:
        texts.append(f"{thing!r} {thing}")
        if isinstance(thing, BaseException):
            texts += traceback.format_exception(thing)
            texts += [f"{error!r} {vars(error)}" for error in _chain(thing)]
    return "\n".join(texts)


def _chain(error: BaseException | None) -> list[BaseException]:
    """Return an error and all behind it, suppressed ones included."""
    if error is None:
        return []
    return [error, *_chain(error.__cause__), *_chain(error.__context__)]
