"""The decorator that makes a function of `stages/<stage>.py` the builder of a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spectra_gx.runner.building.run import Run

    Build = TypeVar("Build", bound=Callable[[Run], Any])


def table(
    name: str,
    *,
    needs: Sequence[str] = (),
    publish: str = "replace",
    watermark: str | None = None,
    lateness: str | None = None,
    order_by: str | None = None,
    delete_where: str | None = None,
    replace_where: str | None = None,
    empty: str | None = None,
    future: str | None = None,
) -> Callable[[Build], Build]:
    """Make a function the builder of a table; lint reads the arguments, which are literals.

    Args:
        name: The table, `schema.table`.
        needs: Tables of the stage to build before, where the function computes their names.
        publish: `replace`, `append`, `merge` or `replace_where`.
        watermark: Column whose largest built value is where the next batch begins.
        lateness: How much earlier the function sees the watermark, such as `2h`.
        order_by: Column by which the newer of two rows with one key is known; for `merge`.
        delete_where: Condition on a built row that deletes the published row of its key; for
            `merge`.
        replace_where: Condition on the published rows to replace; for `replace_where`.
        empty: `allow` if a batch without rows may empty the table.
        future: `allow` if the watermark may be later than the run's clock.
    """
    del name, needs, publish, watermark, lateness
    del order_by, delete_where, replace_where, empty, future

    def declare(build: Build) -> Build:
        return build

    return declare
