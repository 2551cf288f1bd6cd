"""DistilledRegressor: the whole line, for numbers."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle

import numpy as np
import pandas as pd
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from sklearn.base import BaseEstimator, RegressorMixin, clone
from sklearn.cluster import KMeans
from sklearn.compose import TransformedTargetRegressor
from sklearn.datasets import make_friedman1
from sklearn.dummy import DummyRegressor
from sklearn.ensemble import (
    BaggingRegressor,
    ExtraTreesRegressor,
    RandomForestRegressor,
)
from sklearn.exceptions import NotFittedError
from sklearn.frozen import FrozenEstimator
from sklearn.linear_model import (
    LinearRegression,
    LogisticRegression,
    Ridge,
    SGDRegressor,
)
from sklearn.model_selection import GridSearchCV, GroupKFold, cross_val_predict
from sklearn.neighbors import KNeighborsRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeRegressor

from skdistill import DistilledRegressor, SquaredErrorMLPRegressor
from skdistill.distillation._defaults import MEMBERS
from skdistill.exceptions import CommitteeWarning, DistillationFallbackWarning
from skdistill.synthesis import auto_n_samples

FOREST = RandomForestRegressor(40, random_state=0)
TREE = DecisionTreeRegressor(max_leaf_nodes=16, random_state=0)


@pytest.fixture(scope="module")
def table():
    return make_friedman1(300, n_features=6, noise=0.5, random_state=0)


@pytest.fixture(scope="module")
def test_table():
    return make_friedman1(600, n_features=6, noise=0.5, random_state=1)


class Recorder(RegressorMixin, BaseEstimator):
    """A student that keeps what it was given."""

    def fit(self, X, y):
        self.model_ = Ridge().fit(X, y)
        return self

    def fit_distill(self, transfer, loss):
        self.transfer_, self.loss_ = transfer, loss
        return self.fit(transfer.X, loss.mix(transfer)[:, 0])

    def predict(self, X):
        return self.model_.predict(X)


def distil(X, y, *fit_arguments, **parameters):
    """Distill from the training samples and the teacher alone."""
    settings = {"committee": None, "synthesizer": None, "random_state": 0}
    model = DistilledRegressor(FOREST, Recorder(), keep_teacher=True)
    return model.set_params(**settings | parameters).fit(X, y, *fit_arguments)


def without_groups(X, y):
    """Samples that all come twice, and the copies' groups."""
    return np.vstack([X, X]), np.append(y, y), np.tile(np.arange(len(y)), 2)


