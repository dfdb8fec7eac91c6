"""What a skops file may hold beside what skops itself trusts: ours to say, never the file's.

skops trusts scikit-learn's public estimators, numpy's arrays and the element-wise functions of
numpy and scipy. What is added here is what fitted estimators of those kinds are made of. A solution
with a transformer of its own names it in its own code: see `Served.allowed`.
"""

from __future__ import annotations

#: Where a type or function may come from at all, whatever skops of some version trusts.
ROOTS = frozenset({"builtins", "collections", "functools", "numpy", "scipy", "sklearn"})

#: What skops trusts and we do not: their compiled code follows a state's numbers out of its memory,
#: and no look of ours tells which numbers are meant.
REFUSED = ("sklearn.svm.",)

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
        # What a fitted ColumnTransformer and encoder of some versions remember.
        "sklearn.compose._column_transformer._RemainderColsList",
        "sklearn.utils._bunch.Bunch",
        "builtins.slice",
    }
)
