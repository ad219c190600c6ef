"""Print a file: `python -m spectra_gx.telemetry.files grafana-dashboard.json`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

FOLDER = Path(__file__).parent


def main() -> None:
    """Print the file that is named."""
    names = sorted(path.name for path in FOLDER.glob("*-*.*"))
    parser = argparse.ArgumentParser(prog="python -m spectra_gx.telemetry.files")
    parser.add_argument("file", choices=names)
    sys.stdout.write((FOLDER / parser.parse_args().file).read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
