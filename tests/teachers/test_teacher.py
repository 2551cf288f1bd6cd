"""Where the teacher's logits come from, and that they leak no labels."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import warnings
from dataclasses import replace
from typing import ClassVar

import numpy as np
import pytest
from classifiers import PredictOnly
from numpy.testing import assert_allclose, assert_array_equal
from scipy.special import softmax
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.ensemble import (
    BaggingClassifier,
    ExtraTreesClassifier,
    RandomForestClassifier,
)
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import (
    GroupKFold,
    KFold,
    ShuffleSplit,
    StratifiedKFold,
    cross_val_predict,
)
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.class_weight import compute_sample_weight

from skdistill.probability import fit_calibration, pairwise_to_class_scores
from skdistill.teachers._teacher import (
    choose_source,
    has_out_of_bag,
    predict_teacher,
)
from skdistill.transfer._cross_fitting import split_samples
from skdistill.transfer._targets import ClassTargets
from skdistill.transfer._training_data import TrainingData


class Recorder(PredictOnly):
    """Remembers how often its class was fitted, and with what."""

    calls: ClassVar[list] = []

    def fit(self, X, y, **params):
        type(self).calls.append((len(X), params))
        return super().fit(X, y)


@pytest.fixture(autouse=True)
def no_calls():
    Recorder.calls = []


def predictions_of(
    teacher,
    X,
    y,
    *,
    classes=None,
    target_source="auto",
    cv=5,
    split_params=None,
    sample_weight=None,
    X_unlabeled=None,
    **settings,
):
    """Leak-free predictions, from the parameters that a distillation has."""
    targets = ClassTargets(np.unique(y) if classes is None else classes)
    encoded = targets.encode(y)
    source = choose_source(teacher, target_source)
    data = TrainingData(X, y, targets, encoded, sample_weight, X_unlabeled)
    data = replace(data, splits=split_samples(cv, data, split_params or {}))
    return predict_teacher(teacher, data, source=source, **settings)


class TestSource:
    @pytest.mark.parametrize(
        ("teacher", "expected"),
        [
            (RandomForestClassifier(), True),
            (RandomForestClassifier(bootstrap=False), False),
            (RandomForestClassifier(warm_start=True), False),
            (ExtraTreesClassifier(), False),
            (ExtraTreesClassifier(bootstrap=True), True),
            (BaggingClassifier(), True),
            (make_pipeline(StandardScaler(), RandomForestClassifier()), True),
            (make_pipeline(StandardScaler(), LogisticRegression()), False),
            (FrozenEstimator(RandomForestClassifier()), False),
        ],
        ids=str,
    )
    def test_has_out_of_bag(self, teacher, expected):
        assert has_out_of_bag(teacher) == expected

    def test_frozen_forest_with_out_of_bag_probabilities(self, iris):
        forest = RandomForestClassifier(50, oob_score=True, random_state=0).fit(*iris)
        assert has_out_of_bag(FrozenEstimator(forest))

    @pytest.mark.parametrize(
        ("teacher", "expected"),
        [
            (RandomForestClassifier(50, random_state=0), "oob"),
            (make_pipeline(StandardScaler(), BaggingClassifier()), "oob"),
            (ExtraTreesClassifier(5), "cv"),
            (LogisticRegression(max_iter=1000), "cv"),
            (PredictOnly(), "cv"),
        ],
        ids=str,
    )
    def test_auto(self, iris, teacher, expected):
        assert predictions_of(teacher, *iris).source == expected

    def test_auto_for_a_frozen_teacher(self, iris):
        X, y = iris
        teacher = FrozenEstimator(LogisticRegression(max_iter=1000).fit(X[::2], y[::2]))
        assert predictions_of(teacher, X[1::2], y[1::2]).source == "train"

    def test_no_out_of_bag(self, iris):
        with pytest.raises(
            ValueError, match='target_source="oob" needs a bagged teacher'
        ):
            predictions_of(LogisticRegression(), *iris, target_source="oob")

    def test_no_folds_of_a_frozen_teacher(self, iris):
        teacher = FrozenEstimator(LogisticRegression(max_iter=1000).fit(*iris))
        with pytest.raises(
            ValueError, match='target_source="cv" needs a teacher that can be'
        ):
            predictions_of(teacher, *iris, target_source="cv")


class TestOutOfBag:
    @pytest.mark.parametrize("kind", [RandomForestClassifier, ExtraTreesClassifier])
    @pytest.mark.parametrize("piped", [False, True])
    def test_forest(self, iris, kind, piped):
        X, y = iris
        forest = kind(40, bootstrap=True, random_state=0)
        teacher = make_pipeline("passthrough", forest) if piped else forest
        predictions = predictions_of(teacher, X, y, target_source="oob")
        fitted = clone(forest).set_params(oob_score=True).fit(X, y)
        own = (40 * fitted.oob_decision_function_ + 1) / 43  # Laplace's rule
        assert_allclose(softmax(predictions.raw, axis=1), own, atol=1e-12)

    def test_bagging(self, iris):
        X, y = iris
        bagging = BaggingClassifier(n_estimators=30, random_state=0)
        predictions = predictions_of(bagging, X, y)
        own = clone(bagging).set_params(oob_score=True).fit(X, y).oob_decision_function_
        assert_allclose(predictions.raw, np.log(np.maximum(own, 1e-3)))

    @pytest.mark.parametrize(
        "teacher",
        [
            RandomForestClassifier(2, random_state=0),
            BaggingClassifier(n_estimators=2, random_state=0),
        ],
        ids=lambda teacher: type(teacher).__name__,
    )
    def test_samples_that_are_never_out_of_bag_are_predicted_out_of_fold(
        self, iris, teacher
    ):
        X, y = iris
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            fitted = clone(teacher).set_params(oob_score=True).fit(X, y)
        seen = ~(np.nan_to_num(fitted.oob_decision_function_).sum(axis=1) > 0)
        assert 0 < seen.sum() < 150
        raw = predictions_of(teacher, X, y).raw
        out_of_fold = predictions_of(teacher, X, y, target_source="cv").raw
        assert_array_equal(raw[seen], out_of_fold[seen])
        assert not np.isclose(raw[~seen], out_of_fold[~seen]).all()

    @pytest.mark.parametrize(
        "teacher",
        [
            RandomForestClassifier(100, random_state=0),
            ExtraTreesClassifier(100, bootstrap=True, random_state=0),
            BaggingClassifier(n_estimators=50, random_state=0),
        ],
        ids=lambda teacher: type(teacher).__name__,
    )
    def test_balanced_weights_leak_no_labels(self, teacher):
        # From scikit-learn 1.9 on, weights draw the bags, and rare samples are in
        # nearly all of them.
        rng = np.random.RandomState(0)
        X, y = rng.normal(size=(800, 6)), (rng.uniform(size=800) < 0.06).astype(int)
        weights = {"sample_weight": compute_sample_weight("balanced", y)}
        raw = predictions_of(teacher, X, y, fit_params=weights).raw
        assert np.isfinite(raw).all()
        assert roc_auc_score(y, raw[:, 1] - raw[:, 0]) < 0.55

    @pytest.mark.parametrize(
        "teacher",
        [
            RandomForestClassifier(50, random_state=0),
            BaggingClassifier(n_estimators=30, random_state=0),
        ],
        ids=lambda teacher: type(teacher).__name__,
    )
    def test_are_free(self, iris, monkeypatch, teacher):
        # One fit serves them, the rows without a label, and the teacher that is kept.
        kind, fits = type(teacher), []
        fit = kind.fit

        def counted(self, X, y, **params):
            fits.append(len(X))
            return fit(self, X, y, **params)

        monkeypatch.setattr(kind, "fit", counted)
        predictions = predictions_of(
            teacher, *iris, X_unlabeled=iris[0][:7], keep_teacher=True
        )
        assert fits == [150]
        assert predictions.source == "oob"

    def test_forest_is_not_asked_for_a_score_that_it_has(self, iris):
        # A callable oob_score must survive.
        scores = []

        def metric(y_true, y_pred):
            scores.append(len(y_true))
            return 0.0

        predictions_of(
            RandomForestClassifier(50, oob_score=metric, random_state=0), *iris
        )
        assert scores == [150]

    def test_frozen_forest_with_other_rows(self, iris):
        X, y = iris
        forest = RandomForestClassifier(50, oob_score=True, random_state=0).fit(X, y)
        with pytest.raises(ValueError, match="of 150 samples, but X has 100"):
            predictions_of(
                FrozenEstimator(forest), X[:100], y[:100] % 2, target_source="oob"
            )

    def test_frozen_forest_is_not_fitted_again(self, iris, monkeypatch):
        X, y = iris
        forest = RandomForestClassifier(50, oob_score=True, random_state=0).fit(X, y)
        monkeypatch.setattr(RandomForestClassifier, "fit", None)
        predictions = predictions_of(FrozenEstimator(forest), X, y, target_source="oob")
        expected = (50 * forest.oob_decision_function_ + 1) / 53
        assert_allclose(softmax(predictions.raw, axis=1), expected, atol=1e-12)

    def test_they_leak_less_than_the_forest_itself(self, iris, rng):
        X, y = iris
        y = rng.permutation(y)  # nothing to learn; labels can be memorized
        forest = RandomForestClassifier(50, random_state=0)
        leak_free = predictions_of(forest, X, y).raw.argmax(axis=1)
        leaky = predictions_of(forest, X, y, target_source="train").raw.argmax(axis=1)
        assert np.mean(leak_free == y) < 0.5
        assert np.mean(leaky == y) > 0.95


class TestOutOfFold:
    @pytest.mark.parametrize(
        "cv", [3, KFold(4, shuffle=True, random_state=1), StratifiedKFold(3)], ids=str
    )
    def test_probabilities_are_those_of_cross_val_predict(self, iris, cv):
        X, y = iris
        teacher = LogisticRegression(max_iter=1000)
        predictions = predictions_of(teacher, X, y, cv=cv)
        proba = cross_val_predict(teacher, X, y, cv=cv, method="predict_proba")
        assert_allclose(predictions.raw, np.log(proba))
        assert predictions.source == "cv"

    def test_forest_is_floored_by_its_votes(self, iris):
        X, y = iris
        forest = RandomForestClassifier(10, random_state=0)
        predictions = predictions_of(forest, X, y, target_source="cv", cv=3)
        proba = cross_val_predict(forest, X, y, cv=3, method="predict_proba")
        assert_allclose(softmax(predictions.raw, axis=1), (10 * proba + 1) / 13)

    def test_iterable(self, iris):
        X, y = iris
        splits = list(StratifiedKFold(3).split(X, y))
        one = predictions_of(LogisticRegression(max_iter=1000), X, y, cv=splits)
        other = predictions_of(LogisticRegression(max_iter=1000), X, y, cv=3)
        assert_array_equal(one.raw, other.raw)

    def test_samples_that_no_fold_leaves_out_have_no_prediction(self, iris):
        X, y = iris
        teacher = LogisticRegression(max_iter=1000)
        half = np.arange(0, 150, 2)
        predictions = predictions_of(teacher, X, y, cv=[(half + 1, half)])
        by_half = clone(teacher).fit(X[half + 1], y[half + 1]).predict_proba(X[half])
        assert_allclose(predictions.raw[half], np.log(by_half))
        assert np.isnan(predictions.raw[half + 1]).all()

    def test_rows_left_out_several_times_get_the_mean(self, iris):
        X, y = iris
        teacher = LogisticRegression(max_iter=1000)
        cv = ShuffleSplit(30, test_size=0.3, random_state=0)
        predictions = predictions_of(teacher, X, y, cv=cv)
        total, count = np.zeros((150, 3)), np.zeros((150, 1))
        for train, test in cv.split(X, y):
            proba = clone(teacher).fit(X[train], y[train]).predict_proba(X[test])
            total[test] += np.log(proba)
            count[test] += 1
        assert count.min() > 0
        assert_allclose(predictions.raw, total / count)

    @pytest.mark.parametrize("names", [[0, 1, 2], ["c", "a", "b"]], ids=str)
    def test_class_missing_from_a_fold(self, iris, names):
        X, y = iris
        labels = np.array(names)[y]
        classes = np.unique(labels)
        # Sorted rows in three folds: each fold has just the class that others lack.
        teacher = KNeighborsClassifier()
        predictions = predictions_of(teacher, X, labels, cv=KFold(3))
        for train, test in KFold(3).split(X):
            model = clone(teacher).fit(X[train], labels[train])
            known = np.searchsorted(classes, model.classes_)
            proba = np.zeros((len(test), 3))
            proba[:, known] = model.predict_proba(X[test])
            floored = np.log(np.maximum(proba, 1e-3))
            assert_allclose(predictions.raw[test], floored)

    def test_more_folds_than_samples_of_a_class(self):
        X = np.arange(8.0)[:, None]
        y = np.array([0, 0, 0, 0, 1, 1, 1, 2])
        teacher = DecisionTreeClassifier(random_state=0)
        raw = predictions_of(teacher, X, y, cv=5).raw
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            splits = list(StratifiedKFold(4).split(X, y))  # as the largest class has
        for train, test in splits:
            fold = clone(teacher).fit(X[train], y[train])
            assert_array_equal(raw[test].argmax(axis=1), fold.predict(X[test]))

    def test_labels_are_not_leaked(self, iris, rng):
        X, y = iris
        y = rng.permutation(y)
        leak_free = predictions_of(DecisionTreeClassifier(random_state=0), X, y)
        assert np.mean(leak_free.raw.argmax(axis=1) == y) < 0.5

    def test_groups(self, iris):
        X, y = iris
        groups = np.arange(150) % 7
        teacher = DecisionTreeClassifier(random_state=0)
        cv = GroupKFold(7)
        predictions = predictions_of(
            teacher, X, y, cv=cv, split_params={"groups": groups}
        )
        proba = cross_val_predict(
            teacher, X, y, cv=cv, groups=groups, method="predict_proba"
        )
        assert_allclose(predictions.raw, np.log(np.maximum(proba, 1e-3)))

    def test_fit_parameters_are_sliced_where_they_go_with_the_rows(self, iris):
        X, y = iris
        params = {
            "sample_weight": np.arange(150.0),
            "option": "all",
            "three": [1, 2, 3],
        }
        predictions_of(Recorder(), X, y, cv=3, fit_params=params)
        assert [n for n, _ in Recorder.calls] == [100, 100, 100]
        splits = StratifiedKFold(3).split(X, y)
        for (train, _), (_, seen) in zip(splits, Recorder.calls, strict=True):
            assert_array_equal(seen["sample_weight"], train)
            assert (seen["option"], seen["three"]) == ("all", [1, 2, 3])

    def test_weights_reach_the_teacher(self, iris, rng):
        X, y = iris
        weights = rng.uniform(size=150)
        teacher = LogisticRegression(max_iter=1000)
        params = {"sample_weight": weights}
        predictions = predictions_of(teacher, X, y, cv=3, fit_params=params)
        proba = cross_val_predict(
            teacher, X, y, cv=3, params=params, method="predict_proba"
        )
        assert_allclose(predictions.raw, np.log(proba))


class TestKeptTeacher:
    @pytest.mark.parametrize("source", ["oob", "cv", "train"])
    def test_is_fitted_to_all_rows(self, iris, source):
        X, y = iris
        forest = RandomForestClassifier(50, random_state=0)
        kept = predictions_of(forest, X, y, target_source=source, keep_teacher=True)
        expected = clone(forest).fit(X, y).predict_proba(X)
        assert_array_equal(kept.estimator.predict_proba(X), expected)
        assert predictions_of(forest, X, y, target_source=source).estimator is None
        assert not hasattr(forest, "classes_")

    @pytest.mark.parametrize(
        ("keep_teacher", "fits"), [(False, [100] * 3), (True, [100] * 3 + [150])]
    )
    def test_is_fitted_only_when_needed(self, iris, keep_teacher, fits):
        predictions_of(Recorder(), *iris, cv=3, keep_teacher=keep_teacher)
        assert [n for n, _ in Recorder.calls] == fits

    def test_trained_once_for_targets_of_the_training_rows(self, iris):
        predictions_of(Recorder(), *iris, target_source="train", keep_teacher=True)
        assert [n for n, _ in Recorder.calls] == [150]

    def test_unfrozen_teachers_give_no_warning_for_training_rows(self, iris):
        predictions = predictions_of(
            DecisionTreeClassifier(), *iris, target_source="train"
        )
        assert predictions.source == "train"


class TestFrozen:
    def test_is_not_fitted(self, iris):
        X, y = iris
        teacher = Recorder().fit(X[::2], y[::2])
        Recorder.calls = []
        predictions = predictions_of(
            FrozenEstimator(teacher), X[1::2], y[1::2], keep_teacher=True
        )
        assert Recorder.calls == []
        assert predictions.estimator.estimator is teacher

    def test_no_warning_for_out_of_bag_answers(self):
        X = np.repeat([[0.0], [1.0]], 75, axis=0)
        y = np.repeat([0, 1], 75)
        forest = RandomForestClassifier(50, oob_score=True, random_state=0).fit(X, y)
        assert (
            predictions_of(FrozenEstimator(forest), X, y, target_source="oob").source
            == "oob"
        )


class TestMargins:
    @pytest.mark.parametrize("unseen", [False, True])
    def test_need_no_further_fits(self, iris, monkeypatch, unseen):
        X, y = iris
        fits, fit = [], LinearSVC.fit

        def counted(self, X, y, sample_weight=None):
            fits.append(len(X))
            return fit(self, X, y, sample_weight)

        monkeypatch.setattr(LinearSVC, "fit", counted)
        predictions = predictions_of(
            LinearSVC(random_state=0), X, y, cv=3, X_unlabeled=X[:7] if unseen else None
        )
        assert fits == [100] * 3 + [150] * unseen
        assert len(predictions.raw) == 150

    @pytest.mark.parametrize("binary", [False, True])
    @pytest.mark.parametrize("scale", [1.0, 1000.0])
    def test_are_calibrated_out_of_fold(self, iris, binary, scale):
        class Scaled(LinearSVC):
            def decision_function(self, X):
                return scale * super().decision_function(X)

        X, y = iris
        y = (y == 1).astype(int) if binary else y
        predictions = predictions_of(Scaled(random_state=0), X, y)
        scores = cross_val_predict(
            LinearSVC(random_state=0), X, y, method="decision_function"
        )
        logits = np.column_stack([np.zeros(150), scores]) if binary else scores
        slope, biases = fit_calibration(logits, y)
        assert np.abs(biases).max() > 0.1
        assert_allclose(predictions.raw, slope * logits + biases, rtol=1e-3, atol=1e-3)

    def test_calibration_is_weighted(self, iris, rng):
        X, y = iris
        weights = rng.uniform(0, 3, size=150) * np.where(y == 1, 0.01, 1)
        scores = cross_val_predict(
            LinearSVC(random_state=0), X, y, method="decision_function"
        )
        slope, biases = fit_calibration(scores, y, weights)
        predictions = predictions_of(
            LinearSVC(random_state=0), X, y, sample_weight=weights
        )
        assert_allclose(predictions.raw, slope * scores + biases)
        plain_slope, plain_biases = fit_calibration(scores, y)
        assert not np.isclose(slope, plain_slope, rtol=0.05)
        assert biases[1] < plain_biases[1] - 1

    def test_one_against_one(self, iris):
        X, y = iris
        teacher = SVC(decision_function_shape="ovo")
        predictions = predictions_of(make_pipeline(StandardScaler(), teacher), X, y)
        pairs = cross_val_predict(
            make_pipeline(StandardScaler(), teacher), X, y, method="decision_function"
        )
        scores = pairwise_to_class_scores(pairs, 3)
        slope, biases = fit_calibration(scores, y)
        assert_allclose(predictions.raw, slope * scores + biases)
        assert np.mean(predictions.raw.argmax(axis=1) == y) > 0.9

    def test_class_missing_from_a_fold(self, iris):
        X, y = iris
        raw = predictions_of(LinearSVC(random_state=0), X, y, cv=KFold(3)).raw
        # Each fold is the one class that its model has never seen.
        assert np.isfinite(raw).all()
        assert not (raw.argmax(axis=1) == y).any()

    def test_frozen_teacher_with_a_class_that_the_rows_lack(self, iris):
        X, y = iris
        X = StandardScaler().fit_transform(X)
        teacher = FrozenEstimator(LinearSVC(random_state=0).fit(X[::2], y[::2]))
        rows = np.flatnonzero(y[1::2] != 1) * 2 + 1
        predictions = predictions_of(teacher, X[rows], y[rows], classes=np.arange(3))
        scores = teacher.decision_function(X[rows])
        slope, biases = fit_calibration(scores, y[rows])
        assert abs(slope - 1) > 0.1
        assert_allclose(predictions.raw, slope * scores + biases)

    def test_unseen_rows_are_calibrated_alike(self, iris):
        X, y = iris
        teacher = LinearSVC(random_state=0)
        predictions = predictions_of(teacher, X[::2], y[::2], X_unlabeled=X[1::2])
        scores = cross_val_predict(teacher, X[::2], y[::2], method="decision_function")
        slope, biases = fit_calibration(scores, y[::2])
        unseen = clone(teacher).fit(X[::2], y[::2]).decision_function(X[1::2])
        assert_allclose(predictions.raw_unlabeled, slope * unseen + biases)


def test_frozen_teacher_without_classes(iris):
    class Service(ClassifierMixin, BaseEstimator):
        def fit(self, X, y):
            return self

        def predict_proba(self, X):
            return np.tile([0.2, 0.3, 0.5], (len(X), 1))

        def __sklearn_is_fitted__(self):
            return True

    predictions = predictions_of(FrozenEstimator(Service()), *iris)
    assert_allclose(predictions.raw, np.log(np.tile([0.2, 0.3, 0.5], (150, 1))))


def test_teacher_that_only_predicts(iris):
    X, y = iris
    names = np.array(["x", "b", "k"])[y]
    predictions = predictions_of(PredictOnly(), X, names)
    predicted = cross_val_predict(PredictOnly(), X, names)
    proba = softmax(predictions.raw, axis=1)
    assert_array_equal(np.array(["b", "k", "x"])[proba.argmax(axis=1)], predicted)
    assert_allclose(proba.max(axis=1), 1 / 1.002)


def test_teacher_that_says_nothing(iris):
    with pytest.raises(TypeError, match=r"StandardScaler\(\) can teach nothing"):
        predictions_of(StandardScaler(), *iris)
