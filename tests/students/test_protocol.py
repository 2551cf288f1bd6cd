"""What is asked of a third party's student, and what it is told."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
from numpy.testing import assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin
from sklearn.ensemble import RandomForestClassifier
from sklearn.linear_model import LogisticRegression
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from skdistill import (
    DistillationLoss,
    DistilledClassifier,
    SoftmaxMLPClassifier,
    SoftTargetClassifier,
    SubtaskEnsembleClassifier,
    TransferSet,
    distillation_report,
)
from skdistill.neural_network import JointlyDistilledClassifier
from skdistill.students import BornAgainClassifier, check_student
from skdistill.students._protocol import fit_student
from skdistill.students._soft_target import as_student


class LeastSquares(ClassifierMixin, BaseEstimator):
    """The smallest student: no base class of the package, no sample_weight in fit."""

    def fit(self, X, y):
        transfer = TransferSet.from_targets(X, y)
        return self.fit_distill(transfer, DistillationLoss(alpha=0.0))

    def fit_distill(self, transfer, loss):
        self.classes_, self.weight_ = transfer.classes, transfer.sample_weight
        root = 1.0 if self.weight_ is None else np.sqrt(self.weight_)[:, None]
        rows = root * self._with_one(transfer.X)
        self.coef_ = np.linalg.lstsq(rows, root * loss.mix(transfer), rcond=None)[0]
        return self

    def predict(self, X):
        return self.classes_[np.argmax(self._with_one(X) @ self.coef_, axis=1)]

    @staticmethod
    def _with_one(X):
        return np.column_stack([X, np.ones(len(X))])


@pytest.mark.parametrize(
    "student",
    [
        LeastSquares(),
        BornAgainClassifier(GaussianNB()),
        SoftTargetClassifier(GaussianNB()),
        SoftmaxMLPClassifier((4,)),
        SubtaskEnsembleClassifier(),
    ],
    ids=lambda student: type(student).__name__,
)
def test_students_pass(student):
    check_student(student)


class TestLacks:
    def test_all_is_named_at_once(self):
        class Nothing:
            def fit_distill(self, transfer, loss):
                return self

        with pytest.raises(TypeError) as error:
            check_student(Nothing())
        message = str(error.value)
        assert message.startswith("student=<")
        for name in ("fit(X, y)", "predict(X)", "get_params()", "set_params("):
            assert f"has no {name}" in message
        assert "fit_distill(transfer" not in message
        assert "skdistill.students.Student" in message

    @pytest.mark.parametrize(
        "estimator", [GaussianNB(), JointlyDistilledClassifier()], ids=str
    )
    def test_fit_distill(self, estimator):
        with pytest.raises(TypeError, match="has no fit_distill"):
            check_student(estimator)

    def test_another_signature(self):
        class Keywords(LeastSquares):
            def fit_distill(self, transfer, *, temperature, alpha):
                return self

        with pytest.raises(TypeError, match=r"does not take \(transfer, loss\)"):
            check_student(Keywords())

    @pytest.mark.parametrize(
        "name", ["predict_proba", "partial_fit", "fit_distill_path"]
    )
    def test_none_in_place_of_a_method(self, name):
        student = LeastSquares()
        setattr(student, name, None)
        with pytest.raises(TypeError, match=f"has a {name} that is not callable"):
            check_student(student)

    @pytest.mark.parametrize("wrap", [lambda model: model, make_pipeline])
    def test_the_distilled_classifier_tells(self, iris, wrap):
        class Silent(LeastSquares):
            predict = None

        with pytest.raises(TypeError, match=r"student=.*has no predict\(X\)"):
            DistilledClassifier(GaussianNB(), wrap(Silent())).fit(*iris)

    def test_self_and_classes(self, iris):
        class Forgetful(LeastSquares):
            def fit_distill(self, transfer, loss):
                pass

        message = "not return self and has no classes_"
        with pytest.raises(TypeError, match=rf"student=.*{message}"):
            DistilledClassifier(GaussianNB(), Forgetful(), committee=None).fit(*iris)
        transfer = TransferSet.from_targets(*iris)
        student = LeastSquares()
        assert fit_student(student, transfer, DistillationLoss()) is student


class TestThirdParties:
    """With the default committee and synthetic samples."""

    @pytest.mark.parametrize("weighted", [False, True])
    @pytest.mark.parametrize("scale", [False, True])
    def test_fit_without_sample_weight(self, iris, weighted, scale):
        X, y = iris
        names = np.array(["setosa", "versicolor", "virginica"])[y]
        weights = np.where(y == 2, 5.0, 1.0) if weighted else None
        student = LeastSquares()
        if scale:
            student = make_pipeline(StandardScaler(), student)
        teacher = RandomForestClassifier(20, random_state=0)
        model = DistilledClassifier(teacher, student, random_state=0)
        model.fit(X, names, sample_weight=weights)
        assert set(model.committee_weights_) >= {"teacher", "student"}
        assert model.score(X, names) > 0.8
        assert not hasattr(model, "predict_proba")
        # Its fit takes no weights, but those of the transfer set are there.
        fitted = model.student_.estimator_[-1] if scale else model.student_
        if weighted:
            assert_array_equal(fitted.weight_[: len(y)], weights)
        else:
            assert fitted.weight_ is None

    def test_report(self, iris):
        model = DistilledClassifier(GaussianNB(), LeastSquares(), random_state=0)
        report = distillation_report(model, *iris, *iris)
        assert report.student.scores.accuracy > 0.8


class TestAsStudent:
    def test_students_are_cloned(self):
        network = SoftmaxMLPClassifier((3,))
        student = as_student(network, SoftTargetClassifier)
        assert isinstance(student, SoftmaxMLPClassifier)
        assert student is not network

    def test_others_are_wrapped(self):
        regression = LogisticRegression()
        student = as_student(regression, SoftTargetClassifier)
        assert isinstance(student, SoftTargetClassifier)
        assert student.random_state is None
        assert student.estimator is not regression

    def test_the_wrapper_is_seeded(self):
        seeds = [
            as_student(
                GaussianNB(), SoftTargetClassifier, np.random.RandomState(seed)
            ).random_state
            for seed in (0, 0, 1)
        ]
        assert seeds[0] == seeds[1] != seeds[2]

    def test_a_student_is_no_reason_to_draw(self):
        random_state = np.random.RandomState(0)
        as_student(SoftmaxMLPClassifier(), SoftTargetClassifier, random_state)
        assert random_state.randint(100) == np.random.RandomState(0).randint(100)
