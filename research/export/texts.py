"""Whether text vectorizers that were read back make no word a column beyond their matrix.

Their sparse matrices hold whatever column a vocabulary names, and scipy follows it unchecked.
"""

from __future__ import annotations

from copy import deepcopy
from typing import Any

import numpy as np
from sklearn.feature_extraction.text import (
    CountVectorizer,
    HashingVectorizer,
    TfidfTransformer,
    TfidfVectorizer,
)

from research.export.estimator import nested_objects

VECTORIZERS = (CountVectorizer, HashingVectorizer)
#: The only values that each option may have: others name files to read, or functions to call.
OPTIONS: dict[str, tuple[Any, ...]] = {
    "analyzer": ("word", "char", "char_wb"),
    "decode_error": ("strict", "ignore", "replace"),
    "input": ("content",),
    "preprocessor": (None,),
    "strip_accents": (None, "ascii", "unicode"),
    "tokenizer": (None,),
}
#: Numbers that words are counted in.
COUNTS = frozenset(map(np.dtype, ("float32", "float64", "int32", "int64")))
#: Columns that words are hashed to, at most: four times as many as by default.
HASHED = 2**22


def portable(estimator: Any) -> Any:
    """Return an estimator whose vectorizers are alike in every process, and small when written.

    They note an address in memory, and may number words by numpy's integers, each of which would
    be a file. An estimator without them is returned as it is.
    """
    if not any(isinstance(each, VECTORIZERS) for each in nested_objects(estimator)):
        return estimator
    estimator = deepcopy(estimator)
    for each in nested_objects(estimator):
        if isinstance(each, VECTORIZERS):
            vars(each).pop("_stop_words_id", None)
        if isinstance(each, CountVectorizer) and hasattr(each, "vocabulary_"):
            each.vocabulary_ = {word: int(at) for word, at in each.vocabulary_.items()}
    return estimator


def vectorizer_stays_inside(part: Any) -> bool:
    """Return whether a text vectorizer, if it is one, keeps to its matrix and calls no function."""
    if isinstance(part, TfidfTransformer):
        return _weighs_by_numbers(part)
    if isinstance(part, HashingVectorizer):
        columns = part.n_features
        return _reads_texts_alone(part) and type(columns) is int and 1 <= columns <= HASHED
    if isinstance(part, CountVectorizer):
        return _reads_texts_alone(part) and _numbers_its_words(part)
    return True


def _reads_texts_alone(part: Any) -> bool:
    """Return whether scikit-learn's code alone splits texts: no file is read, nothing called."""
    stops, shortest_longest = part.stop_words, part.ngram_range
    return (
        all(_is_one_of(getattr(part, name), values) for name, values in OPTIONS.items())
        # An attribute of the class; one of the object would be called in its place.
        and "_white_spaces" not in vars(part)
        and type(part.token_pattern) is str
        and type(part.encoding) is str
        and (stops is None or type(stops) is str or _are(str, stops, list, set, frozenset))
        and _are(int, shortest_longest, tuple)
        and _is_count(part.dtype)
    )


def _numbers_its_words(part: Any) -> bool:
    """Return whether each word of a vocabulary has a column of its own, of as many as there are."""
    given = part.vocabulary
    if not (given is None or _is_vocabulary(given) or _are(str, given, list, tuple, set)):
        return False
    if not hasattr(part, "vocabulary_"):  # not fitted, as the steps that a pipeline was made from
        return True
    words = part.vocabulary_
    if not _is_vocabulary(words):
        return False
    if not isinstance(part, TfidfVectorizer):
        return True
    weights = getattr(part, "_tfidf", None)
    idf = getattr(weights, "idf_", None)
    return type(weights) is TfidfTransformer and (idf is None or np.shape(idf) == (len(words),))


def _is_vocabulary(words: Any) -> bool:
    if type(words) is not dict or not _are(str, [*words], list):
        return False
    columns = [*words.values()]
    whole = all(type(each) in (int, np.int64, np.int32) for each in columns)
    return whole and sorted(columns) == [*range(len(columns))]


def _weighs_by_numbers(part: Any) -> bool:
    """Return whether the weights of words, if any, are a plain array of floats."""
    if not hasattr(part, "idf_"):
        return True
    weights = part.idf_
    return type(weights) is np.ndarray and weights.ndim == 1 and weights.dtype.kind == "f"


def _is_one_of(value: Any, values: tuple[Any, ...]) -> bool:
    return (value is None or type(value) is str) and value in values


def _are(kind: type, values: Any, *containers: type) -> bool:
    return type(values) in containers and all(type(each) is kind for each in values)


def _is_count(dtype: Any) -> bool:
    return (isinstance(dtype, type) or type(dtype) is str) and _dtype(dtype) in COUNTS


def _dtype(named: Any) -> Any:
    try:
        return np.dtype(named)
    except TypeError:
        return None
