"""Logistic regressions fitted all at once: as if each had been fitted alone."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.linear_model import LogisticRegression
from sklearn.tree import DecisionTreeClassifier
from subtask_models import PARTITIONS, Splits, ensemble, every_kind, partly_labeled

from skdistill import DistillationLoss
from skdistill.subtasks import Subtask, _batched_members, _members
from skdistill.subtasks._batched_members import (
    constant_member,
    fit_batched_members,
    is_plain_logistic,
)
from skdistill.subtasks._subtask import Task


@pytest.fixture
def one_by_one(monkeypatch):
    """What refits an ensemble without the solver."""

    def refit(model, *task):
        with monkeypatch.context() as patch:
            patch.setattr(_members, "is_plain_logistic", lambda _: False)
            exact = {"solver": "newton-cholesky", "tol": 1e-12, "max_iter": 1000}
            loop = clone(model)
            loop.set_params(**{f"estimator__{k}": v for k, v in exact.items()})
            return loop.fit(*task)

    return refit


class TestEnsembles:
    @every_kind
    def test_labels(self, partition, combine, iris, one_by_one):
        X, y = iris
        model = ensemble(partition, combine).fit(X, y)
        loop = one_by_one(model, X, y)
        if combine in ("gate", "mean"):
            assert_allclose(model.predict_proba(X), loop.predict_proba(X), atol=1e-5)
        for fast, slow in zip(model.estimators_, loop.estimators_, strict=True):
            assert_allclose(fast.coef_, slow.coef_, atol=1e-5)
            assert_allclose(fast.intercept_, slow.intercept_, atol=1e-5)
            assert_array_equal(fast.classes_, slow.classes_)

    @pytest.mark.parametrize("partition", PARTITIONS)
    @pytest.mark.parametrize("temperature", [1.0, 3.0])
    def test_probabilities(self, partition, temperature, iris, one_by_one, rng):
        X = iris[0]
        P = rng.dirichlet([0.3, 0.3, 0.3], size=150)
        model = ensemble(partition, temperature=temperature).fit(X, P)
        loop = one_by_one(model, X, P)
        assert_allclose(model.predict_proba(X), loop.predict_proba(X), atol=1e-5)

    def test_absent_classes(self, one_by_one, rng):
        """Subtasks of two classes, of three, and of one."""
        X, y = rng.randn(90, 3), np.repeat([0, 1, 2], 30)
        parts = [np.arange(60), np.arange(90), np.arange(30)]
        model = ensemble(Splits(parts), "mean").fit(X, y)
        assert [len(m.classes_) for m in model.estimators_] == [2, 3, 1]
        loop = one_by_one(model, X, y)
        assert_allclose(model.predict_proba(X), loop.predict_proba(X), atol=1e-5)


@pytest.fixture
def task(rng):
    y = np.arange(24) % 3
    transfer = partly_labeled(
        rng.randn(24, 2), rng.randn(24, 3), y, np.array(["a", "b", "c"])
    )
    return Task(transfer, DistillationLoss(alpha=0.0))


SUBTASKS = [Subtask(weights=np.linspace(0.1, i, 24)) for i in (1, 2, 3)]


def test_what_counts_as_plain():
    assert is_plain_logistic(LogisticRegression(C=3, tol=1e-3, max_iter=7))
    assert not is_plain_logistic(LogisticRegression(fit_intercept=False))
    assert not is_plain_logistic(LogisticRegression(class_weight="balanced"))
    assert not is_plain_logistic(DecisionTreeClassifier())


def test_members_are_as_fitted(task):
    estimator = LogisticRegression(C=0.3)
    members = fit_batched_members(estimator, task, SUBTASKS)
    transfer = task.transfer
    for member, subtask in zip(members, SUBTASKS, strict=True):
        alone = LogisticRegression(C=0.3, tol=1e-10, max_iter=1000)
        alone.fit(transfer.X, transfer.classes[transfer.y], subtask.weights)
        assert_allclose(member.coef_, alone.coef_, atol=1e-5)
        assert vars(member).keys() == vars(alone).keys()
        assert_array_equal(member.classes_, alone.classes_)
        assert member.n_iter_.shape == alone.n_iter_.shape
        assert member.coef_.base is None
        assert member is not estimator
    assert not hasattr(estimator, "coef_")


@pytest.mark.parametrize("numbers", [1, 24 * 2 * 2])
def test_in_batches(task, numbers, monkeypatch):
    expected = fit_batched_members(LogisticRegression(), task, SUBTASKS)
    monkeypatch.setattr(_batched_members, "MAX_BATCH_NUMBERS", numbers)
    batches = []
    original = _batched_members._solve

    def solve(members, tasks):
        batches.append(len(members))
        return original(members, tasks)

    monkeypatch.setattr(_batched_members, "_solve", solve)
    members = fit_batched_members(LogisticRegression(), task, SUBTASKS)
    assert batches == ([1, 1, 1] if numbers == 1 else [2, 1])
    for one, other in zip(members, expected, strict=True):
        assert_allclose(one.coef_, other.coef_)


def test_sparse(task, monkeypatch):
    sparse = Task(task.transfer.with_rows(csr_array(task.transfer.X)), task.loss)
    expected = fit_batched_members(LogisticRegression(), task, SUBTASKS)
    members = fit_batched_members(LogisticRegression(), sparse, SUBTASKS)
    for one, other in zip(members, expected, strict=True):
        assert_array_equal(one.coef_, other.coef_)
    # What would be too large when dense stays sparse.
    monkeypatch.setattr(_batched_members, "MAX_BATCH_NUMBERS", 47)
    assert fit_batched_members(LogisticRegression(), sparse, SUBTASKS) is None
    assert len(fit_batched_members(LogisticRegression(), task, SUBTASKS)) == 3


def test_no_convergence(task, monkeypatch):
    """The loop takes over where Newton's method fails."""

    def fail(*args):
        raise np.linalg.LinAlgError

    monkeypatch.setattr(_batched_members, "fit_logistic_regressions", fail)
    assert fit_batched_members(LogisticRegression(), task, SUBTASKS) is None


def test_single_precision(task):
    X = task.transfer.X.astype(np.float32)
    (single,) = fit_batched_members(
        LogisticRegression(), Task(task.transfer.with_rows(X), task.loss), [Subtask()]
    )
    double = Task(task.transfer.with_rows(X.astype(np.float64)), task.loss)
    (expected,) = fit_batched_members(LogisticRegression(), double, [Subtask()])
    assert_array_equal(single.coef_, expected.coef_)


def test_constant(task):
    part = task.restrict(Subtask(samples=np.array([1, 4])))
    member = constant_member(part.transfer)
    assert_array_equal(member.predict_proba(np.zeros((2, 2))), [[1.0], [1.0]])
    assert_array_equal(member.classes_, ["b"])


def test_too_large(digits, monkeypatch):
    """The loop fits what is too large for Newton's method, and nothing else."""
    X, y = digits
    fits = []
    original = LogisticRegression.fit

    def fit(self, *args, **kwargs):
        fits.append(self)
        return original(self, *args, **kwargs)

    monkeypatch.setattr(LogisticRegression, "fit", fit)
    member = LogisticRegression(max_iter=1000)
    ensemble(estimator=member, n_subtasks=2).fit(X, y)
    assert len(fits) == 3
    ensemble(estimator=member, n_subtasks=2).fit(X[:, :3], y % 2)
    assert len(fits) == 3
