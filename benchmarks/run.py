"""Runs every `bench_*.py` here, each in a process of its own, and writes what they measured to results.json.

A benchmark is a module with `figures() -> list[Figure]`. Run some by name: `python -m benchmarks.run record pages`.
Those that take an hour are left out of `make bench`; `--long` takes them in.
"""

import importlib
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path

from benchmarks.figures import Figure

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results.json"
LONG = {"at_a_million"}


def measured(name: str) -> list[Figure]:
    """The figures of one benchmark, measured in a fresh process. Raises `RuntimeError` when it fails."""
    with tempfile.NamedTemporaryFile("r", suffix=".json") as handed:
        done = subprocess.run([sys.executable, "-m", "benchmarks.run", "--into", handed.name, name], cwd=HERE.parent)
        if done.returncode:
            raise RuntimeError(f"bench_{name} failed (exit {done.returncode})")
        return [Figure(**row) for row in json.load(handed)]


def write_into(path: str, name: str) -> None:
    """What the fresh process does: measure one benchmark and hand its figures over in a file."""
    figures: list[Figure] = importlib.import_module(f"benchmarks.bench_{name}").figures()
    Path(path).write_text(json.dumps([asdict(figure) for figure in figures]))


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["--into"]:
        write_into(*arguments[1:])
        return 0
    long = arguments == ["--long"]
    arguments = [] if long else arguments
    there = sorted(path.stem.removeprefix("bench_") for path in HERE.glob("bench_*.py"))
    unknown = sorted(set(arguments) - set(there))
    if unknown:
        print(f"No such benchmark: {', '.join(unknown)}. There are: {', '.join(there)}.")
        return 2
    figures: list[Figure] = []
    failed: list[str] = []
    for name in arguments or [name for name in there if long or name not in LONG]:
        began = time.monotonic()
        print(f"── {name}", flush=True)
        try:
            found = measured(name)
        except RuntimeError as error:
            print(error)
            failed.append(name)
            continue
        for figure in found:
            print(figure.sentence())
        print(f"── {name}: {time.monotonic() - began:.1f} s\n", flush=True)
        figures += found
    rows = [{"name": f.name, "value": f.value, "unit": f.unit, "limit": f.limit, "holds": f.holds} for f in figures]
    if not arguments:
        RESULTS.write_text(json.dumps(rows, indent=1, ensure_ascii=False) + "\n")
    missed = [figure.name for figure in figures if not figure.holds]
    print(f"{len(figures)} figures, {len(missed)} beyond their limit, {len(failed)} benchmarks failed.")
    return 1 if missed or failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
