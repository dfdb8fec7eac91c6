"""A product's file, composed and typed as every later command will compose it.

Without what an experiment changes: a product is what its file says.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.config.compose import compose
from contracts.config.new_product import NO_VARIANT
from contracts.config.settings import settings
from research.settings import Research

if TYPE_CHECKING:
    from pathlib import Path

    from contracts.config.product import Product

#: What the file is called in its room: no product's name, as one might be there already.
CALLED = "task_new_rehearsal"


def composed(text: str, room: Path) -> Product:
    """Return the product that the text of a file states.

    Raises:
        ConfigError: It states none.
    """
    file = room / "conf" / "product" / f"{CALLED}.yaml"
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, "utf-8")
    words = ["task=learn", f"product={CALLED}", NO_VARIANT]
    config = compose("research", words, config_dir=room / "conf")
    return settings(config, Research).product
