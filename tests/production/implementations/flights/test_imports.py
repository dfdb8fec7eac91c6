from __future__ import annotations

import subprocess
import sys

HEAVY = ("pandas", "pandera", "sklearn", "onnx", "research")


def test_light_imports() -> None:
    """Serving imports neither a training library nor research."""
    code = (
        "import sys; from production.implementations.flights import learner, model; "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
