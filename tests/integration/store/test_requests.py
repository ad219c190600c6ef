"""How often a store is asked: each request of a real one takes a while."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from spectra_gx.store.addresses import StoreKind
from spectra_gx.warehouse.warehouse import Warehouse

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.fakes.stores.served_store import ServedStore


def test_a_table_is_not_opened_twice_at_its_newest_version(
    object_store: Callable[[StoreKind], ServedStore],
):
    served = object_store(StoreKind.GCS)
    with served.behind_proxy() as (spoiled, proxy):
        warehouse = Warehouse(served.new_root(), spoiled.access)
        for number in range(2):
            warehouse.write("shop.made", pa.table({"x": [number]}), execution_id="run")
        requests = []
        for version in (None, 1, 0):
            proxy.put()
            assert warehouse.open("shop.made", version).version() == (
                1 if version is None else version
            )
            requests.append(len(proxy.seen()))

    newest, pinned, older = requests
    assert newest == pinned < older
