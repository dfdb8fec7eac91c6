"""What a skops file may hold: ours to say, never the file's, and never skops' alone.

skops trusts all of scikit-learn's public estimators. Here stand those whose predictions were read
down to their compiled code: it follows no number of their state, or `bounds` looks at each number
first. A solution with another estimator, or a transformer of its own, names it in its own code: see
`Served.allowed`.
"""

from __future__ import annotations

#: Where a type or function may come from, whatever skops of some version trusts.
SOURCES = (
    "builtins.",
    "collections.",
    "functools.",
    "numpy.",
    "scipy.special.",
    "sklearn._loss.",
    "sklearn.compose.",
    "sklearn.decomposition._factor_analysis.",
    "sklearn.decomposition._fastica.",
    "sklearn.decomposition._incremental_pca.",
    "sklearn.decomposition._kernel_pca.",
    "sklearn.decomposition._pca.",
    "sklearn.decomposition._truncated_svd.",
    "sklearn.discriminant_analysis.",
    "sklearn.dummy.",
    "sklearn.ensemble.",
    "sklearn.feature_selection.",
    "sklearn.frozen.",
    "sklearn.impute.",
    "sklearn.isotonic.",
    "sklearn.kernel_approximation.",
    "sklearn.kernel_ridge.",
    "sklearn.linear_model.",
    "sklearn.model_selection.",
    "sklearn.multiclass.",
    "sklearn.multioutput.",
    "sklearn.naive_bayes.",
    "sklearn.neural_network.",
    "sklearn.pipeline.",
    "sklearn.preprocessing.",
    "sklearn.random_projection.",
    "sklearn.tree.",
)

#: Of these, what is not: gradient boosting's first form adds to as many columns as a file says.
REFUSED = ("numpy.ma.", "numpy.void", "sklearn.ensemble._gb.")

#: What skops reads by another name than it looks at: a masked array hides its numbers from who
#: looks, scipy follows the indices of a sparse matrix unseen, and a reference shares what is one's.
LOADERS = frozenset({"CachedNode", "MaskedArrayNode", "SparseMatrixNode"})

ALLOWED = frozenset(
    {
        # The trees of boosting, of forests, of one: skops leaves them out because scikit-learn
        # follows their nodes without looking, so `bounds` looks before they are used.
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.tree._tree.Tree",
        # Boosted trees with categorical_features= check their input by a function of their own:
        # a partial is as safe as what it calls, which must be listed as well.
        "functools.partial",
        "sklearn.utils.validation.check_array",
        # The kind of numbers an encoder makes.
        "numpy.dtype",
        # What a fitted ColumnTransformer remembers; the first, one of an earlier version.
        "sklearn.compose._column_transformer._RemainderColsList",
        "sklearn.utils._bunch.Bunch",
        "builtins.slice",
    }
)
