from __future__ import annotations

from functools import partial

import pytest

from contracts.config.instantiate import instantiate, locate
from contracts.errors import ConfigError
from contracts.moment import DAY
from production.triggers import Runtime, Schedule

TARGET = "production.triggers.Schedule"


def test_a_component_becomes_an_object_without_its_name() -> None:
    """The option's name is not passed on as an argument."""
    made = instantiate({"_target_": TARGET, "name": "schedule", "every": "1d"})
    asked = Runtime(now=DAY, since=0, promoted=0, requests=0, outcomes=0)
    assert isinstance(made, Schedule)
    assert made.due(asked) == "schedule: every 1d"


def test_a_partial_is_a_plain_functools_partial() -> None:
    """Calling it costs no wrapper of Hydra's."""
    made = instantiate({"_target_": TARGET, "_partial_": True, "every": "1d"})
    assert type(made) is partial


@pytest.mark.parametrize(
    "path",
    [
        "os.system",
        "builtins.eval",
        "subprocess.run",
        "contracts.config.compose.re.compile",
        "contracts.publication.publish.shutil.rmtree",
        "contracts.host.clock.time",
        "eval",
    ],
)
def test_a_name_outside_the_allowed_packages_is_refused(path: str) -> None:
    """Neither another package nor one of its objects that we import can be named."""
    with pytest.raises(ConfigError):
        locate(path)


def test_an_unknown_argument_is_refused_with_the_near_match() -> None:
    """The error for a misspelt key suggests the key the target takes."""
    with pytest.raises(ConfigError, match=r"did you mean 'every'\?"):
        instantiate({"_target_": TARGET, "evry": "1d"})


def test_a_missing_name_is_refused_with_the_near_match() -> None:
    """The error for a misspelt class suggests the one that exists."""
    with pytest.raises(ConfigError, match=r"did you mean 'Schedule'\?"):
        locate("production.triggers.Schedul")
