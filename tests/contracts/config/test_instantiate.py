from __future__ import annotations

from functools import partial

import pytest

from contracts.config.instantiate import instantiate, locate
from contracts.errors import ConfigError
from contracts.moment import DAY
from production.triggers import Runtime, Schedule

TARGET = "production.triggers.Schedule"


def test_a_component_becomes_an_object_and_its_name_stays_behind() -> None:
    """The option's name is not an argument of what it names."""
    made = instantiate({"_target_": TARGET, "name": "schedule", "every": "1d"})
    asked = Runtime(now=DAY, since=0, promoted=0, requests=0, outcomes=0)
    assert isinstance(made, Schedule)
    assert made.due(asked) == "schedule: every 1d"


def test_a_partial_is_a_plain_functools_partial() -> None:
    """A hot path pays for no wrapper."""
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
def test_a_name_that_leads_outside_is_refused(path: str) -> None:
    """Neither another package nor another's object seen through ours can be named."""
    with pytest.raises(ConfigError):
        locate(path)


def test_an_unknown_argument_is_refused_with_the_near_match() -> None:
    """A misspelt key of a component names what the target takes."""
    with pytest.raises(ConfigError, match=r"did you mean 'every'\?"):
        instantiate({"_target_": TARGET, "evry": "1d"})


def test_a_missing_name_is_refused_with_the_near_match() -> None:
    """A misspelt class names the one that is there."""
    with pytest.raises(ConfigError, match=r"did you mean 'Schedule'\?"):
        locate("production.triggers.Schedul")
