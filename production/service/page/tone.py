"""How a part of the console is drawn."""

from typing import Literal

#: ``good`` works, ``warn`` may need a person, ``bad`` does, ``quiet`` is none of these.
Tone = Literal["good", "warn", "bad", "quiet"]
