"""The artifact store in a bucket: what other hosts see, tampered objects, and a store that is away.

The bucket is that of moto's server, which speaks S3's protocol over HTTP on this machine.
"""

from __future__ import annotations

import sys
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from typing import TYPE_CHECKING, Any
from urllib.request import Request, urlopen

import pytest
from moto.server import ThreadedMotoServer

from contracts.errors import (
    ConfigError,
    IntegrityError,
    MissingExtraError,
    SignatureError,
    StateError,
)
from contracts.signing.keys import Keys
from production.artifacts.bucket import Bucket
from production.artifacts.listing import Entry, Listing
from production.artifacts.listing import digest as digest_of
from production.artifacts.objects import ObjectArtifacts
from production.artifacts.signed import SignedArtifacts
from tests.suites.artifacts import ArtifactsSuite, state_folder
from tests.suites.signing import pair

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

#: It takes long and says nothing of a Python: once, not on every one.
pytestmark = pytest.mark.e2e

NUMBERS = count()


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """The address of an empty object store."""
    server = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def place(server: str) -> dict[str, Any]:
    """An empty bucket, as an adapter takes it."""
    name = f"bucket-{next(NUMBERS)}"
    urlopen(Request(f"{server}/{name}", method="PUT"), timeout=60).close()  # noqa: S310 - http
    keys = {"access_key_id": "me", "secret_access_key": "secret", "region": "us-east-1"}
    return {"url": f"s3://{name}/products/p", "options": {"endpoint": server, **keys}}


@pytest.fixture
def bucket(place: dict[str, Any]) -> Bucket:
    """The bucket, past the store of artifacts."""
    return Bucket(**place)


@pytest.fixture
def store(place: dict[str, Any], tmp_path: Path) -> ObjectArtifacts:
    """A store in it."""
    return ObjectArtifacts(tmp_path / "cache", **place)


@pytest.fixture
def other(place: dict[str, Any], tmp_path: Path) -> ObjectArtifacts:
    """The same store on another host."""
    return ObjectArtifacts(tmp_path / "other", **place)


@pytest.fixture
def digest(store: ObjectArtifacts, tmp_path: Path) -> str:
    """An artifact that the first host published."""
    return store.publish(state_folder(tmp_path / "made"))


class TestObjectArtifacts(ArtifactsSuite):
    """It does what every store does."""


class TestSignedObjects(ArtifactsSuite):
    """So it does with signatures."""

    @pytest.fixture
    def store(self, place: dict[str, Any], tmp_path: Path) -> SignedArtifacts:
        """An empty store that signs and verifies."""
        return signed(place, tmp_path, "one", pair(tmp_path, "me"))


def signed(place: dict[str, Any], tmp_path: Path, host: str, keys: Any) -> SignedArtifacts:
    """Return a store on one host that signs and verifies."""
    return SignedArtifacts(
        ObjectArtifacts(tmp_path / host / "cache", **place),
        folder=tmp_path / host / "signatures",
        signing=Keys(private_key=keys.private, public_key=keys.public),
    )


def test_another_host_opens_what_one_published(other: ObjectArtifacts, digest: str) -> None:
    """With the same bytes."""
    assert (other.open(digest) / "model" / "trees.bin").read_bytes() == b"weights"


def test_an_artifact_without_its_listing_is_not_there(
    other: ObjectArtifacts, bucket: Bucket, digest: str
) -> None:
    """A writer that was killed has written files, and no listing yet."""
    bucket.delete(f"published/{digest}/listing.json")
    with pytest.raises(StateError, match="unknown artifact"):
        other.open(digest)


