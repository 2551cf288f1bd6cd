"""All that is made before a student is trained."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from sklearn.ensemble import RandomForestClassifier

from skdistill import DistilledClassifier, SoftmaxMLPClassifier
from skdistill.distillation._prepared import FitInputs
from skdistill.teachers._precomputed import Precomputed


@pytest.fixture(scope="module")
def prepared():
    rng = np.random.RandomState(0)
    X = rng.normal(size=(60, 3))
    y = (X[:, 0] > 0).astype(int)
    model = DistilledClassifier(
        RandomForestClassifier(20), SoftmaxMLPClassifier((4,), max_iter=2)
    )
    model.set_params(cv=2, random_state=0)
    inputs = model._check_inputs(FitInputs(X, y, None, None, Precomputed(), {}))
    return model._prepare(inputs, model._make_parts(X, y, None))


def test_the_committee_teaches_between_zero_and_one(prepared):
    assert prepared.committee_for(0.3) is prepared.committee
    assert set(prepared.committee.weights) > {"teacher", "student"}


def test_with_alpha_1_the_teacher_teaches_alone(prepared):
    committee = prepared.committee_for(1.0)
    assert committee.weights == {"teacher": 1.0}
    np.testing.assert_array_equal(committee.predictions.raw, prepared.predictions.raw)
    transfer = prepared.transfer_set(committee, 1.0)
    assert len(transfer.y) == 60 + len(prepared.data.X_unlabeled)


def test_with_alpha_0_there_are_labeled_samples_alone(prepared):
    committee = prepared.committee_for(0.0)
    assert committee.weights == {"student": 1.0}
    transfer = prepared.transfer_set(committee, 0.0)
    assert len(transfer.y) == 60
    assert transfer.all_labeled
