"""CPUs and memory available to this process, within a container's limits."""

from __future__ import annotations

import os
from pathlib import Path

CGROUP = Path("/sys/fs/cgroup")
MEMINFO = Path("/proc/meminfo")


def available_processors(cgroup: Path = CGROUP) -> int:
    """Return how many processors may be kept busy, at least one."""
    has_affinity = hasattr(os, "sched_getaffinity")
    count = len(os.sched_getaffinity(0)) if has_affinity else os.cpu_count() or 1
    quota, _, period = _read(cgroup / "cpu.max").partition(" ")
    allowed = int(quota) // int(period) if quota.isdigit() else count
    return max(1, min(count, allowed))


def available_bytes(cgroup: Path = CGROUP, meminfo: Path = MEMINFO) -> int | None:
    """Return how many bytes of memory are free; None where the system does not say."""
    free = [
        int(line.split()[1]) * 1024
        for line in _read(meminfo).splitlines()
        if line.startswith("MemAvailable:")
    ]
    most, used = _read(cgroup / "memory.max"), _read(cgroup / "memory.current")
    if most.isdigit() and used.isdigit():
        free.append(int(most) - int(used))
    return min(free, default=None)


def _read(file: Path) -> str:
    try:
        return file.read_text().strip()
    except OSError:
        return ""
