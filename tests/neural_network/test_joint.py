"""Teacher and student networks that are trained together."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle

import numpy as np
import pytest
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.base import clone
from sklearn.exceptions import NotFittedError

from skdistill import DistillationLoss, SoftmaxMLPClassifier, TransferSet
from skdistill.losses import Term, softmax_cross_entropy
from skdistill.neural_network import JointlyDistilledClassifier
from skdistill.neural_network._batch_loss import BatchCrossEntropy
from skdistill.neural_network._joint import (
    bind_softened,
    joint_steps,
    joint_terms,
    train_jointly,
)
from skdistill.neural_network._passes import Passes
from skdistill.neural_network._settings import TrainingSettings
from skdistill.neural_network._training import Training
from skdistill.neural_network._training_loss import CrossEntropy
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
    loss = DistillationLoss(temperature, alpha)
    teacher = network(9, learning_rate_init=1e-30, n_members=members)
    model = JointlyDistilledClassifier(
        teacher, network(), temperature=temperature, alpha=alpha
    ).fit(X, y)
    logits = np.log(model.teacher_.predict_proba(X))
    transfer = TransferSet(X, logits, y, np.arange(3))
    expected = network().fit_distill(transfer, loss)
    assert_allclose(model.predict_proba(X), expected.predict_proba(X), atol=1e-4)
    assert_allclose(model.student_.loss_curve_, expected.loss_curve_, rtol=1e-3)


def trainings(iris, loss, batch_size=32):
    """Of a teacher and of a student, before their first steps."""
    X, y = iris
    terms = [Term(y)], joint_terms(y, 3, loss)
    return [
        Training(
            TrainingSettings.of(network(size, batch_size=batch_size, max_iter=1)),
            X,
            CrossEntropy(loss_terms, 3),
            np.random.RandomState(0),
        )
        for size, loss_terms in zip((9, 6), terms, strict=True)
    ]


def test_student_follows_the_teacher_of_the_moment(iris):
    loss = DistillationLoss(temperature=2.0, alpha=0.6)
    teacher, student = trainings(iris, loss)
    seen, thetas = [], [teacher.theta.copy()]
    for inputs, (hard, soft) in joint_steps(teacher, student):
        if seen:
            assert (teacher.theta != thetas[-1]).any()
            thetas.append(teacher.theta.copy())
        coefs, intercepts = teacher.architecture.coefs_and_intercepts(teacher.theta)
        hidden = np.maximum(inputs[:, :-1] @ coefs[0] + intercepts[0], 0)
        expected = soften(hidden @ coefs[1] + intercepts[1], 2.0)
        found = bind_softened(teacher, 2.0)(inputs)
        assert_allclose(found, expected, rtol=1e-4)
        # Both see the same samples: the student's labels are those of the inputs.
        match = np.abs(teacher.objective.batches.inputs[:, None] - inputs).sum(axis=2)
        labels = iris[1][match.argmin(axis=0)]
        assert_array_equal(hard[0], np.eye(3)[:, labels])
        assert_allclose(hard[1], 0.4)
        assert_allclose(soft[1], 0.6)
        seen.append(len(inputs))
    assert seen == [32, 32, 32, 32, 22]


def test_soft_targets_are_what_the_student_learns_from(iris):
    loss = DistillationLoss(temperature=2.0, alpha=1.0)
    (teacher, student), (still, other) = (trainings(iris, loss) for _ in range(2))
    train_jointly(teacher, student, loss)
    for inputs, ((targets, _, _),) in joint_steps(still, other):
        targets[:] = bind_softened(still, 2.0)(inputs).T
    assert_array_equal(student.theta, other.theta)
    assert_array_equal(teacher.theta, still.theta)


def test_gradient_of_the_student_takes_the_teacher_as_given(iris):
    how = DistillationLoss(temperature=2.0, alpha=0.6)
    teacher, student = trainings(iris, how, batch_size=150)
    inputs, terms = next(joint_steps(teacher, student))
    terms[-1][0][:] = bind_softened(teacher, 2.0)(inputs).T
    ((rows, _),) = student.objective.batches.epoch(np.arange(150))
    architecture, theta = student.architecture, student.theta
    gradient = np.empty_like(theta)
    rows = rows.copy()

    def loss(theta):
        coefs, intercepts = architecture.coefs_and_intercepts(theta)
        hidden = np.maximum(rows[:, :-1] @ coefs[0] + intercepts[0], 0)
        logits = hidden @ coefs[1] + intercepts[1]
        return sum(
            softmax_cross_entropy(logits, targets.T, weights, temperature)[0]
            for targets, weights, temperature in terms
        )

    Passes(architecture, theta, gradient, len(rows), BatchCrossEntropy).run(rows, terms)
    direction = np.random.RandomState(0).normal(size=theta.size)
    changeable = np.zeros_like(theta)
    for parts in architecture.coefs_and_intercepts(changeable):
        for part in parts:
            part[:] = 1
    direction *= changeable
    step = 1e-6 * direction
    slope = (loss(theta + step) - loss(theta - step)) / 2e-6
    assert slope == pytest.approx(gradient @ direction, rel=1e-5)


def test_defaults_are_half_labels_half_teacher(iris):
    X, y = iris
    parts = {"teacher": network(9), "student": network()}
    default = JointlyDistilledClassifier(**parts).fit(X, y)
    spelled = JointlyDistilledClassifier(**parts, alpha=0.5, temperature=1.0).fit(X, y)
    other = JointlyDistilledClassifier(**parts, alpha=1.0).fit(X, y)
    assert_array_equal(default.predict_proba(X), spelled.predict_proba(X))
    assert (default.predict_proba(X) != other.predict_proba(X)).any()


def test_student_that_stops_early_ends_both(iris):
    X, y = iris
    student = network(
        learning_rate="constant", max_iter=100, tol=10.0, n_iter_no_change=2
    )
    model = JointlyDistilledClassifier(network(9), student, alpha=0.0).fit(X, y)
    assert model.student_.n_iter_ == model.teacher_.n_iter_ == 4
    alone = clone(student).fit(X, y)
    assert_array_equal(model.predict_proba(X), alone.predict_proba(X))


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
    logs = model.predict_log_proba(100 * X)
    assert_array_equal(logs, model.student_.predict_log_proba(100 * X))
    assert np.isfinite(logs).all()
    other = clone(model).set_params(random_state=1).fit(X, names)
    assert (other.predict_proba(X) != model.predict_proba(X)).any()


@pytest.mark.parametrize("part", ["teacher", "student"])
@pytest.mark.parametrize("setting", [{"solver": "lbfgs"}, {"early_stopping": True}])
def test_refused_networks(iris, part, setting):
    model = JointlyDistilledClassifier(**{part: network(**setting)})
    with pytest.raises(ValueError, match=rf"{part}=Softmax[\s\S]*batch by batch"):
        model.fit(*iris)


def test_sparse_samples_are_refused(iris):
    with pytest.raises(TypeError, match=r"[Ss]parse"):
        JointlyDistilledClassifier().fit(csr_array(iris[0]), iris[1])


def test_parameters_of_the_networks_are_validated(iris):
    model = JointlyDistilledClassifier(student=network(alpha=-1))
    with pytest.raises(ValueError, match="'alpha' parameter of SoftmaxMLPClassifier"):
        model.fit(*iris)


def test_networks_know_their_features(iris):
    pd = pytest.importorskip("pandas")
    frame = pd.DataFrame(iris[0], columns=list("abcd"))
    model = JointlyDistilledClassifier(network(9), network()).fit(frame, iris[1])
    for fitted in (model, model.teacher_, model.student_):
        assert_array_equal(fitted.feature_names_in_, list("abcd"))
        assert fitted.n_features_in_ == 4


@pytest.mark.parametrize("method", ["predict", "predict_proba", "predict_log_proba"])
def test_unfitted(iris, method):
    with pytest.raises(NotFittedError):
        getattr(JointlyDistilledClassifier(), method)(iris[0])