class TestTargets:
    def test_out_of_bag(self, table):
        model = distil(*table)
        assert model.target_source_ == "oob"
        expected = clone(FOREST).set_params(oob_score=True).fit(*table).oob_prediction_
        raw = model.student_.transfer_.raw_predictions
        assert_array_equal(raw[:, 0], expected)

    @pytest.mark.parametrize(
        "teacher", [LinearRegression(), ExtraTreesRegressor(10, random_state=0)]
    )
    def test_out_of_fold(self, table, teacher):
        X, y = table
        cv = GroupKFold(3).split(X, groups=np.arange(300) % 7)
        splits = list(cv)
        model = distil(X, y, teacher=teacher, cv=splits)
        assert model.target_source_ == "cv"
        expected = cross_val_predict(teacher, X, y, cv=splits)
        assert_allclose(model.student_.transfer_.raw_predictions[:, 0], expected)

    def test_samples_in_nearly_every_bag_are_predicted_out_of_fold(self, table):
        X, y = table
        few = RandomForestRegressor(4, random_state=0)
        fitted = clone(few).set_params(oob_score=True, n_estimators=4)
        with pytest.warns(UserWarning, match="Some inputs do not have OOB scores"):
            fitted.fit(X, y)
        never = fitted.oob_prediction_ == 0
        assert never.any()
        raw = distil(X, y, teacher=few).student_.transfer_.raw_predictions[:, 0]
        assert_array_equal(raw[~never], fitted.oob_prediction_[~never])
        assert (raw[never] != 0).all()
        assert np.corrcoef(raw[never], y[never])[0, 1] < 0.99

    @pytest.mark.filterwarnings("ignore:The teacher's predictions are unrelated")
    def test_noise_teaches_nothing(self, rng):
        """Whoever was fitted on a sample knows its number; who was not does not."""
        X, noise = rng.normal(size=(200, 5)), rng.normal(size=200)
        weights = np.where(np.arange(200) < 20, 100.0, 1.0)
        for teacher in (
            FOREST,
            BaggingRegressor(random_state=0),
            KNeighborsRegressor(1),
        ):
            model = distil(X, noise, teacher=teacher, alpha=1.0)
            raw = model.student_.transfer_.raw_predictions[:, 0]
            assert abs(np.corrcoef(raw, noise)[0, 1]) < 0.3
        heavy = distil(X, noise, weights)
        raw = heavy.student_.transfer_.raw_predictions[:, 0]
        assert abs(np.corrcoef(raw[:20], noise[:20])[0, 1]) < 0.6
        assert_array_equal(heavy.student_.transfer_.sample_weight, weights)

    def test_frozen(self, table, test_table):
        teacher = FrozenEstimator(clone(FOREST).fit(*test_table))
        model = distil(*table, teacher=teacher)
        assert model.target_source_ == "train"
        assert model.teacher_.estimator is teacher.estimator
        raw = model.student_.transfer_.raw_predictions[:, 0]
        assert_array_equal(raw, teacher.predict(table[0]))

    def test_memorized(self, table):
        teacher = FrozenEstimator(KNeighborsRegressor(1).fit(*table))
        with pytest.warns(UserWarning, match=r"an R² score of 100.0% on the training"):
            distil(*table, teacher=teacher)

    @pytest.mark.parametrize("as_column", [False, True])
    def test_only_predicts(self, table, as_column):
        X, y = table

        def service(X):
            return X[:, :1] * 3 if as_column else X[:, 0] * 3

        class Service:
            predict = staticmethod(service)

        for teacher in (service, Service()):
            raw = distil(X, y, teacher=teacher).student_.transfer_.raw_predictions
            assert_array_equal(raw, 3 * X[:, :1])

    @pytest.mark.filterwarnings("ignore:The teacher's predictions are unrelated")
    def test_gaps_have_their_labels(self, table):
        X, y = table

        def service(X):
            return np.where(X[:, 0] < 0.5, np.nan, 1.0)

        with pytest.warns(UserWarning, match="predicts no finite numbers for"):
            transfer = distil(X, y, teacher=service).student_.transfer_
        expected = np.where(X[:, 0] < 0.5, y, 1.0)
        assert_array_equal(transfer.raw_predictions[:, 0], expected)

    def test_precomputed(self, table):
        X, y = table
        given = np.where(np.arange(300) < 100, np.nan, y + 1)
        model = DistilledRegressor(student=Recorder(), committee=None)
        model.fit(X, y, teacher_prediction=given)
        assert model.target_source_ == "precomputed"
        raw = model.student_.transfer_.raw_predictions[:, 0]
        assert_array_equal(raw, np.where(np.arange(300) < 100, y, y + 1))
        more = np.append(np.full(9, np.nan), np.ones(11))
        model.fit(
            X, y, teacher_prediction=y, X_unlabeled=X[:20], unlabeled_prediction=more
        )
        transfer = model.student_.transfer_
        assert_array_equal(transfer.X[300:], X[9:20])
        assert_array_equal(transfer.raw_predictions[300:], np.ones((11, 1)))

    def test_precomputed_with_a_committee(self, table):
        X, y = table
        model = DistilledRegressor(student=TREE, committee=[("ridge", Ridge())])
        model.fit(
            X, y, teacher_prediction=y + np.random.RandomState(0).normal(size=300)
        )
        assert model.committee_weights_["teacher"] > 0.5

    @pytest.mark.parametrize(
        ("arguments", "message"),
        [
            ({"teacher_prediction": np.ones(9)}, "teacher_prediction has 9 rows, but"),
            ({"teacher_prediction": np.full(300, np.nan)}, "teacher_prediction is NaN"),
            ({"teacher_prediction": np.ones((300, 2))}, "has 2 columns, but y has 1"),
            ({"teacher_prediction": ["a"] * 300}, "teacher_prediction must hold real"),
            (
                {"teacher_prediction": np.append(np.ones(299), np.inf)},
                "teacher_prediction must be finite",
            ),
            (
                {"unlabeled_prediction": np.ones(300)},
                "unlabeled_prediction needs teacher_prediction",
            ),
            (
                {"teacher_prediction": np.ones(300), "X_unlabeled": np.ones((2, 6))},
                "X_unlabeled needs a teacher that predicts it, or unlabeled_prediction",
            ),
        ],
    )
    def test_precomputed_that_are_none(self, table, arguments, message):
        with pytest.raises(ValueError, match=message):
            DistilledRegressor().fit(*table, **arguments)
        with pytest.raises(ValueError, match="teacher_prediction needs teacher=None"):
            DistilledRegressor(FOREST).fit(*table, **arguments)

    @pytest.mark.parametrize(
        ("teacher", "kind"),
        [(LogisticRegression(), "a classifier"), (KMeans(), "a clusterer")],
    )
    def test_what_predicts_no_numbers_is_refused(self, table, teacher, kind):
        with pytest.raises(TypeError, match=f"is {kind}. Only a regressor can teach"):
            DistilledRegressor(teacher).fit(*table)


