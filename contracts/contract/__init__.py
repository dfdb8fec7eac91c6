"""The contract: what research hands over and production is held to.

`Contract` is one version as it lies in its folder; the modules beside it say what stands in it.
"""

from contracts.contract.contract import Contract, latest, load, products, published, versions

__all__ = ["Contract", "latest", "load", "products", "published", "versions"]
