"""Models of texts are served as skops, and no forged vectorizer leads out of its matrix."""

from __future__ import annotations

import subprocess
import sys
from copy import deepcopy
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from sklearn.compose import ColumnTransformer
from sklearn.feature_extraction.text import (
    CountVectorizer,
    HashingVectorizer,
    TfidfTransformer,
    TfidfVectorizer,
)
from sklearn.linear_model import LogisticRegression
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import FunctionTransformer, StandardScaler
from sklearn.utils.validation import check_array

from contracts.errors import ContractError, StateError
from research.export.allowed import ALLOWED
from research.export.arrays import arrays
from research.export.exported import ExportedModel
from research.export.fitted import Fitted
from research.export.memory_safety import require_memory_safe
from research.export.skops_state import dump, load
from tests.suites.forgery import content, forged
from tests.suites.learner import records

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

NOTES = ["good day", "bad day", "bad food", "nice food", "caf bad", "a nice view"] * 50
ROWS = pa.table({"note": NOTES})
BAD = np.array(["bad" in note for note in NOTES])

VECTORIZERS: dict[str, Callable[[], Any]] = {
    "words": TfidfVectorizer,
    "pairs of words": lambda: CountVectorizer(ngram_range=(1, 2), stop_words="english"),
    "the most frequent": lambda: TfidfVectorizer(max_features=4),
    "characters": lambda: TfidfVectorizer(analyzer="char", ngram_range=(1, 3)),
    "characters of words": lambda: CountVectorizer(analyzer="char_wb", strip_accents="unicode"),
    "given words": lambda: CountVectorizer(vocabulary=["bad", "good"]),
    "hashed": lambda: HashingVectorizer(n_features=64),
    "counted, then weighed": lambda: make_pipeline(CountVectorizer(), TfidfTransformer()),
}


def fitted(name: str) -> Any:
    """Return a pipeline over the notes, with one of the vectorizers."""
    words = ColumnTransformer([("words", VECTORIZERS[name](), "note")])
    return make_pipeline(words, LogisticRegression()).fit(pd.DataFrame(arrays(ROWS)), BAD)


def vectorizer(estimator: Any) -> Any:
    """Return the fitted vectorizer of a pipeline, or the pipeline of two."""
    return estimator[0].named_transformers_["words"]


@pytest.mark.parametrize("name", VECTORIZERS)
def test_every_vectorizer_has_a_form(name: str, tmp_path: Path) -> None:
    """It predicts the same for words in other letters, in batches, one by one, and for no rows."""
    model = Fitted(fitted(name), ROWS)
    model.write(tmp_path)
    served = ExportedModel.read(tmp_path)
    assert served.form == "skops"
    assert "Vectorizer is not known to be exact there; as skops" in served.why
    asked = pa.table({"note": ["café bad", "İstanbul ßtraße", "ﬁne", "", None, "мир 世界", "BAD"]})
    assert np.array_equal(served.predict(asked), model.predict(asked))
    singles = [served.one(each)[0] for each in records(asked)]
    assert singles == pytest.approx(served.predict(asked)[:, 0], abs=1e-12)
    assert served.predict(asked[:0]).shape == (0, 1)


def test_a_word_with_a_letter_of_another_script_is_one_word(tmp_path: Path) -> None:
    """Café is none of the words seen: not caf, as where letters are those of ASCII."""
    estimator = fitted("words")
    model = Fitted(estimator, ROWS)
    model.write(tmp_path)
    served = ExportedModel.read(tmp_path)
    alone, accented, cut = served.predict(pa.table({"note": ["bad", "café bad", "caf bad"]}))[:, 0]
    assert accented == pytest.approx(alone, abs=1e-12)
    assert accented != pytest.approx(cut, abs=1e-3)


def splits(text: str) -> list[str]:
    """Return the words of a text: a function that a solution could define."""
    return text.split()


def test_a_function_is_refused() -> None:
    """A vectorizer that calls a function of the solution's own is not written."""
    words = CountVectorizer(tokenizer=splits, token_pattern=None).fit(NOTES)
    with pytest.raises(ContractError, match="splits is not allowed"):
        dump(words, ALLOWED)


def shifted(change: Callable[[dict[str, Any]], object]) -> Callable[[Any], None]:
    """Return a change of a vectorizer's vocabulary."""
    return lambda words: change(words.vocabulary_)


