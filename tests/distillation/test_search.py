"""The search: one teacher a fold, and what is chosen of it."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.datasets import make_friedman1
from sklearn.dummy import DummyClassifier
from sklearn.ensemble import RandomForestClassifier, RandomForestRegressor
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import (
    GroupKFold,
    LeaveOneGroupOut,
    ShuffleSplit,
    cross_val_score,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier, DecisionTreeRegressor

from skdistill import (
    DistilledClassifier,
    DistilledClassifierCV,
    DistilledRegressor,
    DistilledRegressorCV,
    SoftmaxMLPClassifier,
    SoftTargetClassifier,
    SquaredErrorMLPRegressor,
)
from skdistill.distillation._choice import choose
from skdistill.synthesis import SwapNoise
from skdistill.tables import TableEncoder

NETWORK = SoftmaxMLPClassifier((6,), max_iter=6, learning_rate_init=0.03)
TREE = DecisionTreeClassifier(max_leaf_nodes=5)
TIMES = ("fit", "score")
STUDENTS = [("tree", TREE), ("network", NETWORK)]


class Counting(ClassifierMixin, BaseEstimator):
    """Naive Bayes that notes how many samples each fit had."""

    fits: list = []

    def fit(self, X, y, sample_weight=None):
        self.fits.append(len(X))
        self.model_ = GaussianNB().fit(X, y)
        self.classes_ = self.model_.classes_
        return self

    def predict_proba(self, X):
        return self.model_.predict_proba(X)

    def predict(self, X):
        return self.model_.predict(X)


class CountingMember(Counting):
    fits: list = []


class CountingSampler(SwapNoise):
    fits: list = []

    def fit(self, X):
        self.fits.append(len(X))
        return super().fit(X)


def search(teacher=None, student=None, **parameters):
    """A quick search: the teacher teaches alone, and on real samples."""
    quick = {"committee": None, "synthesizer": None, "cv": 3, "random_state": 0}
    return DistilledClassifierCV(
        teacher or RandomForestClassifier(10), student or NETWORK, **quick | parameters
    )


@pytest.fixture(scope="module")
def found(iris):
    return search(students=STUDENTS).fit(*iris)


@pytest.fixture(scope="module")
def table():
    return make_friedman1(120, random_state=0)


@pytest.fixture(scope="module")
def numbers(table):
    students = [
        ("tree", DecisionTreeRegressor(max_leaf_nodes=5)),
        ("network", SquaredErrorMLPRegressor((8,), max_iter=10)),
    ]
    return DistilledRegressorCV(
        RandomForestRegressor(10),
        students=students,
        alphas=[0.0, 0.5],
        committee=None,
        synthesizer=None,
        tolerance=0,
        cv=3,
        random_state=0,
    ).fit(*table)


class TestOneTeacherAFold:
    @pytest.mark.parametrize("alphas", [[0.5], [0.0, 0.2, 0.5, 1.0]])
    def test_fits_do_not_depend_on_the_number_of_candidates(self, iris, alphas):
        parts = Counting, CountingMember, CountingSampler
        for part in parts:
            part.fits.clear()
        search(
            Counting(),
            students=STUDENTS,
            alphas=alphas,
            temperatures=[1.0, 3.0],
            tolerance=0,
            target_source="train",
            committee=[("member", CountingMember())],
            synthesizer=CountingSampler(),
        ).fit(*iris)
        folds = [100, 100, 100]
        # The labels alone need no teacher.
        assert Counting.fits[:3] == CountingSampler.fits[:3] == folds
        assert Counting.fits[3:] in ([150], [])
        # Two folds inside each of three, and three in the end.
        assert CountingMember.fits[:6] == [50] * 6
        assert len(CountingMember.fits) in (6, 9)

    def test_without_soft_targets_no_teacher_is_fitted(self, iris):
        Counting.fits.clear()
        model = search(Counting(), alphas=[0.0]).fit(*iris)
        assert Counting.fits == []
        assert (model.alpha_, model.target_source_) == (0.0, None)

    def test_folds_inside_are_the_other_folds(self, iris):
        X, y = iris
        groups = np.arange(150) // 10
        Counting.fits.clear()
        model = search(Counting(), cv=GroupKFold(5), alphas=[0.5])
        model.fit(X, y, groups=groups)
        # Of five teachers out-of-fold for each of five folds, each lacks a group more.
        assert Counting.fits == [90] * 20 + [120] * 5
        assert model.target_source_ == "cv"

    def test_a_cache_is_used_again(self, iris, tmp_path):
        model = search(Counting(), memory=str(tmp_path), alphas=[0.5]).fit(*iris)
        Counting.fits.clear()
        again = clone(model).set_params(temperatures=[3.0]).fit(*iris)
        assert Counting.fits == []
        assert again.temperature_ == 3.0

    def test_a_single_fold_has_two_inside(self, iris):
        cv = ShuffleSplit(1, test_size=0.3, random_state=0)
        model = search(GaussianNB(), cv=cv, alphas=[0.0]).fit(*iris)
        assert "split1_test_score" not in model.cv_results_

    def test_groups_need_three_folds(self, iris):
        with pytest.raises(ValueError, match="at least three folds"):
            search(cv=LeaveOneGroupOut()).fit(*iris, groups=np.arange(150) % 2)


class TestTheSameAsDistilledClassifier:
    @pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0])
    @pytest.mark.parametrize("student", [NETWORK, TREE])
    def test_with_one_candidate(self, iris, student, alpha):
        parameters = {"cv": 3, "random_state": 0, "synthesizer": SwapNoise()}
        teacher = RandomForestClassifier(10)
        model = DistilledClassifierCV(
            teacher, student, temperatures=[2.0], alphas=[alpha], **parameters
        ).fit(*iris)
        one = DistilledClassifier(
            teacher, student, alpha=alpha, fallback=False, **parameters
        ).set_params(temperature=2.0 if alpha else 1.0)
        proba = one.fit(*iris).predict_proba(iris[0])
        assert_array_equal(model.predict_proba(iris[0]), proba)
        assert model.committee_weights_ == one.committee_weights_
        assert model.target_source_ == one.target_source_

    def test_scores_are_those_of_a_student_on_each_fold(self, iris):
        X, y = iris
        parameters = {"target_source": "train", "random_state": 0}
        parameters |= {"committee": None, "synthesizer": None}
        model = search(GaussianNB(), alphas=[1.0], temperatures=[1.0, 2.0], cv=3)
        model.set_params(scoring="accuracy", **parameters).fit(X, y)
        one = DistilledClassifier(GaussianNB(), NETWORK, temperature=2.0, alpha=1.0)
        expected = cross_val_score(one.set_params(**parameters), X, y, cv=3)
        results = model.cv_results_
        assert_allclose(
            [results[f"split{i}_test_score"][1] for i in range(3)], expected
        )


class TestResults:
    def test_a_table_as_of_grid_search(self, found):
        table = pd.DataFrame(found.cv_results_)
        # Two students; alpha 0, and two other alphas at two temperatures.
        assert len(table) == 10
        assert set(table) == {
            *(f"{kind}_{what}_time" for kind in ("mean", "std") for what in TIMES),
            *("param_student", "param_temperature", "param_alpha", "params"),
            *(f"split{i}_test_score" for i in range(3)),
            *("mean_test_score", "std_test_score", "rank_test_score"),
            *("latency", "batch_latency", "n_bytes"),
        }
        best = table.loc[table["rank_test_score"] == 1, "mean_test_score"]
        assert best.iloc[0] == table["mean_test_score"].max()
        assert (table[["latency", "batch_latency", "n_bytes"]] > 0).all(axis=None)
        assert (table["mean_fit_time"] > 0).all()

    def test_attributes_are_of_the_best_candidate(self, found):
        params = found.cv_results_["params"][found.best_index_]
        assert found.best_params_ == params
        assert (found.temperature_, found.alpha_) == (
            params["temperature"],
            params["alpha"],
        )
        assert found.best_score_ == found.cv_results_["mean_test_score"].max()
        kind = {"tree": SoftTargetClassifier, "network": SoftmaxMLPClassifier}
        assert type(found.student_) is kind[params["student"]]

    def test_predictions_are_the_students(self, found, iris):
        X, y = iris
        proba = found.student_.predict_proba(X)
        assert_array_equal(found.predict_proba(X), proba)
        assert_array_equal(found.predict(X), found.classes_[proba.argmax(axis=1)])
        assert found.score(X, y) > 0.6
        again = pickle.loads(pickle.dumps(found))
        assert_array_equal(again.predict_log_proba(X), found.predict_log_proba(X))

    def test_to_sklearn(self, iris):
        model = search(alphas=[0.5]).fit(*iris)
        plain = model.to_sklearn()
        assert type(plain).__module__.startswith("sklearn.")
        assert_allclose(
            plain.predict_proba(iris[0]), model.predict_proba(iris[0]), atol=1e-5
        )

    def test_networks_train_in_one_pass(self, iris, monkeypatch):
        passes = []
        fit_path = SoftmaxMLPClassifier.fit_distill_path

        def counted(self, transfer, losses):
            passes.append(len(losses))
            return fit_path(self, transfer, losses)

        monkeypatch.setattr(SoftmaxMLPClassifier, "fit_distill_path", counted)
        search(temperatures=[1.0, 2.0, 4.0], alphas=[0.0, 0.3, 0.6, 1.0]).fit(*iris)
        assert passes == 3 * [6, 3]

    def test_no_result_depends_on_the_number_of_jobs(self, found, iris):
        model = clone(found).set_params(n_jobs=2).fit(*iris)
        scores = found.cv_results_["mean_test_score"]
        assert_array_equal(model.cv_results_["mean_test_score"], scores)
        assert_array_equal(model.predict_proba(iris[0]), found.predict_proba(iris[0]))


class TestChoice:
    def test_a_faster_student_within_the_tolerance(self, found, iris):
        latency = found.cv_results_["latency"]
        fastest = np.unique(
            found.cv_results_["param_student"][latency == latency.min()]
        )
        model = clone(found).set_params(tolerance=10.0).fit(*iris)
        assert model.best_params_["student"] == fastest
        of_student = model.cv_results_["param_student"] == fastest
        assert (
            model.best_score_ == model.cv_results_["mean_test_score"][of_student].max()
        )

    def test_times_that_hardly_differ_do_not_decide(self):
        scores = np.array([[0.8], [0.9], [1.0]])
        allowed = np.ones(3, dtype=bool)
        assert choose(scores, np.array([8.0, 8.1, 9.0]), allowed, tolerance=1.0) == 1

    def test_the_smallest_if_bytes_alone_are_limited(self, found, iris):
        n_bytes = found.cv_results_["n_bytes"]
        model = clone(found).set_params(tolerance=10.0, max_bytes=int(n_bytes.max()))
        best = model.fit(*iris).best_index_
        assert model.cv_results_["n_bytes"][best] <= 1.1 * n_bytes.min()

    def test_only_students_that_meet_the_budget(self, found, iris):
        n_bytes = found.cv_results_["n_bytes"]
        limit = int(n_bytes.max()) - 1
        model = clone(found).set_params(tolerance=0, max_bytes=limit).fit(*iris)
        assert model.cv_results_["n_bytes"][model.best_index_] <= limit

    def test_nobody_meets_the_budget(self, found, iris):
        model = clone(found).set_params(max_latency=1e-9, max_bytes=10**9)
        with pytest.raises(
            ValueError, match=r"No student meets max_latency=1e-09.* \S+ µs for one"
        ):
            model.fit(*iris)
        assert not hasattr(model, "cv_results_")

    @pytest.mark.filterwarnings("ignore:The teacher's predictions are unrelated")
    def test_distillation_does_not_help(self, iris):
        model = search(DummyClassifier(strategy="uniform"), alphas=[0.0, 1.0])
        model.fit(*iris)
        assert model.alpha_ == 0
        assert "Distillation does not help here" in str(model.frontier_)

    def test_frontier(self, found):
        points = found.frontier_.points
        assert [point.latency for point in points] == sorted(p.latency for p in points)
        assert found.frontier_.chosen.score == found.best_score_
        assert {point.student for point in points} == {"tree", "network"}
        hard = found.frontier_.hard_label_score
        at = [params["alpha"] == 0 for params in found.cv_results_["params"]]
        assert hard in found.cv_results_["mean_test_score"][at]
        assert "->" in str(found.frontier_)


class TestTimeLimit:
    def test_the_best_so_far(self, iris):
        model = search(students=STUDENTS, max_seconds=1e-6)
        with pytest.warns(UserWarning, match="stopped after max_seconds=1e-06, with 4"):
            model.fit(*iris)
        assert model.best_params_["student"] == "tree"
        # One fold, and on it the losses of labels and teacher.
        assert np.isnan(model.cv_results_["mean_test_score"]).sum() == 6
        assert "split1_test_score" not in model.cv_results_
        assert model.alpha_ > 0
        assert model.score(*iris) > 0.8

    def test_enough_time(self, iris):
        model = search(alphas=[0.5], max_seconds=1000).fit(*iris)
        assert not np.isnan(model.cv_results_["mean_test_score"]).any()


class TestInputs:
    @pytest.mark.parametrize("scoring", [None, "f1_macro", "neg_brier_score"])
    def test_any_scorer(self, moons, scoring):
        model = search(scoring=scoring, alphas=[0.0, 0.5]).fit(*moons)
        assert -1 <= model.best_score_ <= 1

    def test_a_function_scores(self, moons):
        def n_features(model, X, y):
            return -model.n_features_in_

        model = search(scoring=n_features).fit(*moons)
        assert model.best_score_ == -2
        assert "n_features" in str(model.frontier_)

    def test_weights_count_in_fit_and_score(self, moons):
        X, y = moons
        twice = np.concatenate([np.arange(300), np.flatnonzero(X[:, 0] > 0)])
        weights = np.bincount(twice).astype(float)
        splits = [(np.arange(0, 300, 2), np.arange(1, 300, 2))]
        model = search(
            LogisticRegression(), DecisionTreeClassifier(max_depth=2), alphas=[0.0]
        )
        model.set_params(cv=splits).fit(X, y, weights)
        train, test = (twice[np.isin(twice, part)] for part in splits[0])
        tree = SoftTargetClassifier(DecisionTreeClassifier(max_depth=2)).fit(
            X[train], y[train]
        )
        proba = tree.predict_proba(X[test])[np.arange(len(test)), y[test]]
        expected = np.log(np.maximum(proba, np.finfo(proba.dtype).eps)).mean()
        assert_allclose(model.best_score_, expected, rtol=1e-6)

    def test_precomputed_predictions_of_a_class_that_a_fold_lacks(self, iris):
        X, y = iris[0][:101], iris[1][:101]
        proba = np.full((101, 3), 0.1)
        proba[np.arange(101), y] = 0.8
        model = DistilledClassifierCV(student=NETWORK, random_state=0, cv=3)
        model.fit(X, y, teacher_proba=proba)
        assert_array_equal(model.classes_, [0, 1, 2])
        assert model.target_source_ == "precomputed"
        assert np.isfinite(model.best_score_)

    def test_unlabeled_samples(self, iris):
        model = search(alphas=[0.5]).fit(*iris, X_unlabeled=iris[0][:20] + 0.1)
        assert model.score(*iris) > 0.6

    def test_sparse(self, iris):
        model = search(students=STUDENTS).fit(csr_array(iris[0]), iris[1])
        assert_array_equal(model.predict(csr_array(iris[0])), model.predict(iris[0]))

    def test_texts(self):
        texts = ["a good day", "a bad night", "good", "bad and bad"] * 15
        labels = ["yes", "no", "yes", "no"] * 15
        model = DistilledClassifierCV(random_state=0, alphas=[0.5], cv=3)
        model.set_params(temperatures=[1.0], committee=None).fit(texts, labels)
        assert model.score(texts, labels) == 1
        with pytest.raises(ValueError, match="one column of texts"):
            model.predict(np.array([texts]))

    @pytest.mark.filterwarnings("ignore:The columns .* hold dates")
    def test_the_ladder_on_a_mixed_table(self, iris):
        X, y = iris
        table = pd.DataFrame(
            {
                "length": np.where(np.arange(150) % 9, X[:, 0], np.nan),
                "size": np.where(
                    X[:, 2] > 4, "big", np.where(X[:, 2] > 2, "mid", None)
                ),
                "day": pd.Timestamp("2020-01-01") + pd.to_timedelta(X[:, 1], unit="D"),
            }
        )
        model = DistilledClassifierCV(
            make_pipeline(TableEncoder(), RandomForestClassifier(10)),
            students="auto",
            alphas=[0.5],
            temperatures=[1.0],
            synthesizer=None,
            committee=None,
            cv=3,
        )
        model.fit(table, y)
        assert len(model.frontier_.points) == 8
        assert model.score(table, y) > 0.7
        assert_array_equal(model.feature_names_in_, ["length", "size", "day"])

    def test_routing(self, iris):
        with sklearn.config_context(enable_metadata_routing=True):
            teacher = GaussianNB().set_fit_request(sample_weight=True)
            model = search(teacher, cv=GroupKFold(3), alphas=[0.5], scoring="accuracy")
            model.fit(*iris, sample_weight=np.ones(150), groups=np.arange(150) % 6)
            assert model.target_source_ == "cv"
            routing = model.get_metadata_routing()
            assert routing.consumes("fit", ["groups", "sample_weight"]) == {
                "groups",
                "sample_weight",
            }

    def test_pipelines_as_students(self, iris):
        pipeline = make_pipeline(StandardScaler(), LogisticRegression())
        model = search(students=[("linear", pipeline)]).fit(*iris)
        assert model.score(*iris) > 0.9


class TestNumbers:
    def test_results(self, numbers, table):
        results = numbers.cv_results_
        assert len(results["params"]) == 4
        assert "param_temperature" not in results
        assert numbers.best_score_ == results["mean_test_score"].max()
        assert numbers.alpha_ == numbers.best_params_["alpha"]
        assert numbers.score(*table) > 0.3
        assert {p.student for p in numbers.frontier_.points} == {"tree", "network"}

    @pytest.mark.parametrize("alpha", [0.0, 0.5, 1.0])
    def test_the_same_as_distilled_regressor(self, table, alpha):
        X, y = table
        parameters = {"committee": None, "cv": 3, "random_state": 0}
        parts = RandomForestRegressor(10), DecisionTreeRegressor(max_leaf_nodes=5)
        model = DistilledRegressorCV(*parts, alphas=[alpha], **parameters).fit(X, y)
        one = DistilledRegressor(*parts, alpha=alpha, fallback=False, **parameters)
        assert_array_equal(model.predict(X), one.fit(X, y).predict(X))

    def test_several_numbers(self, table):
        X, y = table
        model = DistilledRegressorCV(
            RandomForestRegressor(10),
            DecisionTreeRegressor(),
            committee=None,
            synthesizer=None,
        )
        model.fit(X, np.column_stack([y, -y]), X_unlabeled=X[:9] + 0.1)
        assert model.predict(X).shape == (120, 2)

    @pytest.mark.filterwarnings("ignore:The teacher's predictions are unrelated")
    def test_precomputed_predictions(self, table):
        X, y = table
        model = DistilledRegressorCV(
            student=DecisionTreeRegressor(), alphas=[1.0], committee=None, cv=3
        )
        model.fit(X, y, teacher_prediction=np.full(120, 7.0))
        assert_allclose(model.predict(X), 7.0)
        assert model.target_source_ == "precomputed"


class TestErrors:
    @pytest.mark.parametrize(
        "students", [[], [("a", TREE), ("a", NETWORK)], [TREE], [("a", 3)]]
    )
    def test_students(self, iris, students):
        with pytest.raises(ValueError, match="students must be a list of"):
            search(students=students).fit(*iris)

    @pytest.mark.parametrize(
        ("name", "value"),
        [("alphas", []), ("alphas", [0.5, 2.0]), ("temperatures", [0.0])],
    )
    def test_lists(self, iris, name, value):
        with pytest.raises(ValueError, match=name.removesuffix("s")):
            search(**{name: value}).fit(*iris)

    def test_the_student_that_fails_is_named(self, iris):
        class Broken(GaussianNB):
            def fit(self, X, y, sample_weight=None):
                raise ValueError("no way")

        with pytest.raises(ValueError, match=r"student=SoftTarget.*failed: .*no way"):
            search(students=[("broken", Broken())], alphas=[0.5]).fit(*iris)

    @pytest.mark.filterwarnings("ignore:The teacher's predictions are unrelated")
    def test_a_failed_fit_leaves_the_model_as_it_was(self, iris):
        model = search(alphas=[0.5]).fit(*iris)
        proba = model.predict_proba(iris[0])
        with pytest.raises(ValueError, match="NaN"):
            model.fit(np.full((150, 4), np.nan), iris[1])
        assert_array_equal(model.predict_proba(iris[0]), proba)