class TestStudent:
    def test_alpha_weighs_teacher_and_labels(self, table):
        X, y = table
        transfer = distil(X, y).student_.transfer_
        for alpha in (0.25, 1.0):
            model = distil(X, y, alpha=alpha)
            assert model.student_.loss_.alpha == alpha
            mixed = (1 - alpha) * y + alpha * transfer.raw_predictions[:, 0]
            expected = Ridge().fit(X, mixed).predict(X)
            assert_allclose(model.predict(X), expected)

    def test_no_teacher_without_soft_targets(self, table):
        X, y = table
        model = DistilledRegressor(DummyRegressor(), TREE, alpha=0.0).fit(X, y)
        assert_array_equal(model.predict(X), clone(TREE).fit(X, y).predict(X))
        assert model.target_source_ is None
        assert not hasattr(model, "teacher_")
        assert model.committee_weights_ == {"student": 1.0}

    def test_synthetic_samples(self, table):
        transfer = distil(*table, synthesizer="auto").student_.transfer_
        assert len(transfer.X) == 300 + auto_n_samples(300, 6)
        assert not transfer.labeled[300:].any()

    @pytest.mark.parametrize(
        "student",
        [
            TREE,
            make_pipeline(StandardScaler(), KNeighborsRegressor()),
            TransformedTargetRegressor(Ridge(), func=np.log1p, inverse_func=np.expm1),
            SquaredErrorMLPRegressor((16,)),
        ],
        ids=lambda student: type(student).__name__,
    )
    def test_any_regressor(self, table, test_table, student):
        X, y = table
        settings = {"committee": None, "random_state": 0}
        model = DistilledRegressor(FOREST, student, **settings).fit(X, y)
        assert model.score(*test_table) > 0.6
        again = pickle.loads(pickle.dumps(model))
        assert_array_equal(again.predict(X), model.predict(X))
        assert clone(model).get_params()["alpha"] == 0.5
        plain = model.to_sklearn()
        assert_allclose(plain.predict(X), model.predict(X), rtol=1e-4)

    def test_several_outputs(self, table):
        X, y = table
        Y = np.column_stack([y, 1000 * X[:, 0] - 5000])
        model = DistilledRegressor(FOREST, random_state=0).fit(X, Y)
        assert model.predict(X).shape == (300, 2)
        assert model.score(X, Y) > 0.9
        assert sum(model.committee_weights_.values()) == pytest.approx(1)

    def test_a_failed_fit_leaves_it_as_it_was(self, table):
        X, y = table
        model = distil(X, y)
        before = model.predict(X)
        with pytest.raises(ValueError, match="y contains NaN"):
            model.fit(X, np.where(y > y.mean(), np.nan, y))
        assert_array_equal(model.predict(X), before)

    def test_a_student_worse_than_scratch_learns_from_labels_alone(self, table):
        class Gullible(Recorder):
            """Believes synthetic samples alone."""

            def fit_distill(self, transfer, loss):
                super().fit_distill(transfer, loss)
                self.believes_ = (~transfer.labeled).any()
                return self

            def predict(self, X):
                believes = getattr(self, "believes_", False)
                return np.full(len(X), 99.0) if believes else super().predict(X)

        model = DistilledRegressor(FOREST, Gullible(), random_state=0)
        with pytest.warns(DistillationFallbackWarning, match="student=Gullible is re"):
            model.fit(*table)
        assert model.committee_weights_["student"] == 1
        assert model.score(*table) > 0.5
        kept = clone(model).set_params(fallback=False).fit(*table)
        assert kept.predict(table[0]).min() == 99


