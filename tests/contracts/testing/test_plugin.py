from __future__ import annotations

import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

pytest_plugins = ["pytester"]


def test_a_misspelt_reference_is_refused(run: Callable[..., pytest.RunResult]) -> None:
    """A misspelt name is refused, and not taken for a package that is not installed."""
    wrong = {"learner": {"_target_": "toy_product.Lerner"}, "model": "toy_product.Cells"}
    result = run("--contract=toy", solution=wrong)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*(did you mean 'toy_product.Learner'?)*"])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--contract=tou",), "*no such option (did you mean 'toy'?)*"),
        (("--contract=toy", "--contract-version=2.0.0"), "*2.0.0: no contract there*"),
        (("--contract=toy", "--contract-override=product.contarct=1"), "*did you mean*"),
        (("--contract=toy", "--contract-config-dir=cnf"), "*no folder 'cnf'*"),
        (("--contract=toy", "tests"), "*tests: no clause of the contract; there are*"),
        (
            ("--contract=toy", "toy-1.0.0::goden"),
            "*did you mean 'toy-1.0.0::golden'?*",
        ),
        (("--contract=toy", "--contract=flights"), "*expected one product, got toy, flights*"),
        (("--contract=",), "*--contract: expected one product, got none*"),
    ],
)
def test_what_cannot_be_run_is_a_usage_error(
    run: Callable[..., pytest.RunResult], words: tuple[str, ...], message: str
) -> None:
    """An unknown product, version, key or clause ends in one message, exit code 4."""
    result = run(*words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--candidate=toy_product.Lerner",), "*did you mean 'toy_product.Learner'?*"),
        (("--candidate=implmentation",), "*did you mean 'implementation'?*"),
        (("--candidate=toy_product.Cells",), "*not declared for the port 'learner' but for model*"),
        (("--candidate=toy_product.Unmade",), "*cannot be made: RuntimeError: no licence*"),
        (("--candidate=os.system",), "*not declared for the port 'learner'*"),
        (("--candidate=solution", "--reference=none"), "*against itself as fitted*"),
    ],
)
def test_a_malformed_side_is_a_usage_error(
    run: Callable[..., pytest.RunResult], words: tuple[str, ...], message: str
) -> None:
    """A misspelt name, a model, a class that fails, one that is not allowed: exit code 4."""
    result = run("--contract=toy", *words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])


NOTHING = "--contract-override=product.source._target_=toy_product.Nothing"


def test_without_data_a_run_is_a_usage_error(run: Callable[..., pytest.RunResult]) -> None:
    """No data is neither equivalent nor different: one message with the next step, exit code 4."""
    result = run("--contract=toy", NOTHING)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.assert_outcomes()
    result.stderr.fnmatch_lines(["*DataError: none of 0 events *task=ingest*"])
    assert run("--contract=toy", NOTHING, "--collect-only").ret == pytest.ExitCode.OK


@pytest.mark.e2e
@pytest.mark.parametrize(
    ("word", "message"),
    [
        (NOTHING, "*DataError: none of 0 events *task=ingest*"),
        ("nosuch.py", "*ConfigError: nosuch.py: no clause of the contract; there are toy-1.0.0::*"),
    ],
)
def test_workers_refuse_what_their_controller_refuses(
    run: Callable[..., pytest.RunResult],
    pytester: pytest.Pytester,
    monkeypatch: pytest.MonkeyPatch,
    word: str,
    message: str,
) -> None:
    """Under pytest-xdist the message comes before any worker starts."""
    run("--contract=toy", "--collect-only")  # writes the configuration
    monkeypatch.setenv("PYTHONPATH", str(pytester.path / "site"))
    words = ("--contract=toy", "--contract-config-dir=conf", "-n2", word)
    result = pytester.runpytest_subprocess(*words)
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines([message])


def test_options_of_a_contract_need_the_contract(run: Callable[..., pytest.RunResult]) -> None:
    """A side without a contract is an error: the repository's own tests are not run."""
    result = run("--candidate=solution")
    assert result.ret == pytest.ExitCode.USAGE_ERROR
    result.stderr.fnmatch_lines(["*has no effect without --contract=PRODUCT*"])


def test_without_the_option_nothing_changes(run: Callable[..., pytest.RunResult]) -> None:
    """A session without the option collects its own tests."""
    run().assert_outcomes(failed=1)


def test_the_plugin_itself_imports_nothing_heavy() -> None:
    """Every pytest session loads the plugin, so it must be cheap to import."""
    program = (
        "import sys, contracts.testing.plugin; "
        "sys.exit(str({'numpy', 'pandas', 'pandera', 'hydra', 'msgspec'} & {*sys.modules}))"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert done.stderr.strip() == "set()"