def test_the_listing_is_written_last(
    store: ObjectArtifacts, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exclusively, after every file."""
    calls: list[tuple[str, str]] = []
    for name in ("write", "create"):
        method = getattr(Bucket, name)

        def record(self: Bucket, key: str, content: Any, *, _call: Any = method) -> Any:
            calls.append((_call.__name__, key.rpartition("/")[2]))
            return _call(self, key, content)

        monkeypatch.setattr(Bucket, name, record)
    store.publish(state_folder(tmp_path / "made"))
    assert sorted(calls[:-1]) == [("write", "golden.arrow"), ("write", "trees.bin")]
    assert calls[-1] == ("create", "listing.json")


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (("model/trees.bin", b"weightz"), r"model/trees\.bin differs from its listed digest"),
        (("model/trees.bin", b""), r"model/trees\.bin has 0 bytes, 7 are listed"),
        (("model/trees.bin", b"w" * 2**20), r"model/trees\.bin has 8 bytes, 7 are listed"),
        (("golden.arrow", None), r"golden\.arrow is missing"),
        (("listing.json", b"{}"), r"listing\.json differs from the artifact's digest"),
    ],
)
def test_a_changed_object_is_refused(
    other: ObjectArtifacts,
    bucket: Bucket,
    digest: str,
    change: tuple[str, bytes | None],
    words: str,
) -> None:
    """The file is named, and nothing of it stays in the cache."""
    name, content = change
    key = f"published/{digest}/{name}"
    bucket.delete(key) if content is None else bucket.write(key, content)
    for _ in range(2):
        with pytest.raises(IntegrityError, match=words):
            other.open(digest)


@pytest.mark.parametrize("name", ["golden.arrow", "listing.json"])
def test_publishing_again_mends_what_was_changed(
    store: ObjectArtifacts, place: dict[str, Any], digest: str, name: str, tmp_path: Path
) -> None:
    """For all hosts."""
    Bucket(**place).write(f"published/{digest}/{name}", b"changed")
    assert store.publish(tmp_path / "made") == digest
    other = ObjectArtifacts(tmp_path / "other", **place)
    assert (other.open(digest) / "golden.arrow").read_bytes() == b"golden"


@pytest.mark.parametrize("path", ["../outside", "/outside", "a/../../outside", "a//b", "."])
def test_a_listing_never_names_a_path_outside_its_artifact(
    store: ObjectArtifacts, bucket: Bucket, path: str
) -> None:
    """Whoever may write to the bucket cannot write to the disk of a host."""
    entry = Entry(path=path, size=1, sha256=digest_of(b"x"))
    content = Listing(files=(entry,)).encode()
    digest = digest_of(content)
    bucket.write(f"published/{digest}/listing.json", content)
    with pytest.raises(IntegrityError, match="is no path inside an artifact"):
        store.open(digest)


def test_a_large_artifact_is_refused_before_it_is_downloaded(
    place: dict[str, Any], digest: str, tmp_path: Path
) -> None:
    """By what its listing says."""
    with pytest.raises(IntegrityError, match="makes 13 bytes in all, at most 8 are allowed"):
        ObjectArtifacts(tmp_path / "small", largest=8, **place).open(digest)


def test_what_one_host_moved_aside_another_cannot_open(
    store: ObjectArtifacts, other: ObjectArtifacts, bucket: Bucket, digest: str, tmp_path: Path
) -> None:
    """Even from its cache; a copy is kept with the reason, and publishing it anew heals it."""
    other.open(digest)
    for number in (1, 2):
        store.quarantine(digest, f"reason {number}")
        with pytest.raises(IntegrityError, match=f"was quarantined: reason {number}"):
            other.open(digest)
        kept = [key for key in bucket.keys("quarantined") if key.split("/")[1][-1] == str(number)]
        names = ["golden.arrow", "listing.json", "trees.bin", "reason.txt"]
        assert [key.rpartition("/")[2] for key in kept] == names
        assert store.publish(tmp_path / "made") == digest
        assert other.open(digest).is_dir()


def test_a_host_that_never_opened_an_artifact_can_move_it_aside(
    other: ObjectArtifacts, digest: str
) -> None:
    """The reason lies on this host too."""
    aside = other.quarantine(digest, "golden set is off")
    assert (aside / "reason.txt").read_text() == "golden set is off\n"


def test_a_damaged_cache_is_filled_again(store: ObjectArtifacts, digest: str) -> None:
    """From the bucket."""
    file = store.open(digest) / "golden.arrow"
    file.chmod(0o644)
    file.write_bytes(b"goldem")
    assert (store.open(digest) / "golden.arrow").read_bytes() == b"golden"


def test_while_the_store_is_away_the_cache_serves(
    place: dict[str, Any], digest: str, tmp_path: Path
) -> None:
    """After a restart too; what was never opened here, or is damaged, cannot be opened."""
    away = {**place, "options": {**place["options"], "endpoint": "http://127.0.0.1:1"}}
    here = ObjectArtifacts(tmp_path / "cache", **away)
    assert (here.open(digest) / "golden.arrow").read_bytes() == b"golden"
    with pytest.raises(StateError, match=r"s3://bucket.* could not be read"):
        ObjectArtifacts(tmp_path / "empty", **away).open(digest)
    with pytest.raises(StateError, match=r"s3://bucket.* could not be written"):
        here.publish(state_folder(tmp_path / "new", "new"))
    (here.open(digest) / "golden.arrow").unlink()
    with pytest.raises(IntegrityError, match=r"golden\.arrow is missing"):
        here.open(digest)


def test_a_bucket_that_does_not_exist_takes_nothing(place: dict[str, Any], tmp_path: Path) -> None:
    """Who publishes learns so."""
    missing = ObjectArtifacts(tmp_path / "cache", **{**place, "url": "s3://missing/p"})
    with pytest.raises(StateError, match="s3://missing/p could not be written"):
        missing.publish(state_folder(tmp_path / "made"))


def test_hosts_that_publish_at_once_agree(place: dict[str, Any], tmp_path: Path) -> None:
    """Equal content has one listing."""
    folder = state_folder(tmp_path / "made")
    hosts = [ObjectArtifacts(tmp_path / str(number), **place) for number in range(4)]
    with ThreadPoolExecutor(4) as pool:
        (digest,) = set(pool.map(lambda host: host.publish(folder), hosts))
    assert hosts[0].open(digest).is_dir()


def test_a_signature_is_shared_with_the_artifact(place: dict[str, Any], tmp_path: Path) -> None:
    """Another host verifies it, also while the store is away; without it nothing opens."""
    keys = pair(tmp_path, "me")
    digest = signed(place, tmp_path, "one", keys).publish(state_folder(tmp_path / "made"))
    signed(place, tmp_path, "two", keys).open(digest)
    away = {**place, "options": {**place["options"], "endpoint": "http://127.0.0.1:1"}}
    signed(away, tmp_path, "two", keys).open(digest)
    Bucket(**place).delete(f"signatures/{digest}.sig")
    with pytest.raises(SignatureError, match="there is none"):
        signed(place, tmp_path, "two", keys).open(digest)


def test_an_artifact_signed_by_another_is_refused(place: dict[str, Any], tmp_path: Path) -> None:
    """Whoever may write to the bucket cannot make a model that serves."""
    forger = signed(place, tmp_path, "one", pair(tmp_path, "forger"))
    digest = forger.publish(state_folder(tmp_path / "made"))
    with pytest.raises(SignatureError, match="not signed by the key"):
        signed(place, tmp_path, "two", pair(tmp_path, "me")).open(digest)


@pytest.mark.parametrize("url", ["file:///tmp/store", "memory:///", "https://host/x", "store"])
def test_another_kind_of_store_is_refused(tmp_path: Path, url: str) -> None:
    """One that makes nothing durable, say."""
    with pytest.raises(ConfigError, match="expected the URL of an object store"):
        ObjectArtifacts(tmp_path, url=url)


def test_an_unknown_option_is_refused(tmp_path: Path) -> None:
    """By its name."""
    with pytest.raises(ConfigError, match="endpoit"):
        ObjectArtifacts(tmp_path, url="s3://bucket/p", options={"endpoit": "x"})


def test_a_missing_library_names_its_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """And how to install it."""
    monkeypatch.setitem(sys.modules, "obstore", None)
    with pytest.raises(MissingExtraError, match=r"liaison-lifecycle\[objects\]"):
        ObjectArtifacts(tmp_path, url="s3://bucket/p")
