"""Completion of a command line in bash, zsh and fish: what Hydra knows, of this entry point alone.

A shell asks the entry point itself: ``python -m production -sc query=bash`` reads the line in
``COMP_LINE``, as Hydra's own applications do, and prints what can stand at its end.
"""

from __future__ import annotations

import os
import shlex
from typing import TYPE_CHECKING

from hydra import initialize_config_dir
from hydra._internal.core_plugins.bash_completion import BashCompletion
from hydra.core.global_hydra import GlobalHydra

from contracts.config.command import FLAGS
from contracts.config.compose import TREE, tasks
from contracts.errors import ConfigError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

#: What a command line may ask for besides keys and options.
OPTIONS = ("--help", "--json", "--verbose", "--multirun", "--cfg", "--resolve", "--config-dir")
ENTRIES = "contracts|research|production"
#: What each shell evaluates. Other commands of Python are completed as they were.
SCRIPTS = {
    "bash": f"""\
_liaison_complete() {{
    local line="${{COMP_LINE:0:$COMP_POINT}}"
    [[ $line =~ ^([^[:space:]]+)[[:space:]]+-m[[:space:]]+({ENTRIES})[[:space:]] ]] || return 1
    local word="${{line##*[[:space:]]}}" start=""
    # What stands before the last `=` or `:` is a word of its own to readline.
    [[ $COMP_WORDBREAKS == *=* && $word == *=* ]] && start="${{word%=*}}="
    local found python="${{BASH_REMATCH[1]}}" entry="${{BASH_REMATCH[2]}}"
    found=$(COMP_LINE="$line" "$python" -m "$entry" -sc query=bash 2>/dev/null)
    mapfile -t COMPREPLY < <(compgen -W "$found" -- "$word")
    COMPREPLY=("${{COMPREPLY[@]#"$start"}}")
    compopt -o nospace
}}
complete -o default -o bashdefault -F _liaison_complete python python3
""",
    "zsh": f"""\
_liaison_complete() {{
    if [[ $words[2] == -m && $words[3] == ({ENTRIES}) && CURRENT -gt 3 ]]; then
        local -a found
        local line="$words[1,CURRENT]"
        found=(${{(f)"$(COMP_LINE=$line $words[1] -m $words[3] -sc query=zsh 2>/dev/null)"}})
        compadd -S '' -a found
    else
        _python "$@"
    fi
}}
autoload -Uz _python
compdef _liaison_complete python python3
""",
    "fish": f"""\
function _liaison_complete
    set -l words (commandline -cpo)
    COMP_LINE=(commandline -cp) $words[1] -m $words[3] -sc query=fish 2>/dev/null
end
function _liaison_asked
    set -l words (commandline -cpo)
    test (count $words) -ge 3; and test "$words[2]" = -m
    and string match -qr '^({ENTRIES})$' -- $words[3]
end
for name in python python3
    complete -c $name -n _liaison_asked -f -a '(_liaison_complete)'
end
""",
}


def shell_completion(
    entry: str, asked: Sequence[str], *, environment: Mapping[str, str] = os.environ
) -> str:
    """Return what a shell asked for: the script that it evaluates, or words, a line each.

    Args:
        entry: The entry point.
        asked: The words after the flag: ``install=bash`` or ``query=bash``.
        environment: Its variables; a query's has ``COMP_LINE``.

    Raises:
        ConfigError: Something else was asked for.
    """
    verb, _, shell = asked[0].partition("=") if len(asked) == 1 else ("", "", "")
    if verb == "install" and shell in SCRIPTS:
        return SCRIPTS[shell]
    if verb != "query" or shell not in SCRIPTS:
        raise ConfigError(
            f"{FLAGS[0]} {' '.join(asked)}: expected install={'|'.join(SCRIPTS)}",
            hint=f'eval "$(python -m {entry} {FLAGS[0]} install=bash)" in ~/.bashrc',
        )
    line = environment.get("COMP_LINE", "")
    found = candidates(entry, line.partition(f"-m {entry}")[2])
    return "".join(f"{each}\n" for each in found)


def candidates(entry: str, line: str) -> list[str]:
    """Return what can stand in the place of the last word of a line.

    Args:
        entry: The entry point.
        line: What stands after it, up to the cursor.
    """
    try:
        given = shlex.split(line)
    except ValueError:  # a quotation that is not closed yet
        return []
    word = "" if not line or line[-1].isspace() else given.pop()
    if word.startswith("-"):
        return [each for each in OPTIONS if each.startswith(word)]
    if word.startswith("task="):
        return [each for each in (f"task={task}" for task in tasks(TREE, entry)) if word in each]
    chosen = [each for each in given if "=" in each and not each.startswith("-")]
    found = _known_to_hydra(entry, " ".join([*chosen, word]))
    return [each for each in found if not each.startswith("hydra")]


def _known_to_hydra(entry: str, line: str) -> list[str]:
    """Return the keys, options and values that Hydra finds for a line's last word."""
    GlobalHydra.instance().clear()
    with initialize_config_dir(str(TREE), version_base="1.3"):
        loader = GlobalHydra.instance().config_loader()
        try:
            found: list[str] = BashCompletion(loader)._query(entry, line)  # noqa: SLF001 - its own way in
        except Exception:  # noqa: BLE001 - a line that does not compose yet has no completion
            return []
    return found