class Words(dict[str, int]):
    """A vocabulary that answers what it likes."""


FORGERIES: dict[str, tuple[str, Callable[[Any], object]]] = {
    "a column beyond": ("words", shifted(lambda words: words.update(bad=10**6))),
    "a column before": ("words", shifted(lambda words: words.update(bad=-1))),
    "a column twice": ("words", shifted(lambda words: words.update(bad=words["day"]))),
    "a column that is a float": ("words", shifted(lambda words: words.update(bad=1.0))),
    "a column that is a flag": ("words", shifted(lambda words: words.update(bad=True))),
    "a word that is a number": (
        "words", shifted(lambda words: words.update({1: words.pop("bad")}))),
    "another mapping": (
        "words", lambda each: setattr(each, "vocabulary_", Words(each.vocabulary_))),
    "words without order": ("given words", lambda each: setattr(each, "vocabulary", {"bad": 7})),
    "fewer weights": ("words", lambda each: setattr(each._tfidf, "idf_", np.ones(1))),
    "masked weights": (
        "words", lambda each: setattr(each._tfidf, "idf_", np.ma.MaskedArray(each.idf_))),
    "weights that are objects": (
        "words", lambda each: setattr(each._tfidf, "idf_", each.idf_.astype(object))),
    "another weigher": ("words", lambda each: setattr(each, "_tfidf", StandardScaler())),
    "files": ("words", lambda each: setattr(each, "input", "filename")),
    "an analyzer": ("words", lambda each: setattr(each, "analyzer", partial(check_array))),
    "a tokenizer": ("words", lambda each: setattr(each, "tokenizer", partial(check_array))),
    "a preprocessor": ("hashed", lambda each: setattr(each, "preprocessor", np.add)),
    "a stripper": ("words", lambda each: setattr(each, "strip_accents", np.add)),
    "a pattern": ("words", lambda each: setattr(each, "token_pattern", FunctionTransformer())),
    "spaces": ("words", lambda each: setattr(each, "_white_spaces", FunctionTransformer())),
    "stop words": ("words", lambda each: setattr(each, "stop_words", [1])),
    "lengths": ("words", lambda each: setattr(each, "ngram_range", (1, 2.5))),
    "counts": ("words", lambda each: setattr(each, "dtype", np.object_)),
    "no columns": ("hashed", lambda each: setattr(each, "n_features", 0)),
    "columns without end": ("hashed", lambda each: setattr(each, "n_features", 2**31)),
    "columns by another type": ("hashed", lambda each: setattr(each, "n_features", np.int8(-1))),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_forged(name: str) -> None:
    """What would lead out of the matrix, read a file or call something else is refused."""
    kind, change = FORGERIES[name]
    estimator = deepcopy(fitted(kind))
    assert require_memory_safe(estimator) is estimator
    change(vectorizer(estimator))
    with pytest.raises(StateError, match="finds words in other columns than it has, or not by it"):
        require_memory_safe(estimator)


def test_a_forged_file() -> None:
    """A vocabulary changed in the file itself is refused when it is read."""

    def change(schema: dict[str, Any]) -> None:
        for node in content(schema, "bad"):
            node["content"] = "1000000"

    state = dump(fitted("words"), ALLOWED)
    assert load(state, ALLOWED)
    with pytest.raises(StateError, match="finds words in other columns"):
        load(forged(state, change), ALLOWED)


PROGRAM = """
import hashlib
from research.export.allowed import ALLOWED
from research.export.skops_state import dump
from sklearn.feature_extraction.text import TfidfVectorizer
words = TfidfVectorizer(stop_words=["the"]).fit(["the good day", "the bad day"])
print(hashlib.sha256(dump(words, ALLOWED)).hexdigest(), hasattr(words, "_stop_words_id"))
"""


@pytest.mark.e2e
def test_equal_vectorizers_equal_bytes() -> None:
    """Addresses in memory are not written, and the estimator itself is not changed."""
    answers = {
        subprocess.run(
            [sys.executable, "-c", PROGRAM],
            env={"PYTHONHASHSEED": seed, "OMP_NUM_THREADS": "1"},
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        for seed in ("1", "2", "3")
    }
    assert len(answers) == 1
    assert answers.pop().endswith("True\n")
