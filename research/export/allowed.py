"""The types and functions that a skops file may hold: this list decides, not the file, nor skops.

skops trusts all of scikit-learn's public estimators. Listed here are those whose predictions were
read down to their compiled code: it follows no number of their state, or `memory_safety` checks
each such number first. A solution with another estimator, or with a transformer of its own, names
it in its own code: see `ExportedModel.allowed`.
"""

from __future__ import annotations

#: Modules a type or function may come from, whatever the installed version of skops trusts.
SOURCES = (
    *("builtins.", "collections.", "functools.", "numpy.", "scipy.special."),
    # Linear models, naive Bayes, networks.
    *("sklearn.discriminant_analysis.", "sklearn.kernel_ridge.", "sklearn.linear_model."),
    *("sklearn.naive_bayes.", "sklearn.neural_network."),
    # Trees and what they are boosted or bagged into.
    *("sklearn._loss.", "sklearn.dummy.", "sklearn.ensemble.", "sklearn.tree."),
    # Preprocessing.
    *("sklearn.feature_selection.", "sklearn.impute.", "sklearn.isotonic."),
    *("sklearn.kernel_approximation.", "sklearn.preprocessing.", "sklearn.random_projection."),
    *("sklearn.decomposition._factor_analysis.", "sklearn.decomposition._fastica."),
    *("sklearn.decomposition._incremental_pca.", "sklearn.decomposition._kernel_pca."),
    *("sklearn.decomposition._pca.", "sklearn.decomposition._truncated_svd."),
    # What holds other estimators.
    *(
        "sklearn.calibration.",
        "sklearn.compose.",
        "sklearn.frozen.",
        "sklearn.model_selection.",
        "sklearn.multiclass.",
    ),
    *("sklearn.multioutput.", "sklearn.pipeline."),
)

#: Exceptions to the above: a mask hides numbers from a check.
REFUSED = ("numpy.ma.", "numpy.void")

#: Loaders that are refused, for skops checks the type that a node names and then builds what its
#: loader says: the mask of a masked array hides numbers from a check, and scipy follows the indices
#: of a sparse matrix unchecked.
REFUSED_LOADERS = frozenset({"MaskedArrayNode", "SparseMatrixNode"})

ALLOWED = frozenset(
    {
        # Trees of boosting, of forests, single ones. skops leaves them out, because scikit-learn
        # follows their nodes unchecked; `memory_safety` checks the nodes before they are used.
        "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
        "sklearn.tree._tree.Tree",
        # Boosted trees with categorical_features= check their input through a partial, which is as
        # safe as what it calls, and that must be listed as well.
        "functools.partial",
        "sklearn.utils.validation.check_array",
        # The type of the numbers an encoder returns.
        "numpy.dtype",
        # In the state of a fitted ColumnTransformer; the first, in that of an earlier version.
        "sklearn.compose._column_transformer._RemainderColsList",
        "sklearn.utils._bunch.Bunch",
        "builtins.slice",
        # In the state of a calibrated classifier: plain arithmetic of numpy.
        "sklearn.calibration._CalibratedClassifier",
        "sklearn.calibration._SigmoidCalibration",
        # Text vectorizers, whose vocabularies and options `memory_safety` checks.
        "sklearn.feature_extraction.text.CountVectorizer",
        "sklearn.feature_extraction.text.HashingVectorizer",
        "sklearn.feature_extraction.text.TfidfTransformer",
        "sklearn.feature_extraction.text.TfidfVectorizer",
        # Our own cast to float32, which holds no more than the width of its matrix.
        "research.export.single.SinglePrecision",
    }
)
