"""Random tables: a student predicts the same in NumPy, C, ONNX and JavaScript."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest
from compiling import needs_compiler, network
from numpy.testing import assert_allclose
from scripting import InNode, needs_node, to_records

from skdistill import TabularMLPClassifier
from skdistill.exceptions import ColumnKindWarning
from skdistill.export import OnnxClassifier, compile, to_onnx
from skdistill.neural_network._tabular_base import MIN_SAMPLES

WORDS = ["", " ", "a", "A", "ä", "日本", "\U0001f9c0", "a,b", "7", "nan", "None", "\n"]


def random_table(rng, n_samples):
    """Columns of numbers of many sizes, of words, and of both with gaps."""
    frame = pd.DataFrame(index=range(n_samples))
    for j in range(rng.randint(1, 5)):
        numbers = rng.normal(rng.choice([0, 3, 50]), size=n_samples)
        forms = numbers, numbers.round(), np.exp(numbers.clip(None, 9)), 0 * numbers
        scale = 10.0 ** rng.randint(-4, 4)
        frame[f"number {j}"] = scale * forms[rng.randint(len(forms))]
    for j in range(rng.randint(1, 5)):
        words = rng.choice(WORDS, rng.randint(2, len(WORDS)), replace=False)
        frame[f"word {j}"] = rng.choice(words, n_samples).astype(object)
    for name in frame:
        if rng.uniform() < 0.5:
            frame[name] = frame[name].mask(rng.uniform(size=n_samples) < 0.2)
    return frame[rng.permutation(frame.columns)]


def disturbed(rng, frame):
    """Unseen words, new gaps, huge numbers, further columns, in another order."""
    frame = frame.copy()
    for name in frame:
        rows = rng.uniform(size=len(frame)) < 0.1
        is_word = name.startswith("word")
        scale = 10.0 ** rng.randint(1, 25, rows.sum())
        frame.loc[rows, name] = "unseen ?" if is_word else scale * frame.loc[rows, name]
        frame.loc[rng.uniform(size=len(frame)) < 0.1, name] = None
    frame["further"] = "x"
    return frame[rng.permutation(frame.columns)]


def random_student(rng):
    return TabularMLPClassifier(
        network(
            hidden_layer_sizes=tuple(rng.randint(1, 20, rng.randint(0, 3))),
            activation=str(rng.choice(["relu", "tanh", "logistic", "identity"])),
            numeric_encoding=[None, 3, "auto"][rng.randint(3)],
            n_members=int(rng.randint(1, 4)),
            solver=str(rng.choice(["adam", "lbfgs"])),
        )
    )


def as_onnx(student):
    return OnnxClassifier.from_bytes(to_onnx(student).SerializeToString())


needs_onnx = pytest.mark.skipif(
    not all(map(find_spec, ("onnx", "onnxruntime"))), reason="needs the extra 'export'"
)


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(
    ("export", "tolerance"),
    [
        pytest.param(compile, 1e-6, marks=needs_compiler),
        pytest.param(InNode, 1e-6, marks=needs_node),
        pytest.param(as_onnx, 1e-5, marks=needs_onnx),
    ],
)
def test_forms_agree(export, tolerance, seed):
    rng = np.random.RandomState(seed)
    X = random_table(rng, 80)
    with warnings.catch_warnings(action="ignore", category=ColumnKindWarning):
        student = random_student(rng).fit(X, rng.randint(rng.randint(2, 5), size=80))
    exported = export(student)
    others = disturbed(rng, X)
    proba = student.predict_proba(others)
    assert_allclose(exported.predict_proba(others), proba, rtol=0, atol=tolerance)
    records = to_records(others.head(5))
    assert_allclose(exported.predict_proba(records), proba[:5], rtol=0, atol=tolerance)
    # Few samples are read value by value, and many by look-ups.
    many = pd.concat([others] * (1 + MIN_SAMPLES // len(others)))
    for rows, expected in ((records, proba[:5]), (many, np.tile(proba, (99, 1)))):
        same = student.predict_proba(rows)
        assert_allclose(same, expected[: len(same)], rtol=0, atol=1e-6)
    number = next(name for name in X if name.startswith("number"))
    others.loc[3, number] = np.inf
    for model in (student, exported):
        with pytest.raises(ValueError, match=r"infinity|too large"):
            model.predict_proba(others)