class TestCommittee:
    @pytest.mark.filterwarnings("ignore:The teacher's predictions are unrelated")
    def test_replaces_a_teacher_that_knows_nothing(self, table, test_table):
        model = DistilledRegressor(DummyRegressor(), random_state=0).fit(*table)
        assert list(model.committee_weights_) == list(MEMBERS)
        # Means of folds differ a little.
        assert model.committee_weights_["teacher"] < 0.03
        assert model.score(*test_table) > 0.8
        model.set_params(teacher=lambda X: np.ones(len(X)), student=TREE)
        with pytest.warns(CommitteeWarning, match="unrelated to y"):
            model.fit(*table)

    def test_has_no_doubts_where_nothing_varies(self, table):
        """Without a warning: there is nothing to tell."""
        X = table[0]
        model = distil(X, np.full(len(X), 7.5), student=TREE, synthesizer=None)
        assert_allclose(model.predict(X), 7.5)

    @pytest.mark.filterwarnings("ignore:The frozen teacher")
    def test_leaves_a_good_teacher_alone(self, table, rng):
        X, y = table
        says = y + rng.normal(scale=0.5, size=300)
        model = distil(X, y, teacher=lambda X: says[: len(X)], committee=[])
        assert model.committee_weights_["teacher"] > 0.9

    def test_does_not_depend_on_n_jobs_or_memory(self, table, tmp_path):
        X, y = table
        settings = {"synthesizer": None, "committee": [("ridge", Ridge())]}
        model = DistilledRegressor(FOREST, TREE, random_state=0, **settings)
        expected = model.fit(X, y).predict(X)
        for n_jobs in (2, None):
            model.set_params(n_jobs=n_jobs, memory=str(tmp_path)).fit(X, y)
            assert_array_equal(model.predict(X), expected)


