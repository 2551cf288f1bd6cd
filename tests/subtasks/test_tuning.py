"""Choices by cross-validation."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings
from dataclasses import replace

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import softmax
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression
from subtask_models import partly_labeled

from skdistill import DistillationLoss, SubtaskEnsembleClassifier
from skdistill.probability import fit_inverse_temperature
from skdistill.subtasks import Subtask, _members, _tuning
from skdistill.subtasks._members import MemberFitter
from skdistill.subtasks._subtask import Task
from skdistill.subtasks._tuning import (
    C_GRID,
    LOCAL_C_FACTORS,
    Choice,
    CrossValidation,
    choose_members,
    first_member,
    make_folds,
)


def label_task(X, y, weights=None):
    """A task of labels alone, with their class indices."""
    n_classes = y.max() + 1
    logits = np.zeros((len(y), n_classes))
    transfer = partly_labeled(X, logits, y, np.arange(n_classes), weights)
    return Task(transfer, DistillationLoss(alpha=0.0))


@pytest.fixture
def validation(rng):
    """Three folds of 30 samples with noisy labels, and what fits members."""
    X = rng.randn(30, 3)
    task = label_task(X, (X[:, 0] + rng.randn(30) > 0).astype(int))
    number = np.arange(30) % 3
    folds = [(number != fold, number == fold) for fold in range(3)]
    return CrossValidation(task, folds, MemberFitter(None, rng))


class TestFolds:
    def test_every_sample_is_held_out_once(self, rng):
        y = np.repeat([0, 1, 2], [20, 15, 10])
        folds = make_folds(label_task(rng.randn(45, 2), y), rng)
        assert len(folds) == 5
        for train, held_out in folds:
            assert_array_equal(train, ~held_out)
            assert_array_equal(np.bincount(y[held_out]), [4, 3, 2])
        assert_array_equal(np.sum([rows for _, rows in folds], axis=0), 1)

    def test_they_are_drawn(self, rng):
        task = label_task(rng.randn(40, 2), np.arange(40) % 2)
        first, second = (make_folds(task, rng)[0][1] for _ in range(2))
        assert not np.array_equal(first, second)

    def test_a_sample_alone_in_its_class_is_never_held_out(self, rng):
        y = np.repeat([0, 1, 2], [20, 19, 1])
        folds = make_folds(label_task(rng.randn(40, 2), y), rng)
        held_out = np.sum([rows for _, rows in folds], axis=0)
        assert_array_equal(held_out, (y < 2).astype(int))
        assert all(train[-1] for train, _ in folds)

    def test_no_more_folds_than_samples_of_a_class(self, rng):
        y = np.array([0, 0, 0, 1])
        assert len(make_folds(label_task(rng.randn(4, 2), y), rng)) == 3
        assert make_folds(label_task(rng.randn(2, 2), np.arange(2)), rng) == []

    def test_a_part_of_many_samples_with_labels_first(self, monkeypatch, rng):
        monkeypatch.setattr(_tuning, "MAX_TUNING_SAMPLES", 40)
        labels = rng.permutation(np.repeat([0, 1, -1], [15, 20, 65]))
        logits = np.log(rng.dirichlet(np.ones(2), size=100))
        transfer = partly_labeled(rng.randn(100, 2), logits, labels, np.arange(2))
        folds = make_folds(Task(transfer, DistillationLoss()), rng)
        assert len(folds) == 5
        held_out = np.sum([rows for _, rows in folds], axis=0)
        assert held_out.sum() == 40
        assert_array_equal(held_out[labels >= 0], 1)
        for train, rows in folds:
            assert_array_equal(train + rows, held_out)

    def test_strata_are_targets(self, rng):
        """Of samples without labels they are the teacher's predictions."""
        predicted = np.repeat([0, 1], [20, 20])
        logits = 5 * np.eye(2)[predicted]
        transfer = partly_labeled(
            rng.randn(40, 2), logits, np.full(40, -1), np.arange(2)
        )
        for _, held_out in make_folds(Task(transfer, DistillationLoss()), rng):
            assert_array_equal(np.bincount(predicted[held_out]), [4, 4])


class TestOutOfFold:
    def test_as_one_fit_a_fold(self, validation):
        task, exact = validation.task, {"tol": 1e-10, "max_iter": 1000}
        (probas,) = validation.predict(LogisticRegression(C=0.5), [Subtask()])
        X, y = task.transfer.X, task.transfer.y
        for train, held_out in validation.folds:
            model = LogisticRegression(C=0.5, **exact).fit(X[train], y[train])
            expected = model.predict_proba(X[held_out])
            assert_allclose(probas[held_out], expected, atol=1e-5)

    def test_subtasks_and_generalist(self, validation, rng):
        """Weights go with their samples, and the generalist's are the last."""
        task, weights = validation.task, rng.rand(30)
        generalist_proba = rng.dirichlet(np.ones(2), size=30)
        subtasks = [Subtask(features=np.array([1])), Subtask(weights=weights)]
        probas = validation.predict(LogisticRegression(), subtasks, generalist_proba)
        assert probas.shape == (3, 30, 2)
        assert_array_equal(probas[2], generalist_proba)
        X, y, exact = task.transfer.X, task.transfer.y, {"tol": 1e-10}
        for train, held_out in validation.folds:
            first = LogisticRegression(**exact).fit(X[train][:, [1]], y[train])
            expected = first.predict_proba(X[held_out][:, [1]])
            assert_allclose(probas[0, held_out], expected, atol=1e-5)
            second = LogisticRegression(**exact).fit(X[train], y[train], weights[train])
            expected = second.predict_proba(X[held_out])
            assert_allclose(probas[1, held_out], expected, atol=1e-5)

    def test_samples_that_no_fold_holds_out(self, validation):
        some = replace(validation, folds=validation.folds[:2])
        probas = some.predict(LogisticRegression(), [Subtask()])
        held_out = np.arange(30) % 3 < 2
        assert_array_equal(some.held_out, np.flatnonzero(held_out))
        assert_allclose(probas.sum(axis=2)[0], held_out)


