"""The digest of the code that trains: a release names it, and other code is another run."""

from __future__ import annotations

import hashlib
from functools import cache

from contracts.config.components import registered
from contracts.config.packages import source_digest
from contracts.report.page import installed_versions

#: Libraries whose version changes what a training gives.
LIBRARIES = ("numpy", "onnxruntime", "scikit-learn")


@cache
def code_digest() -> str:
    """Return the digest of the code that runs.

    Our code, that of registered packages, and the versions of the libraries that they train with.
    """
    total = hashlib.sha256(repr(sorted(installed_versions(LIBRARIES).items())).encode())
    total.update(source_digest(registered()).encode())
    return total.hexdigest()
