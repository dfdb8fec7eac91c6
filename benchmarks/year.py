"""What the framework costs on top of the training it does: the main job, timed from outside.

    python benchmarks/year.py [lifecycle=…] [any.key=value …]

Runs `python -m production` in a process and a state of its own, and prints its seconds, how many
times the bare training they are, and the peak memory of the process. Exits 1 above 2 GiB.
"""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

GIB = 2**30


def main(words: list[str]) -> int:
    """Run the main job once and print what it cost."""
    # Without bytecode every import compiles anew, which is no cost of the framework's.
    environment = {
        key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"
    }
    with tempfile.TemporaryDirectory() as room:
        command = [sys.executable, "-m", "production", f"paths.output={room}", *words]
        start = time.perf_counter()
        subprocess.run(command, check=True, env=environment)
        seconds = time.perf_counter() - start
        report = json.loads((Path(room) / "report.json").read_text())
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss * 1024
    training = report["training_seconds"]
    print(f"\nwhole process   {seconds:8.1f} s")
    print(f"bare training   {training:8.1f} s in {report['trainings']} trainings")
    print(f"ratio           {seconds / training:8.2f}")
    print(f"peak memory     {peak / GIB:8.2f} GiB")
    return int(peak > 2 * GIB)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
