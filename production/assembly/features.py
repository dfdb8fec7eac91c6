"""Makes the feature store of a product, and what fills it; none where no feature is stored."""

from __future__ import annotations

from typing import TYPE_CHECKING

from contracts.config import instantiate
from contracts.data.stored.feature import entity_columns
from contracts.moment import instant
from production.features.database import DatabaseFeatureStore
from production.features.filling import FeatureFilling
from production.features.intake import FeatureIntake
from production.registry.checkpoints import Checkpoints

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from contracts.config.product import Product
    from production.database.database import Database
    from production.features.port import FeatureStore


def feature_store(product: Product, database: Database) -> FeatureStore | None:
    """Return the store of a product's features, none if it has none."""
    if product.features is None:
        return None
    return DatabaseFeatureStore(database, product.name, entity_columns(product.features.stored))


def feature_intake(product: Product, database: Database, *, overlap: int) -> FeatureIntake | None:
    """Return what takes values into the store of a product, none if it has none.

    It begins as long before operation as the longest window reaches.

    Args:
        product: The product.
        database: Its database.
        overlap: How long after it became known a value may become visible, microseconds.
    """
    store = feature_store(product, database)
    if product.features is None or store is None:
        return None
    reach = max(each.reach for each in product.features.stored)
    return FeatureIntake(
        product=product.name,
        values=instantiate(product.features.values, "values"),
        store=store,
        checkpoints=Checkpoints(database),
        database=database,
        first=instant(product.start) - reach,
        overlap=overlap,
    )


def feature_filling(
    product: Product, database: Database
) -> Callable[[pa.Table, int], pa.Table] | None:
    """Return what fills a product's recorded requests, none if it has no stored features."""
    store, intake = feature_store(product, database), feature_intake(product, database, overlap=0)
    if product.features is None or store is None or intake is None:
        return None
    return FeatureFilling(product.features.stored, store, intake).filled
