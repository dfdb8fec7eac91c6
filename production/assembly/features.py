"""Makes the feature store of a product, and what fills it; none where no feature is stored."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from contracts.config import instantiate
from contracts.data.stored.feature import entity_columns
from contracts.errors import ConfigError, ContractError, did_you_mean
from contracts.moment import duration, instant
from contracts.schema.columns import Columns
from contracts.schema.record import unnamed
from production.features.database import DatabaseFeatureStore
from production.features.filling import FeatureFilling
from production.features.intake import FeatureIntake, watermark
from production.features.lookup import CachedLookup
from production.features.retention import KeptValues
from production.registry.checkpoints import Checkpoints

if TYPE_CHECKING:
    from collections.abc import Callable

    import pyarrow as pa

    from contracts.config.product import Features, Product
    from production.database.database import Database
    from production.features.port import FeatureStore

#: Kinds of the columns that name an entity.
ENTITIES = frozenset({"str", "category", "int"})


def feature_store(product: Product, database: Database) -> FeatureStore | None:
    """Return the store of a product's features, none if it has none."""
    if product.features is None:
        return None
    return DatabaseFeatureStore(database, product.name, entity_columns(product.features.stored))


def feature_lookup(product: Product, database: Database) -> CachedLookup | None:
    """Return what an engine looks a product's features up in, none if it has none."""
    store, features = feature_store(product, database), product.features
    if features is None or store is None:
        return None
    return CachedLookup(features.stored, store, kept=duration(features.kept))


def asked_columns(columns: Columns, features: Features | None) -> Columns:
    """Return the columns that a client sends: those of a contract without the stored features.

    Raises:
        ConfigError: A stored feature is no nullable number of the contract, an entity is named by
            no column of it or by one of another kind, or a check between columns reads a stored
            feature.
    """
    if features is None:
        return columns
    stored = {each.name for each in features.stored}
    for each in features.stored:
        column = columns.by_name.get(each.name)
        if column is None or column.kind != "float" or not column.nullable:
            raise ConfigError(
                f"product.features: {each.name!r} is no nullable number among the contract's inputs"
                f"{did_you_mean(each.name, columns.names)}",
                hint="draft a contract with this column, float64 and nullable",
            )
        for name in each.entity:
            if name not in columns.names:
                raise ConfigError(
                    f"product.features: {each.name!r}: {name!r} is no input of the contract"
                    f"{did_you_mean(name, columns.names)}"
                )
            if columns.by_name[name].kind not in ENTITIES or name in unnamed(columns):
                raise ConfigError(
                    f"product.features: {each.name!r}: {name!r} names no entity",
                    hint="take a column of text or whole numbers that Python takes for a name",
                )
    rest = [column for column in columns if column.name not in stored]
    try:
        return Columns(rest, row_checks=columns.row_checks)
    except ContractError as error:
        raise ConfigError(
            f"product.features: a check between columns reads a stored feature: {error}",
            hint="check what clients send; bounds of the feature's own column hold",
        ) from error


def feature_intake(
    product: Product, database: Database, *, first: int, overlap: int
) -> FeatureIntake | None:
    """Return what takes values into the store of a product, none if it has none.

    Args:
        product: The product.
        database: Its database.
        first: From when on an event may be asked for, microseconds: values are taken from one
            window earlier on.
        overlap: How long after it became known a value may become visible, microseconds.
    """
    store = feature_store(product, database)
    if product.features is None or store is None:
        return None
    reach = max(each.reach for each in product.features.stored)
    return FeatureIntake(
        product=product.name,
        values=instantiate(product.features.values, "product.features.values"),
        store=store,
        checkpoints=Checkpoints(database),
        database=database,
        first=first - reach,
        overlap=overlap,
    )


def kept_values(product: Product, database: Database, *, most: int) -> KeptValues | None:
    """Return what forgets values of a product's stored features, none if it has none.

    Args:
        product: The product.
        database: Its database.
        most: How many values one batch deletes.
    """
    features, store = product.features, feature_store(product, database)
    if features is None or store is None:
        return None
    return KeptValues(
        store,
        reach=max(each.reach for each in features.stored),
        recent=duration(features.kept),
        overlap=duration(features.overlap),
        taken=partial(watermark, Checkpoints(database), product.name),
        most=most,
    )


def feature_filling(
    product: Product, database: Database
) -> Callable[[pa.Table, int], pa.Table] | None:
    """Return what fills a product's recorded requests, none if it has no stored features."""
    store = feature_store(product, database)
    intake = feature_intake(product, database, first=instant(product.start), overlap=0)
    if product.features is None or store is None or intake is None:
        return None
    return FeatureFilling(product.features.stored, store, intake).filled
