"""Artifacts with signatures: the suite of every store, and what else is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from contracts.errors import ConfigError, IntegrityError, SignatureError
from contracts.signing.keys import Keys
from contracts.signing.port import NoSigning
from production.artifacts.signed import SignedArtifacts, with_signatures
from production.artifacts.store import LocalArtifacts
from production.registry.aliases import Aliases
from production.serving.publisher import CHAMPION
from tests.suites.artifacts import ArtifactsSuite, state_folder
from tests.suites.signing import Pair, pair

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from contracts.signing.port import Signing


@pytest.fixture
def keys(tmp_path: Path) -> Pair:
    """A key pair."""
    return pair(tmp_path)


@pytest.fixture
def opened(tmp_path: Path) -> Callable[..., SignedArtifacts]:
    """Opens the same store with keys."""

    def open_it(**keys: Any) -> SignedArtifacts:
        store = LocalArtifacts(tmp_path / "store")
        return SignedArtifacts(store, folder=tmp_path / "signatures", signing=Keys(**keys))

    return open_it


@pytest.fixture
def store(opened: Callable[..., SignedArtifacts], keys: Pair) -> SignedArtifacts:
    """A store that signs and verifies."""
    return opened(private_key=keys.private, public_key=keys.public)


class TestSignedArtifacts(ArtifactsSuite):
    """The signed store passes the suite."""

    @pytest.fixture
    def store(self, opened: Callable[..., SignedArtifacts], keys: Pair) -> SignedArtifacts:
        """An empty one."""
        return opened(private_key=keys.private, public_key=keys.public)


def test_a_signature_changes_no_digest(store: SignedArtifacts, tmp_path: Path) -> None:
    """Signed or not, equal content goes by one name; the signature lies beside the store."""
    digest = store.publish(state_folder(tmp_path / "a"))
    assert digest == LocalArtifacts(tmp_path / "plain").publish(tmp_path / "a")
    assert [path.name for path in (tmp_path / "signatures").iterdir()] == [f"{digest}.sig"]


def test_serving_needs_the_public_key_only(
    store: SignedArtifacts, opened: Callable[..., SignedArtifacts], keys: Pair, tmp_path: Path
) -> None:
    """It opens signed artifacts, and cannot publish."""
    digest = store.publish(state_folder(tmp_path / "a"))
    serving = opened(public_key=keys.public)
    assert serving.open(digest).is_dir()
    with pytest.raises(ConfigError, match="no key to sign with"):
        serving.publish(tmp_path / "a")


def test_unsigned_is_refused_where_a_signature_is_demanded(
    store: SignedArtifacts, tmp_path: Path
) -> None:
    """An artifact published without signing has the right bytes, but no signature."""
    digest = LocalArtifacts(tmp_path / "store").publish(state_folder(tmp_path / "a"))
    with pytest.raises(SignatureError, match="there is none"):
        store.open(digest)
    assert store.publish(tmp_path / "a") == digest
    assert store.open(digest).is_dir()


def test_a_signature_by_another_key_is_refused(
    store: SignedArtifacts, opened: Callable[..., SignedArtifacts], tmp_path: Path
) -> None:
    """Only the trusted key counts."""
    digest = store.publish(state_folder(tmp_path / "a"))
    with pytest.raises(SignatureError, match="not signed by the key"):
        opened(public_key=pair(tmp_path, "other").public).open(digest)


def test_keys_that_do_not_match_leave_no_signature(
    opened: Callable[..., SignedArtifacts], keys: Pair, tmp_path: Path
) -> None:
    """The right keys can sign the same content afterwards."""
    other = pair(tmp_path, "other")
    with pytest.raises(ConfigError, match="does not verify"):
        opened(private_key=other.private, public_key=keys.public).publish(
            state_folder(tmp_path / "a")
        )
    assert not [*(tmp_path / "signatures").glob("*")]
    right = opened(private_key=keys.private, public_key=keys.public)
    assert right.open(right.publish(tmp_path / "a")).is_dir()


def test_after_a_change_of_keys_equal_content_is_signed_anew(
    store: SignedArtifacts, opened: Callable[..., Any], keys: Pair, tmp_path: Path
) -> None:
    """While both keys are trusted; then the new key alone opens it."""
    digest = store.publish(state_folder(tmp_path / "a"))
    new = pair(tmp_path, "new")
    trusted = [new.public, keys.public]
    assert opened(private_key=new.private, public_key=trusted).publish(tmp_path / "a") == digest
    assert opened(public_key=new.public).open(digest).is_dir()
    with pytest.raises(SignatureError, match="not signed by the key"):
        store.open(digest)


def test_the_signature_of_another_artifact_is_refused(
    store: SignedArtifacts, tmp_path: Path
) -> None:
    """Even if it is by the same key."""
    one, two = (store.publish(state_folder(tmp_path / name, name)) for name in ("a", "b"))
    signatures = tmp_path / "signatures"
    (signatures / f"{one}.sig").write_bytes((signatures / f"{two}.sig").read_bytes())
    with pytest.raises(SignatureError, match="not as it was signed"):
        store.open(one)


def test_a_changed_byte_is_refused_before_any_signature_is_read(
    store: SignedArtifacts, tmp_path: Path
) -> None:
    """The listing is checked first, because its error names the file."""
    digest = store.publish(state_folder(tmp_path / "a"))
    file = store.open(digest) / "golden.arrow"
    file.chmod(0o644)
    file.write_bytes(b"goldem")
    with pytest.raises(IntegrityError, match=r"golden\.arrow differs from its listed digest"):
        store.open(digest)


def test_a_store_without_signing_is_returned_as_it_is(tmp_path: Path, keys: Pair) -> None:
    """Without signatures there is no cost."""
    plain: Any = LocalArtifacts(tmp_path / "store")
    choices: list[Signing] = [NoSigning(), Keys(public_key=keys.public)]
    stores = [
        with_signatures(plain, folder=tmp_path / "signatures", signing=each) for each in choices
    ]
    assert stores[0] is plain
    assert isinstance(stores[1], SignedArtifacts)


def words(keys: Pair) -> tuple[str, str, str]:
    """Return the overrides that sign and verify."""
    return "signing=key", f"signing.private_key={keys.private}", f"signing.public_key={keys.public}"


@pytest.mark.usefixtures("toy")
def test_a_lifecycle_signs_every_generation_and_serves_as_without(
    operation: Callable[..., Any], keys: Pair
) -> None:
    """Each artifact has its signature; what was served is the same."""
    plain, _ = operation("gate=open", until=20, state="plain").run()
    case = operation("gate=open", *words(keys), until=20)
    signed, _ = case.run()
    artifacts = {each.artifact for each in signed.generations.all("toy")}
    assert artifacts == {each.artifact for each in plain.generations.all("toy")}
    signatures = {path.stem for path in (case.state / "signatures").iterdir()}
    assert artifacts == signatures
    assert Aliases(signed.database).current("toy", CHAMPION).generation == len(artifacts)


@pytest.mark.usefixtures("toy")
def test_an_unsigned_generation_never_serves_and_is_kept(
    operation: Callable[..., Any], keys: Pair
) -> None:
    """Its signature is lost while it waits: what served serves on, and the artifact stays."""
    case = operation("gate=open", "training_takes=1d", *words(keys), until=22)
    assembly = case.build()
    steps = assembly.loop.steps()
    while next(steps).at < 18 * 86_400_000_000:
        pass
    waiting = assembly.generations.all("toy")[1].artifact
    (case.state / "signatures" / f"{waiting}.sig").unlink()
    assert any("there is none" in (step.broken or "") for step in steps)
    assert assembly.engine.deployed.manifest.champion.generation == 1
    assert (case.state / "artifacts" / "published" / waiting).is_dir()


@pytest.mark.usefixtures("toy")
def test_state_signed_by_another_is_not_restored(
    operation: Callable[..., Any], keys: Pair, tmp_path: Path
) -> None:
    """A process that resumes verifies signatures by the key it trusts."""
    assembly = operation("gate=open", *words(keys), until=30).build()
    next(assembly.loop.steps())
    other = pair(tmp_path, "other")
    again = operation("gate=open", *words(other), until=30).build()
    with pytest.raises(SignatureError, match="not signed by the key"):
        next(again.loop.steps())
