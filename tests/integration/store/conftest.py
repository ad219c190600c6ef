"""Each object store behind a proxy that spoils chosen requests."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import pytest

from spectra_gx.store.addresses import StoreKind
from spectra_gx.store.opening import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from spectra_gx.store.access import StoreAccess
    from spectra_gx.store.store import Store
    from tests.fakes.stores.fault_proxy import FaultProxy
    from tests.fakes.stores.served_store import ServedStore


@dataclass(frozen=True)
class Faulty:
    """A root in a store, reached with faults and without."""

    kind: StoreKind
    root: str
    spoiled: StoreAccess
    """Through the proxy."""

    untouched: StoreAccess
    proxy: FaultProxy

    @property
    def store(self) -> Store:
        """Return the store through the proxy."""
        return open_store(self.root, self.spoiled)

    @property
    def direct(self) -> Store:
        """Return the store itself."""
        return open_store(self.root, self.untouched)

    @property
    def did(self) -> list[str]:
        """Return what the proxy did to requests."""
        return [one.did for one in self.proxy.seen() if one.did]


@pytest.fixture(scope="module", params=StoreKind)
def behind_proxy(
    request: pytest.FixtureRequest, object_store: Callable[[StoreKind], ServedStore]
) -> Iterator[tuple[ServedStore, ServedStore, FaultProxy]]:
    served = object_store(request.param)
    with served.behind_proxy() as (spoiled, proxy):
        yield served, spoiled, proxy


@pytest.fixture
def faulty(behind_proxy: tuple[ServedStore, ServedStore, FaultProxy]) -> Faulty:
    served, spoiled, proxy = behind_proxy
    proxy.put()
    return Faulty(served.kind, served.new_root(), spoiled.access, served.access, proxy)
