"""What parameters may be."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from sklearn.utils._param_validation import InvalidParameterError

from skdistill import SoftmaxMLPClassifier, SubtaskEnsembleClassifier
from skdistill.utils._parameters import WholeNumbers


def test_whole_numbers():
    numbers = WholeNumbers(2)
    for value in (2, np.int64(3), 10**20):
        assert numbers.is_satisfied_by(value)
    for value in (1, True, np.True_, 2.0, "2", None):
        assert not numbers.is_satisfied_by(value)
    assert str(numbers) == "an int in the range [2, inf)"


@pytest.mark.parametrize(
    ("model", "name"),
    [
        (SoftmaxMLPClassifier(batch_size=True), "batch_size"),
        (SoftmaxMLPClassifier(max_iter=True), "max_iter"),
        (SubtaskEnsembleClassifier(n_subtasks=True), "n_subtasks"),
    ],
)
def test_true_is_no_number(iris, model, name):
    with pytest.raises(InvalidParameterError, match=f"'{name}' parameter .*Got True"):
        model.fit(*iris)
