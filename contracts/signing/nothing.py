"""No signatures: nothing is signed, none is demanded."""

from __future__ import annotations


class Nothing:
    """The default: digests alone say that bytes are as they were written, not who wrote them."""

    signer = None
    verifier = None
