"""The agents' progress, read back from the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import StateError
from production.registry.checkpoints import Checkpoint, Checkpoints

if TYPE_CHECKING:
    from collections.abc import Callable

pytestmark = pytest.mark.usefixtures("toy")


@pytest.mark.parametrize("document", [{"until": "soon"}, {"until": 5, "shards": 2}, {}])
def test_progress_that_other_code_wrote_is_refused_by_name(
    operation: Callable[..., Any], document: dict[str, Any]
) -> None:
    """With the product, the agent and the way on, not with a parser's error."""
    assembly = operation().build()
    checkpoint = Checkpoint(product="toy", name="serving", moment=0, document=document)
    Checkpoints(assembly.database).save(checkpoint)
    with pytest.raises(StateError, match="toy's progress of 'serving' cannot be read") as error:
        assembly.progress.serving.load()
    assert "paths.output" in error.value.hint
