"""The contract: what research hands over and production has to fulfil.

`Contract` is one version, read from its folder; the other modules hold its parts.
"""

from contracts.contract.contract import Contract, load
from contracts.contract.lookup import latest, products, published, versions

__all__ = ["Contract", "latest", "load", "products", "published", "versions"]