class TestPartialFit:
    def test_learns_a_stream(self, table, test_table):
        X, y = table
        student = make_pipeline(StandardScaler(), SGDRegressor(random_state=0))
        model = DistilledRegressor(FOREST, student, keep_teacher=True, random_state=0)
        model.fit(X, y)
        before = model.predict(X)
        assert model.partial_fit(test_table[0]) is model
        after = model.predict(X)
        model.partial_fit(*test_table)
        assert not np.allclose(before, after)
        assert not np.allclose(model.predict(X), after)

    def test_targets(self, table):
        X, y = table

        class Stream(Recorder):
            def partial_fit(self, X, y):
                self.given_ = y
                return self

        model = distil(X, y, student=Stream(), alpha=0.25)
        teacher = model.teacher_.predict(X)
        model.partial_fit(X)
        assert_allclose(model.student_.given_, teacher)
        model.partial_fit(X, y)
        assert_allclose(model.student_.given_, 0.25 * teacher + 0.75 * y)
        with pytest.raises(ValueError, match="y has 2 outputs, but there were 1"):
            model.partial_fit(X, np.column_stack([y, y]))

    def test_needs_a_teacher(self, table):
        model = DistilledRegressor(FOREST, SGDRegressor(), committee=None)
        assert not hasattr(model, "partial_fit")
        with pytest.raises(NotFittedError):
            model.predict(table[0])


class TestRoutingAndTables:
    def test_groups(self, table):
        X, y, groups = without_groups(*table)
        model = DistilledRegressor(
            KNeighborsRegressor(1), Recorder(), committee=None, cv=GroupKFold()
        )
        model.fit(X, y, groups=groups)
        raw = model.student_.transfer_.raw_predictions[: len(y), 0]
        assert np.mean(raw == y) < 0.1

    def test_metadata_routing(self, table):
        X, y = table
        with sklearn.config_context(enable_metadata_routing=True):
            teacher = clone(FOREST).set_fit_request(sample_weight=True)
            model = DistilledRegressor(teacher, TREE, committee=None, random_state=0)
            model.fit(X, y, sample_weight=np.linspace(1, 2, 300))
            default = DistilledRegressor(student=TREE, committee=None)
            default.set_params(synthesizer=None).fit(X, y, np.linspace(1, 2, 300))
        assert model.score(X, y) > 0.7

    def test_grid_search(self, table):
        model = make_pipeline(
            StandardScaler(),
            DistilledRegressor(FOREST, TREE, committee=None, synthesizer=None),
        )
        grid = {"distilledregressor__alpha": [0.5, 1.0]}
        search = GridSearchCV(model, grid, cv=2).fit(*table)
        assert search.best_score_ > 0.5

    @pytest.mark.filterwarnings("ignore:The columns .'when'. hold dates")
    def test_a_mixed_table(self, rng):
        size = np.where(rng.uniform(size=200) < 0.1, np.nan, rng.normal(size=200))
        days = pd.to_timedelta(rng.randint(0, 300, 200), unit="D")
        frame = pd.DataFrame(
            {
                "size": size,
                "city": rng.choice(["Bern", "Oslo", None], 200),
                "when": pd.Timestamp("2026-01-01") + days,
            }
        )
        price = frame["size"].fillna(0) + 3 * (frame["city"] == "Oslo")
        model = DistilledRegressor(committee=None, random_state=0)
        model.fit(frame, price, X_unlabeled=frame[:5])
        assert model.score(frame, price) > 0.8
        assert list(model.feature_names_in_) == ["size", "city", "when"]
        errors = ValueError, TypeError
        with pytest.raises(errors, match="teacher=RandomForestRegressor failed"):
            model.set_params(teacher=FOREST).fit(frame, price)

    def test_texts(self):
        texts, y = ["good day", "bad night", "bad day"] * 20, [1.0, 0.0, 0.5] * 20
        model = DistilledRegressor(random_state=0).fit(texts, y)
        assert model.predict(["good day"])[0] == pytest.approx(1, abs=0.2)


def test_a_network_stops_after_an_epoch_where_there_is_no_time(table):
    student = SquaredErrorMLPRegressor((4,), max_iter=50)
    parameters = {"max_seconds": 1e-6, "random_state": 0}
    with pytest.warns(UserWarning, match="max_seconds=1e-06 were not enough"):
        model = DistilledRegressor(FOREST, student, **parameters).fit(*table)
    assert model.student_.n_iter_ == 1
    assert model.committee_weights_ == {"teacher": 1.0}
