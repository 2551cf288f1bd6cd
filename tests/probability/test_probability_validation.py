"""One clear error for what are no logits, probabilities, labels or weights."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import re
import warnings

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from scipy.sparse import csr_array

from skdistill.probability import (
    check_probabilities,
    fit_calibration,
    fit_inverse_temperature,
    fit_temperature,
    labels_to_logits,
    pairwise_to_class_scores,
    proba_to_logits,
    scores_to_logits,
    sharpen,
    soften,
)


class TestProbabilities:
    """Probabilities of users and of estimators."""

    def test_precision_is_kept(self):
        proba = np.array([[0.25, 0.75]], dtype=np.float32)
        assert check_probabilities(proba, 2) is proba
        assert check_probabilities([[0, 1]], 2).dtype == np.float64

    @pytest.mark.parametrize(
        "row",
        [[-0.1, 1.1], [0.5, 0.6], [0.0, 0.0], [np.nan, 1.0], [2, 3], [np.inf, 0]],
    )
    def test_others_are_refused(self, row):
        with pytest.raises(ValueError, match=r"given must hold class probabilities"):
            check_probabilities([[0.5, 0.5], row], 2, "given")

    def test_rows_that_say_nothing_pass_where_they_may(self):
        rows = np.array([[0.0, 0.0], [np.nan, np.nan], [0.5, np.nan]])
        assert check_probabilities(rows, allow_unknown=True) is rows

    @pytest.mark.parametrize("row", [[-0.7, -0.7], [1.5, -0.5], [-0.5, 0.5], [20, 80]])
    def test_others_are_refused_there_too(self, row):
        with pytest.raises(ValueError, match="must hold class probabilities"):
            check_probabilities([row], allow_unknown=True)

    def test_rounding_passes(self):
        check_probabilities([[0.333, 0.333, 0.334], [0.3333, 0.3333, 0.3333]], 3)
        proba = np.array([[-1e-4, 1.0]])
        assert_array_equal(check_probabilities(proba), [[0, 1]])
        assert proba[0, 0] < 0

    @pytest.mark.parametrize("proba", [[[0.5, 0.5]], [0.5, 0.5, 0.5], 0.5, [[[1.0]]]])
    def test_shape(self, proba):
        message = re.escape(f"each of the 3 classes, but has shape {np.shape(proba)}")
        with pytest.raises(ValueError, match=message):
            check_probabilities(proba, 3)

    def test_remedies(self):
        with pytest.raises(ValueError, match="column_stack"):
            check_probabilities([0.2, 0.8], 2)
        with pytest.raises(ValueError, match="divide by 100"):
            check_probabilities([[20.0, 80.0], [99.9, 0.0]])
        with pytest.raises(ValueError, match=r"sum of one\.$"):
            check_probabilities([[20.0, 80.0], [1.0, 0.0]])

    def test_no_rows(self):
        assert check_probabilities(np.empty((0, 2)), 2).shape == (0, 2)


Z, P, Y = [[0.0, 1.0], [2.0, 0.5]], [[0.2, 0.8], [0.9, 0.1]], [1, 0]


@pytest.mark.parametrize(
    ("call", "name"),
    [
        (lambda: soften(Z, 0), "temperature"),
        (lambda: soften(Z, -1), "temperature"),
        (lambda: soften(Z, np.inf), "temperature"),
        (lambda: soften(Z, "1"), "temperature"),
        (lambda: soften(Z, True), "temperature"),
        (lambda: soften(Z[0]), "logits"),
        (lambda: soften([["a", "b"]]), "logits"),
        (lambda: soften([[1j, 0]]), "logits"),
        (lambda: soften([[1.0], [1.0, 2.0]]), "logits"),
        (lambda: soften([[10**400, 0]]), "logits"),
        (lambda: soften(csr_array(np.eye(2))), "logits"),
        (lambda: soften(np.empty((2, 0))), "logits"),
        (lambda: sharpen(P, 0), "temperature"),
        (lambda: sharpen(P[0], 2), "proba"),
        (lambda: sharpen([[0.0, 0.0]], 2), "proba"),
        (lambda: sharpen([[-0.2, 1.2]], 2), "proba"),
        (lambda: proba_to_logits(P, n_votes=0), "n_votes"),
        (lambda: proba_to_logits(P, n_votes=2.5), "n_votes"),
        (lambda: proba_to_logits(P[0]), "proba"),
        (lambda: proba_to_logits(Z), "proba"),
        (lambda: scores_to_logits(np.zeros((2, 2, 2))), "scores"),
        (lambda: scores_to_logits("abc"), "scores"),
        (lambda: pairwise_to_class_scores(Z, 3), "pairs"),
        (lambda: pairwise_to_class_scores(Z, 1), "n_classes"),
        (lambda: labels_to_logits([0, 2], 2), "labels"),
        (lambda: labels_to_logits([-1], 2), "labels"),
        (lambda: labels_to_logits([0.5], 2), "labels"),
        (lambda: labels_to_logits([[0]], 2), "labels"),
        (lambda: labels_to_logits([0], 2.0), "n_classes"),
        (lambda: fit_temperature(Z, [0, -1]), "labels"),
        (lambda: fit_temperature(Z, [0, 2]), "labels"),
        (lambda: fit_temperature(Z, [0]), "labels"),
        (lambda: fit_temperature(Z, [np.nan, 0]), "labels"),
        (lambda: fit_temperature([[0, np.inf], [0, 1]], Y), "logits"),
        (lambda: fit_temperature(np.empty((0, 2)), []), "logits"),
        (lambda: fit_temperature(Z, Y, [1.0]), "sample_weight"),
        (lambda: fit_temperature(Z, Y, [0, 0]), "sample_weight"),
        (lambda: fit_temperature(Z, Y, [1, -1]), "sample_weight"),
        (lambda: fit_temperature(Z, Y, [1, np.nan]), "sample_weight"),
        (lambda: fit_calibration([[0, np.nan], [0, 1]], Y), "scores"),
        (lambda: fit_calibration(Z, ["a", "b"]), "labels"),
        (lambda: fit_inverse_temperature(Z, P), "proba"),
        (lambda: fit_inverse_temperature(P, Z), "targets"),
        (lambda: fit_inverse_temperature(P, P[:1]), "targets"),
        (lambda: fit_inverse_temperature(P, P, [1.0]), "sample_weight"),
    ],
)
def test_what_is_refused_is_named(call, name):
    with pytest.raises(ValueError, match=rf"^{name} (must|has)"):
        call()


def _anything(rng):
    """Something that a user may pass by mistake, or a matrix that may do."""
    n, k = rng.randint(0, 4, size=2)
    dtype = rng.choice([float, np.float32, int, bool, object, complex])
    values = [-1, 0, 0.25, 0.5, 1, 3, 1e308, -1e-9, np.nan, np.inf, -np.inf]
    values = values[: rng.randint(2, 12)]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        array = rng.choice(values, size=(n, k)).astype(dtype)
    shapes = [array, array[:1], array.ravel(), array.tolist(), array[:, :1]]
    others = [None, "text", 0, -1, 2, 3, 0.5, [[]], [], [["a"]], {}, [None], True]
    choices = [*shapes, *shapes, *others]
    return choices[rng.randint(len(choices))]


@pytest.mark.parametrize(
    ("function", "n_arguments"),
    [
        (soften, 2),
        (sharpen, 2),
        (proba_to_logits, 2),
        (scores_to_logits, 1),
        (pairwise_to_class_scores, 2),
        (labels_to_logits, 2),
        (fit_calibration, 3),
        (fit_temperature, 3),
        (fit_inverse_temperature, 3),
        (check_probabilities, 1),
    ],
)
@pytest.mark.filterwarnings("ignore::RuntimeWarning")
def test_anything_else_raises_nothing_but_value_errors(rng, function, n_arguments):
    messages = set()
    for _ in range(1500):
        arguments = [_anything(rng) for _ in range(n_arguments)]
        try:
            function(*arguments)
        except ValueError as error:
            messages.add(str(error))
    assert {message.split()[1] for message in messages} <= {"must", "has"}
