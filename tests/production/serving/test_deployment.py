"""What the engine refuses to deploy: generations and manifests of other contracts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from msgspec.structs import replace

from contracts.errors import IncompatibleError, IntegrityError
from contracts.schema.columns import Columns
from contracts.schema.record import RecordDecoder
from production.selectors.latest import Latest
from production.selectors.single import Single
from tests.suites.check import finite, ge, isin, le, ne

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from contracts.contract import Contract
    from production.generation.description import Candidate
    from production.serving.engine import Engine
    from production.serving.manifest import Manifest


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"product": "other"}, "a generation of other, expected one of toy"),
        ({"contract": "2.0.0"}, r"fulfils contract 2\.0\.0, deployment serves 1\.0\.0"),
        ({"contract": "0.9.0"}, r"fulfils contract 0\.9\.0"),
    ],
)
def test_another_product_or_another_major_version_never_takes_traffic(  # noqa: PLR0917 - fixtures
    deployed: Callable[..., Engine],
    manifest: Callable[..., Manifest],
    candidates: list[Candidate],
    requests: pa.Table,
    offer: Callable[..., Candidate],
    changes: dict[str, str],
    message: str,
) -> None:
    """The artifact decides, also where the manifest states something else."""
    serving = deployed(Latest(), candidates[0])
    for candidate in (offer(**changes), replace(offer(**changes), contract="1.0.0")):
        with pytest.raises(IncompatibleError, match=message):
            serving._loader.load(candidate)
        with pytest.raises(IncompatibleError):
            serving.deploy(manifest(candidates[0], candidate), revision=2)
    assert serving.deployed.revision == 1
    assert serving.serve(requests).predictions[0, 0] == 0.1


def test_a_candidate_that_names_another_version_than_its_artifact_is_refused(
    engine: Callable[[Any], Engine], offer: Callable[..., Candidate]
) -> None:
    """Even within a major version: the registry then differs from the artifact."""
    with pytest.raises(IntegrityError, match=r"contract 1\.1\.0, its artifact states 1\.0\.0"):
        engine(Single())._loader.load(replace(offer(), contract="1.1.0"))


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"product": "other"}, "a manifest of other, expected one of toy"),
        ({"contract": "2.0.0"}, r"toy's manifest: fulfils contract 2\.0\.0"),
    ],
)
def test_a_manifest_of_another_product_or_major_version_is_refused(
    engine: Callable[[Any], Engine],
    manifest: Callable[..., Manifest],
    candidates: list[Candidate],
    changes: dict[str, str],
    message: str,
) -> None:
    """Before any artifact of it is opened."""
    serving = engine(Single())
    with pytest.raises(IncompatibleError, match=message):
        serving.deploy(replace(manifest(candidates[0]), **changes), revision=1)
    assert not serving.is_deployed


def test_an_older_minor_version_serves_as_a_rollback(
    engine: Callable[[Any], Engine],
    manifest: Callable[..., Manifest],
    contract: Contract,
    candidates: list[Candidate],
    requests: pa.Table,
) -> None:
    """A generation of 1.0.0 serves where 1.1.0 is deployed."""
    serving = engine(Latest())
    serving._contract = serving._loader._contract = replace(contract, version="1.1.0")
    promised = replace(manifest(*candidates[:2]), contract="1.1.0")
    serving.deploy(promised, revision=1)
    assert serving.serve(requests).predictions[0, 0] == 0.2


def test_a_generation_with_columns_in_another_order_gets_them_in_that_order(
    deployed: Callable[..., Engine],
    contract: Contract,
    offer: Callable[..., Candidate],
    requests: pa.Table,
) -> None:
    """After a minor version reordered them, older generations serve batches and single records."""
    older = offer(inputs=("size", "colour"))
    serving = deployed(Single(), older)
    seen: list[list[str]] = []
    inner = serving.deployed.offers[0].model._model
    predict = inner.predict
    inner.predict = lambda rows: (seen.append(rows.column_names), predict(rows))[1]
    assert serving.serve(requests).predictions[0, 0] == 0.7
    assert seen == [["size", "colour"]]
    record = RecordDecoder(contract.input_columns).convert({"colour": "red", "size": None})
    assert serving.choose("k1", record).model.one(record) == (0.7,)


def test_a_newer_minor_version_is_checked_on_its_own_golden_rows(
    engine: Callable[[Any], Engine],
    manifest: Callable[..., Manifest],
    contract: Contract,
    offer: Callable[..., Candidate],
    requests: pa.Table,
) -> None:
    """Version 1.1.0 allows rows that the deployed 1.0.0 refuses; they do not make it broken."""
    newer = offer(contract="1.1.0")
    colour, size = contract.input_columns
    narrow = (
        replace(colour, checks=(isin(["green", "blue"]),)),
        replace(size, nullable=False, checks=(finite(), ge(0.9), le(1), ne(1))),
    )
    serving = engine(Single())
    serving._contract = serving._loader._contract = replace(contract, input_columns=Columns(narrow))
    serving.deploy(manifest(newer), revision=1)
    assert serving.serve(requests).predictions[0, 0] == 0.7
