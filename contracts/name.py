"""Names of products, releases and aliases: each may become a folder, a row's key or a URL's part.

One form for all, so that no name leaves its folder, hides a character or differs from another only
by case.
"""

from __future__ import annotations

import re
from typing import Annotated

import msgspec

from contracts.errors import ContractError

#: Read alike by Python and by ECMA-262, where ``$`` has no newline before it.
FORM = re.compile(r"^[a-z0-9][a-z0-9._-]{0,63}(?!\n)$")
RULE = "a name has 1 to 64 of a-z, 0-9, '.', '_' and '-', and starts with a letter or a digit"

#: A text of that form: whatever decodes into it refuses another.
Name = Annotated[str, msgspec.Meta(pattern=FORM.pattern, description=RULE)]


def check_name(what: str, name: str) -> None:
    """Check that a text is a name, where nothing has decoded it as one.

    Args:
        what: Whose name it is, for the message.
        name: The text.

    Raises:
        ContractError: It is not.

    >>> check_name("the product", "../secrets")
    Traceback (most recent call last):
    contracts.errors.ContractError: the product: expected a name, got '../secrets' → a name has ...
    """
    if FORM.search(name) is None:
        raise ContractError(f"{what}: expected a name, got {name!r}", hint=RULE)