class TestTuning:
    def test_least_loss_wins(self, validation):
        """By hand: the log loss of each C and way at its best temperature."""
        ways = [first_member, lambda probas, X: probas[0][:, ::-1]]
        C_values = [1e-4, 0.1, 100.0]
        choice = validation.tune([Subtask()], ways, C_values)
        losses, y = {}, validation.task.transfer.y
        for C in C_values:
            (proba,) = validation.predict(LogisticRegression(C=C), [Subtask()])
            for way, combined in enumerate([proba, proba[:, ::-1]]):
                power, loss = fit_inverse_temperature(combined, np.eye(2)[y])
                losses[C, way, power] = loss
        best = min(losses, key=losses.get)
        assert (choice.estimator.C, choice.way, choice.inverse_temperature) == best
        (proba,) = validation.predict(choice.estimator, [Subtask()])
        assert_array_equal(choice.probas[0], proba)
        assert len(set(losses.values())) == 6

    def test_targets_are_not_softened(self, rng):
        """Weights count, and the combined probabilities have been sharpened."""
        logits, labels = rng.randn(40, 3), rng.randint(0, 3, size=40)
        weights = rng.rand(40)
        transfer = partly_labeled(
            rng.randn(40, 2), logits, labels, np.arange(3), weights
        )
        task = Task(transfer, DistillationLoss(temperature=2.0, alpha=0.3))
        number = np.arange(40) % 2
        folds = [(number == 0, number == 1)]
        validation = CrossValidation(task, folds, MemberFitter(None, rng))
        choice = validation.tune([Subtask()], [first_member], [1.0])
        targets = 0.7 * np.eye(3)[labels] + 0.3 * softmax(logits, axis=1)
        expected, _ = fit_inverse_temperature(
            choice.probas[0][number == 1], targets[number == 1], weights[number == 1]
        )
        assert choice.inverse_temperature == expected

    def test_ways_see_the_samples_that_are_held_out(self, validation):
        some = replace(validation, folds=validation.folds[1:])
        seen = []

        def way(probas, X):
            seen.append(X)
            return first_member(probas, X)

        some.tune([Subtask()], [way], [1.0])
        assert_array_equal(seen[0], some.task.transfer.X[some.held_out])

    def test_no_warnings_of_candidates(self, monkeypatch, rng):
        """What a search tries and drops is nothing that a user could mend."""
        original = LogisticRegression.fit

        def fit(self, *args, **kwargs):
            if self.C > 10:
                warnings.warn("Not there yet.", ConvergenceWarning, stacklevel=2)
            return original(self, *args, **kwargs)

        monkeypatch.setattr(LogisticRegression, "fit", fit)
        monkeypatch.setattr(_members, "is_plain_logistic", lambda _: False)
        X, noise = rng.randn(60, 30), rng.randint(0, 2, size=60)
        model = SubtaskEnsembleClassifier(n_subtasks=2, random_state=0)
        assert model.fit(X, noise).generalist_.C < 0.1


class TestChoice:
    @pytest.fixture
    def searched(self, monkeypatch):
        """Values of C that are searched; each search ends with the second."""
        values = []

        def tune(self, subtasks, ways, C_values, generalist_proba=None):
            values.append(C_values)
            return Choice(LogisticRegression(C=C_values[1]), np.zeros((1, 30, 2)), 0, 4)

        monkeypatch.setattr(CrossValidation, "tune", tune)
        return values

    def test_near_the_generalist(self, validation, searched):
        first = choose_members(validation, None, [Subtask()], [first_member])
        assert_array_equal(searched[0], C_GRID)
        choose_members(validation, None, [Subtask()], [first_member], first)
        assert_allclose(searched[1], C_GRID[1] * LOCAL_C_FACTORS)

    def test_without_folds(self, validation, searched):
        none = replace(validation, folds=[])
        choice = choose_members(none, None, [Subtask()], [first_member])
        assert type(choice.estimator) is LogisticRegression
        assert choice[1:] == (None, None, 1.0)
        mine = LogisticRegression(C=7)
        choice = choose_members(none, mine, [Subtask()], [first_member])
        assert choice == (mine, None, None, 1.0)
        assert searched == []

    def test_an_estimator_is_taken_as_it_is(self, validation, searched):
        mine = LogisticRegression(C=7)
        choice = choose_members(validation, mine, [Subtask()], [first_member])
        assert choice.estimator is mine
        assert choice[2:] == (None, 1.0)
        assert_array_equal(choice.probas, validation.predict(mine, [Subtask()]))
        assert searched == []

    @pytest.mark.usefixtures("searched")
    def test_a_few_samples_held_out_say_little_of_soft_targets(self, validation):
        def power(validation):
            choice = choose_members(validation, None, [Subtask()], [first_member])
            return choice.inverse_temperature

        some = replace(validation, folds=validation.folds[:1])
        assert power(some) == 4
        soft = replace(some.task, loss=DistillationLoss(alpha=1.0))
        assert power(replace(some, task=soft)) == pytest.approx(4 ** (1 / 3))
        assert power(replace(validation, task=soft)) == 4
