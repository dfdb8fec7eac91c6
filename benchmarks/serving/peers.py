"""The peers: each in an environment of its own, as its documentation serves a scikit-learn model.

All have one process or worker that predicts, one thread, and no access log.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import sklearn

from benchmarks.serving.contender import Contender, Question, Reader
from benchmarks.serving.question import FRAME, PLAIN, TENSORS

FILES = Path(__file__).with_name("peers")
SKLEARN = f"scikit-learn=={sklearn.__version__}"
SECONDS = 600


class Peer(msgspec.Struct, frozen=True, kw_only=True):
    """A server of models that others made.

    Attributes:
        name: What the table calls it.
        package: The package whose version the table shows.
        needs: What its environment has.
        command: What starts it, with ``{bin}`` for its environment's programs.
        path: Where it takes requests.
        body: Its request.
        read: Reads its response.
        prepare: Makes what it serves, given its programs, the model and its folder.
    """

    name: str
    package: str
    needs: tuple[str, ...]
    command: tuple[str, ...]
    path: str
    body: bytes
    read: Reader
    prepare: Callable[[Path, Path, Path], None] | None = None


def _save_mlflow(programs: Path, model: Path, folder: Path) -> None:
    script = str(FILES / "mlflow_save.py")
    if not (folder / "model").exists():
        _run(str(programs / "python"), script, str(model), str(folder / "model"))


def _configure_mlserver(_: Path, model: Path, folder: Path) -> None:
    settings = {"host": "127.0.0.1", "parallel_workers": 0, "debug": False}
    described = {
        "name": "flights",
        "implementation": "mlserver_sklearn.SKLearnModel",
        "parameters": {"uri": str(model)},
    }
    (folder / "settings.json").write_bytes(msgspec.json.encode(settings))
    (folder / "model-settings.json").write_bytes(msgspec.json.encode(described))


PEERS = (
    Peer(
        name="FastAPI + scikit-learn, tuned",
        package="fastapi",
        needs=("fastapi", "uvicorn[standard]", "pandas", SKLEARN),
        command=(
            *("{bin}/python", "-m", "uvicorn", "fastapi_app:app", "--port", "{port}"),
            *("--loop", "uvloop", "--http", "httptools", "--no-access-log"),
        ),
        path="/predict",
        body=PLAIN,
        read=lambda answer: answer["late"],
    ),
    Peer(
        name="LitServe",
        package="litserve",
        needs=("litserve", "pyzmq", "pandas", SKLEARN),
        command=("{bin}/python", str(FILES / "litserve_app.py"), "{port}"),
        path="/predict",
        body=PLAIN,
        read=lambda answer: answer["late"],
    ),
    Peer(
        name="BentoML",
        package="bentoml",
        needs=("bentoml", "pandas", SKLEARN),
        command=(
            *("{bin}/bentoml", "serve", "bentoml_service:Flights", "--port", "{port}"),
            *("--host", "127.0.0.1", "--working-dir", str(FILES)),
        ),
        path="/predict",
        body=msgspec.json.encode({"record": msgspec.json.decode(PLAIN)}),
        read=lambda answer: answer["late"],
    ),
    Peer(
        name="MLServer",
        package="mlserver",
        needs=("mlserver", "mlserver-sklearn", "pandas", SKLEARN),
        command=("{bin}/mlserver", "start", "."),
        path="/v2/models/flights/infer",
        body=TENSORS,
        read=lambda answer: answer["outputs"][0]["data"][1],
        prepare=_configure_mlserver,
    ),
    Peer(
        name="MLflow",
        package="mlflow",
        needs=("mlflow", "pandas", SKLEARN),
        command=(
            *("{bin}/mlflow", "models", "serve", "-m", "model", "--port", "{port}"),
            *("--env-manager", "local", "--workers", "1"),
        ),
        path="/invocations",
        body=FRAME,
        read=lambda answer: answer["predictions"][0][1],
        prepare=_save_mlflow,
    ),
)


def peers(model: Path, *, work: Path) -> list[Contender]:
    """Return the peers that serve a fitted pipeline, installed first where they are not."""
    return [_contender(peer, model, work / "peers" / peer.package) for peer in PEERS]


def _contender(peer: Peer, model: Path, folder: Path) -> Contender:
    question = Question(path=peer.path, body=peer.body, read=peer.read)
    programs = folder / "venv" / "bin"
    try:
        version = _install(peer, folder)
        if peer.prepare is not None:
            peer.prepare(programs, model, folder)
    except subprocess.SubprocessError as error:
        output = getattr(error, "stderr", None) or str(error)
        reason = output.strip().splitlines()[-1]
        return Contender(name=peer.name, question=question, missing=f"not installable: {reason}")
    return Contender(
        name=f"{peer.name} {version}",
        command=tuple(word.replace("{bin}", str(programs)) for word in peer.command),
        folder=folder,
        question=question,
        environment={
            "MODEL": str(model),
            "PYTHONPATH": str(FILES),
            "PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin",
            "MLSERVER_HTTP_PORT": "{port}",
            "BENTOML_DO_NOT_TRACK": "true",
            "MLFLOW_DISABLE_TELEMETRY": "true",
        },
    )


def _install(peer: Peer, folder: Path) -> str:
    """Make the peer's environment unless it is there; return the version of its package."""
    done = folder / "installed"
    if not done.exists() or done.read_text() != " ".join(peer.needs):
        folder.mkdir(parents=True, exist_ok=True)
        _run(*_uv("venv", "--clear", "--python", sys.executable), str(folder / "venv"))
        _run(*_uv("pip", "install", "--python", str(folder / "venv")), *peer.needs)
        done.write_text(" ".join(peer.needs))
    code = f"import importlib.metadata as m; print(m.version({peer.package!r}))"
    return _run(str(folder / "venv" / "bin" / "python"), "-c", code).strip()


def _uv(*words: str) -> tuple[str, ...]:
    return (sys.executable, "-m", "uv", *words)


def _run(*command: str) -> str:
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=SECONDS)
    return done.stdout
