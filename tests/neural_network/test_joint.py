"""Teacher and student networks that are trained together."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.base import clone

from skdistill import JointlyDistilledClassifier, SoftmaxMLPClassifier, TransferSet
from skdistill.losses import Term, softmax_cross_entropy
from skdistill.neural_network._joint import joint_terms, start_run
from skdistill.neural_network._joint_steps import JointBatches, LearningTeacher
from skdistill.neural_network._passes import Passes
from skdistill.probability import soften


def network(*hidden, **settings):
    settings = {"max_iter": 8, "random_state": 0, "batch_size": 32} | settings
    return SoftmaxMLPClassifier(hidden or (6,), **settings)


@pytest.fixture
def weights():
    return np.random.RandomState(1).uniform(0.5, 2, 150)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("settings", [{}, {"n_members": 2, "numeric_encoding": 4}])
def test_without_the_teacher_it_is_the_student_alone(iris, weights, settings, weighted):
    X, y = iris
    weights = weights if weighted else None
    student = network(**settings)
    model = JointlyDistilledClassifier(network(9), student, alpha=0.0)
    model.fit(X, y, sample_weight=weights)
    expected = clone(student).fit(X, y, sample_weight=weights)
    assert_array_equal(model.predict_proba(X), expected.predict_proba(X))


@pytest.mark.filterwarnings("ignore:Training has not converged")
@pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0])
@pytest.mark.parametrize(
    "settings",
    [
        {},
        {"n_members": 2, "alpha": 0.1},
        {"learning_rate": "constant", "n_iter_no_change": np.inf},
    ],
    ids=str,
)
def test_the_teacher_is_a_network_on_labels(iris, weights, settings, alpha):
    # Networks of one size and seed draw the same orders of the rows.
    X, y = iris
    student = network(**{name: settings[name] for name in settings if name != "alpha"})
    model = JointlyDistilledClassifier(network(**settings), student, alpha=alpha)
    model.fit(X, y, sample_weight=weights)
    expected = network(**settings).fit(X, y, sample_weight=weights)
    assert_allclose(
        model.teacher_.predict_proba(X), expected.predict_proba(X), rtol=1e-5
    )
    assert_allclose(model.teacher_.loss_curve_, expected.loss_curve_, rtol=1e-5)
    assert model.teacher_.t_ == expected.t_ == 8 * 150


@pytest.mark.parametrize("members", [1, 3])
@pytest.mark.parametrize(("temperature", "alpha"), [(1.0, 0.5), (1.0, 1.0), (3.0, 0.7)])
def test_a_teacher_that_does_not_learn(iris, temperature, alpha, members):
    X, y = iris
    how = {"temperature": temperature, "alpha": alpha}
    teacher = network(9, learning_rate_init=1e-30, n_members=members)
    model = JointlyDistilledClassifier(teacher, network(), **how).fit(X, y)
    logits = np.log(model.teacher_.predict_proba(X))
    transfer = TransferSet(X, logits, y, np.arange(3))
    expected = network().fit_distill(transfer, **how)
    assert_allclose(model.predict_proba(X), expected.predict_proba(X), atol=1e-4)
    assert_allclose(model.student_.loss_curve_, expected.loss_curve_, rtol=1e-3)


def test_student_follows_the_teacher_of_the_moment(iris):
    X, y = iris
    classes, temperature = np.arange(3), 2.0
    terms = joint_terms(y, 3, temperature, 0.6)
    run = start_run(network(), X, classes, terms)
    teacher_run = start_run(network(9, batch_size=32), X, classes, [Term(y)])
    teacher = LearningTeacher(teacher_run)
    before, seen = teacher_run.theta.copy(), []
    for rows, (hard, soft) in JointBatches(run.batches, teacher, temperature).epoch(
        np.arange(150)
    ):
        first = 32 * len(seen)
        now = teacher_run.architecture.coefs_and_intercepts(before)
        inputs = rows[:, :-1]
        hidden = np.maximum(inputs @ now[0][0] + now[1][0], 0)
        expected = soften(hidden @ now[0][1] + now[1][1], temperature)
        assert_allclose(soft[0], expected.T, rtol=1e-4)
        assert_array_equal(hard[0], np.eye(3)[:, y[first : first + 32]])
        assert_allclose(hard[1], 0.4)
        assert_allclose(soft[1], 0.6)
        assert (teacher_run.theta != before).any()
        before = teacher_run.theta.copy()
        seen.append(len(rows))
    assert seen == [32, 32, 32, 32, 22]


def test_gradient_of_the_student_takes_the_teacher_as_given(iris):
    X, y = iris
    student = network(batch_size=150)
    run = start_run(student, X, np.arange(3), joint_terms(y, 3, 2.0, 0.6))
    teacher_run = start_run(network(9, batch_size=150), X, np.arange(3), [Term(y)])
    batches = JointBatches(run.batches, LearningTeacher(teacher_run), 2.0)
    ((rows, terms),) = batches.epoch(np.arange(150))
    architecture, theta = run.architecture, run.theta
    gradient = np.empty_like(theta)

    def loss(theta):
        coefs, intercepts = architecture.coefs_and_intercepts(theta)
        hidden = np.maximum(rows[:, :-1] @ coefs[0] + intercepts[0], 0)
        logits = (hidden @ coefs[1] + intercepts[1]).T
        return sum(softmax_cross_entropy(logits.copy(), *term) for term in terms)

    Passes(architecture, theta, gradient, len(rows))(rows, terms)
    direction = np.random.RandomState(0).normal(size=theta.size)
    changeable = np.zeros_like(theta)
    for parts in architecture.coefs_and_intercepts(changeable):
        for part in parts:
            part[:] = 1
    direction *= changeable
    step = 1e-6 * direction
    slope = (loss(theta + step) - loss(theta - step)) / 2e-6
    assert slope == pytest.approx(gradient @ direction, rel=1e-5)


def test_learns_names(iris):
    X, y = iris
    names = np.array(["a", "b", "c"])[y]
    model = JointlyDistilledClassifier(random_state=0).fit(X, names)
    assert model.score(X, names) > 0.95
    assert model.teacher_.score(X, names) > 0.95
    assert_array_equal(model.student_.classes_, ["a", "b", "c"])
    loaded = pickle.loads(pickle.dumps(model.student_))
    assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))
    again = clone(model).fit(X, names)
    assert_array_equal(again.predict_proba(X), model.predict_proba(X))
    other = clone(model).set_params(random_state=1).fit(X, names)
    assert (other.predict_proba(X) != model.predict_proba(X)).any()


@pytest.mark.parametrize("part", ["teacher", "student"])
@pytest.mark.parametrize("setting", [{"solver": "lbfgs"}, {"early_stopping": True}])
def test_refused_networks(iris, part, setting):
    model = JointlyDistilledClassifier(**{part: network(**setting)})
    with pytest.raises(ValueError, match=rf"{part}=Softmax[\s\S]*batch by batch"):
        model.fit(*iris)


def test_sparse_rows_are_refused(iris):
    with pytest.raises(TypeError, match=r"[Ss]parse"):
        JointlyDistilledClassifier().fit(csr_array(iris[0]), iris[1])
