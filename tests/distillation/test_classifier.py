"""DistilledClassifier, from end to end and inside other estimators."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import pickle
from io import BytesIO
from typing import ClassVar

import joblib
import numpy as np
import pytest
import sklearn
from numpy.testing import assert_allclose, assert_array_equal
from scipy.sparse import csr_array
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import make_classification
from sklearn.ensemble import (
    BaggingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.exceptions import NotFittedError
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import balanced_accuracy_score
from sklearn.model_selection import (
    GridSearchCV,
    GroupKFold,
    KFold,
    StratifiedKFold,
    cross_validate,
    train_test_split,
)
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import KNeighborsClassifier
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import (
    FunctionTransformer,
    OneHotEncoder,
    StandardScaler,
)
from sklearn.svm import LinearSVC, LinearSVR
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils import get_tags
from sklearn.utils.fixes import parse_version

from skdistill import (
    DistillationLoss,
    DistilledClassifier,
    SoftmaxMLPClassifier,
    SoftTargetClassifier,
    TransferSet,
)
from skdistill.exceptions import CommitteeWarning
from skdistill.transfer._responses import classifier_logits


def plain(teacher=None, student=None, **parameters):
    """Distill on the training rows, and from the teacher alone."""
    parameters = {"synthesizer": None, "committee": None} | parameters
    return DistilledClassifier(teacher, student, **parameters)


SKLEARN_VERSION = parse_version(sklearn.__version__)


class Counting(ClassifierMixin, BaseEstimator):
    """Naive Bayes that remembers the weights of each of its fits."""

    fits: ClassVar[list] = []

    def fit(self, X, y, sample_weight=None):
        type(self).fits.append(sample_weight)
        self.model_ = GaussianNB().fit(X, y, sample_weight)
        self.classes_ = self.model_.classes_
        return self

    def predict_proba(self, X):
        return self.model_.predict_proba(X)

    def predict(self, X):
        return self.model_.predict(X)


@pytest.fixture(autouse=True)
def no_fits():
    Counting.fits = []


def small_network(**settings):
    return SoftmaxMLPClassifier(
        (8,), learning_rate_init=0.03, **{"max_iter": 30, "random_state": 0, **settings}
    )


def forest(**settings):
    return RandomForestClassifier(50, **{"random_state": 0, **settings})


def first_two(X):
    return X[:, :2]


def score_plainly(model, X, y):
    return model.score(X, y)


def distiller(teacher=None, student=None, **settings):
    """One that is quick to fit."""
    teacher = GaussianNB() if teacher is None else teacher
    student = small_network() if student is None else student
    return plain(teacher, student, **settings)


class TestFit:
    def test_defaults_work_well(self, cancer):
        X, y = cancer
        model = plain(random_state=0).fit(X[:120], y[:120])
        assert model.score(X[120:], y[120:]) > 0.9
        assert model.target_source_ == "oob"
        assert isinstance(model.student_, SoftmaxMLPClassifier)

    def test_student_learns_from_the_teacher(self, iris):
        X, y = iris
        model = distiller(forest(), small_network(max_iter=200), alpha=1.0).fit(X, y)
        oob = forest(oob_score=True).fit(X, y).oob_decision_function_
        laplace = (50 * oob + 1) / 53
        assert np.abs(model.predict_proba(X) - laplace).mean() < 0.05

    def test_student_stands_alone(self, iris):
        X, y = iris
        names = np.array(["setosa", "versicolor", "virginica"])
        model = distiller().fit(X, names[y])
        assert_array_equal(model.student_.predict_proba(X), model.predict_proba(X))
        assert_array_equal(model.student_.predict(X), model.predict(X))
        assert_array_equal(model.student_.classes_, names)
        assert_array_equal(model.classes_, names)
        log_proba = np.log(model.predict_proba(X))
        assert_allclose(model.predict_log_proba(X), log_proba, atol=1e-6)

    @pytest.mark.parametrize(
        "student",
        [
            small_network(),
            SoftTargetClassifier(LogisticRegression(max_iter=1000)),
            LogisticRegression(max_iter=1000),
            make_pipeline(StandardScaler(), LogisticRegression()),
            make_pipeline(StandardScaler(), small_network()),
            DecisionTreeClassifier(max_leaf_nodes=4, random_state=0),
        ],
        ids=lambda student: type(student).__name__,
    )
    @pytest.mark.parametrize("temperature", [1.0, 3.0])
    @pytest.mark.parametrize(
        "teacher",
        [forest(), LinearSVC(random_state=0), KNeighborsClassifier(), GaussianNB()],
        ids=lambda teacher: type(teacher).__name__,
    )
    def test_any_teacher_any_student(self, iris, teacher, student, temperature):
        X, y = iris
        model = plain(teacher, student, temperature=temperature).fit(X, y)
        assert model.score(X, y) > 0.85
        assert_allclose(model.predict_proba(X).sum(axis=1), 1, rtol=1e-6)
        assert not hasattr(teacher, "classes_")
        assert not hasattr(student, "classes_")

    @pytest.mark.parametrize("temperature", [1.0, 3.0])
    @pytest.mark.parametrize(
        "student",
        [small_network(), small_network(solver="lbfgs", max_iter="auto"), GaussianNB()],
    )
    def test_alpha_zero_is_the_student_on_labels_alone(
        self, iris, student, temperature
    ):
        X, y = iris
        model = plain(GaussianNB(), student, alpha=0.0, temperature=temperature).fit(
            X, y
        )
        expected = clone(student).fit(X, y).predict_proba(X)
        assert_allclose(model.predict_proba(X), expected, atol=1e-6)

    def test_alpha_one_is_the_teacher_alone(self, iris, rng):
        X, y = iris
        teacher = FrozenEstimator(GaussianNB().fit(X, y))
        fits = [distiller(teacher, alpha=1.0).fit(X, y)]
        with pytest.warns(CommitteeWarning, match="predictions are unrelated to y"):
            fits.append(distiller(teacher, alpha=1.0).fit(X, rng.permutation(y)))
        assert_array_equal(fits[0].predict_proba(X), fits[1].predict_proba(X))

    @pytest.mark.parametrize(
        ("target_source", "source"), [("auto", "oob"), ("oob", "oob"), ("cv", "cv")]
    )
    def test_target_source(self, iris, target_source, source):
        model = distiller(forest(), target_source=target_source, cv=2).fit(*iris)
        assert model.target_source_ == source

    @pytest.mark.filterwarnings("ignore:The teacher's predictions are unrelated")
    @pytest.mark.parametrize(
        "cv",
        [KFold(3), list(StratifiedKFold(3).split(np.zeros(150), np.arange(150) // 50))],
    )
    def test_folds(self, iris, cv):
        model = distiller(Counting(), cv=cv).fit(*iris)
        assert len(Counting.fits) == 3
        assert model.score(*iris) > 0.3

    def test_folds_that_come_but_once(self, iris):
        X, y = iris
        settings = {"committee": "auto", "random_state": 0}
        folds = StratifiedKFold(3)
        once = distiller(cv=folds.split(X, y), **settings).fit(X, y)
        expected = distiller(cv=folds, **settings).fit(X, y)
        assert_array_equal(once.predict_proba(X), expected.predict_proba(X))
        assert once.committee_weights_ == expected.committee_weights_
        assert once.committee_weights_["student"] > 0

    def test_given_frames(self, iris):
        pd = pytest.importorskip("pandas")
        X, y = iris
        frame = pd.DataFrame(X, columns=list("abcd"))
        model = distiller(forest(), keep_teacher=True)
        model.fit(frame, pd.Series(y))
        assert_array_equal(model.feature_names_in_, list("abcd"))
        assert_array_equal(model.student_.feature_names_in_, list("abcd"))
        assert_array_equal(model.teacher_.feature_names_in_, list("abcd"))
        expected = distiller(forest()).fit(X, y).predict_proba(X)
        assert_array_equal(model.predict_proba(frame), expected)
        with pytest.raises(ValueError, match="feature names should match"):
            model.predict(frame[["b", "a", "c", "d"]])

    def test_given_polars_frames(self, iris):
        pl = pytest.importorskip("polars")
        X, y = iris
        frame = pl.DataFrame(X, schema=list("abcd"))
        model = distiller().fit(frame, y)
        expected = distiller().fit(X, y).predict_proba(X)
        assert_array_equal(model.predict_proba(frame), expected)
        assert model.n_features_in_ == 4
        if parse_version("1.9") <= SKLEARN_VERSION:
            assert_array_equal(model.feature_names_in_, list("abcd"))

    def test_given_sparse_rows(self, iris):
        X, y = iris
        model = distiller(LogisticRegression(max_iter=1000), small_network())
        model.fit(csr_array(X), y)
        assert model.score(csr_array(X), y) > 0.9

    def test_text(self):
        texts = ["good movie", "a bad movie", "great film", "an awful film"] * 10
        y = np.array(["+", "-", "+", "-"] * 10)
        model = plain(
            make_pipeline(TfidfVectorizer(), LogisticRegression()),
            make_pipeline(
                TfidfVectorizer(max_features=20), small_network(max_iter=100)
            ),
        ).fit(texts, y)
        assert_array_equal(model.predict(["good", "awful"]), ["+", "-"])
        assert not hasattr(model, "n_features_in_")

    def test_a_distilled_teacher(self, iris):
        model = plain(distiller(), small_network(), cv=2).fit(*iris)
        assert model.score(*iris) > 0.9

    def test_arguments_are_left_alone(self, iris):
        X, y = iris[0].copy(), iris[1].copy()
        weights = np.ones(150)
        distiller(forest()).fit(X, y, sample_weight=weights)
        for array, original in [(X, iris[0]), (y, iris[1]), (weights, np.ones(150))]:
            assert_array_equal(array, original)


class TestFrozenTeacher:
    def test_knows_more_classes(self, iris):
        X, y = iris
        names = np.array(["a", "b", "c"])[y]
        teacher = FrozenEstimator(GaussianNB().fit(X, names))
        rows = y != 1
        model = distiller(teacher, small_network(max_iter=200), alpha=1.0)
        model.fit(X[rows][::2], names[rows][::2])
        assert_array_equal(model.classes_, ["a", "b", "c"])
        assert model.predict_proba(X).shape == (150, 3)
        assert model.teacher_.estimator is teacher.estimator
        assert model.target_source_ == "train"

    @pytest.mark.parametrize("names", [[0, 1, 2], ["a", "b", "c"]], ids=str)
    def test_teaches_a_class_that_no_row_has(self, iris, names):
        # By default, and though students of the labels do better on the rows there are.
        X, y = iris[0], np.array(names)[iris[1]]
        prior = [0.01, 0.01, 0.98]
        teacher = FrozenEstimator(GaussianNB(priors=prior).fit(X[::2, :2], y[::2]))
        teacher = FrozenEstimator(
            make_pipeline(FunctionTransformer(first_two), teacher).fit(X, y)
        )
        rows = np.flatnonzero(iris[1] != 2)
        model = DistilledClassifier(teacher, random_state=0)
        model.fit(X[rows], y[rows], X_unlabeled=X[100::2])
        assert model.committee_weights_ == {"teacher": 1.0}
        others = X[101::2]
        assert np.mean(model.predict(others) == names[2]) > 0.8
        assert np.mean(teacher.predict(others) == names[2]) > 0.8

    def test_does_not_know_a_label(self, iris):
        X, y = iris
        teacher = FrozenEstimator(GaussianNB().fit(X, y))
        with pytest.raises(ValueError, match=r"not among the known classes: \[7\]"):
            distiller(teacher).fit(X, np.where(y == 2, 7, y))

    def test_memorised_rows_warn(self, iris):
        teacher = FrozenEstimator(DecisionTreeClassifier().fit(*iris))
        with pytest.warns(UserWarning, match="an accuracy of 100.0% on the train"):
            distiller(teacher).fit(*iris)

    def test_memorised_rows_warn_where_a_part_is_frozen(self, iris):
        tree = FrozenEstimator(DecisionTreeClassifier().fit(*iris))
        teacher = CalibratedClassifierCV(tree, cv=3)
        with pytest.warns(UserWarning, match="the frozen part of it, reaches an acc"):
            assert distiller(teacher).fit(*iris).target_source_ == "cv"

    @pytest.mark.parametrize("source", ["auto", "train"])
    def test_at_the_end_of_a_pipeline(self, iris, source):
        X, y = iris
        scaled = StandardScaler().fit_transform(X)
        forest = RandomForestClassifier(20, random_state=0).fit(scaled[::2], y[::2])
        before = forest.get_params()
        teacher = make_pipeline(StandardScaler(), FrozenEstimator(forest))
        model = distiller(teacher, target_source=source).fit(X[1::2], y[1::2])
        assert model.target_source_ == "train"
        assert model.teacher_[-1].estimator is forest
        assert forest.get_params() == before
        with pytest.raises(ValueError, match="not a frozen one"):
            model.set_params(target_source="cv").fit(X[1::2], y[1::2])

    def test_not_fitted(self, iris):
        with pytest.raises((NotFittedError, AttributeError), match=r"fitted|classes_"):
            distiller(FrozenEstimator(GaussianNB())).fit(*iris)

    def test_needs_no_weights(self, iris):
        X, y = iris
        teacher = KNeighborsClassifier().fit(X[::2], y[::2])
        X, y, weights = X[1::2], y[1::2], np.linspace(0, 2, 75)
        model = distiller(FrozenEstimator(teacher)).fit(X, y, sample_weight=weights)
        logits = classifier_logits(teacher, X, np.arange(3))
        transfer = TransferSet(X, logits, y, np.arange(3), sample_weight=weights)
        expected = small_network().fit_distill(transfer, DistillationLoss())
        assert_array_equal(model.predict_proba(X), expected.predict_proba(X))


class TestKeptTeacher:
    def test_is_not_there_unless_asked_for(self, iris):
        model = distiller(keep_teacher=True).fit(*iris)
        expected = GaussianNB().fit(*iris).predict_proba(iris[0])
        assert_array_equal(model.teacher_.predict_proba(iris[0]), expected)
        model.set_params(keep_teacher=False).fit(*iris)
        with pytest.raises(AttributeError, match="keep_teacher=True"):
            model.teacher_  # noqa: B018

    def test_file_without_it_is_small(self, iris):
        def size(model):
            file = BytesIO()
            joblib.dump(model.fit(*iris), file)
            return file.tell()

        small = size(distiller(forest()))
        assert small < 10_000
        assert size(distiller(forest(), keep_teacher=True)) > 10 * small

    @pytest.mark.parametrize("settings", [{}, {"target_source": "cv", "cv": 2}])
    def test_nothing_of_it_is_in_the_file_of_a_default_model(self, iris, settings):
        model = DistilledClassifier(forest(), random_state=0, **settings).fit(*iris)
        whole, student = BytesIO(), BytesIO()
        joblib.dump(model, whole)
        joblib.dump(model.student_, student)
        # What the model has besides are its parameters, an unfitted forest among them.
        assert whole.tell() < student.tell() + 3000
        assert b"Forest" not in student.getvalue()
        student.seek(0)
        alone = joblib.load(student)
        assert_array_equal(alone.predict(iris[0]), model.predict(iris[0]))


class TestSeeds:
    def parts(self):
        return RandomForestClassifier(10), SoftmaxMLPClassifier((4,), max_iter=5)

    @pytest.mark.parametrize("random_state", [0, np.random.RandomState])
    def test_seed_the_parts(self, iris, random_state):
        X, y = iris

        def fit(seed):
            state = seed if random_state == 0 else random_state(seed)
            model = plain(*self.parts(), random_state=state)
            return model.fit(X, y).predict_proba(X)

        assert_array_equal(fit(0), fit(0))
        assert (fit(0) != fit(1)).any()

    def test_without_a_seed(self, iris):
        fits = [plain(*self.parts()).fit(*iris) for _ in range(2)]
        probas = [model.predict_proba(iris[0]) for model in fits]
        assert (probas[0] != probas[1]).any()

    def test_own_seeds_are_kept(self, iris):
        X, y = iris
        teacher = make_pipeline(StandardScaler(), forest(random_state=7))
        student = small_network(random_state=3)
        model = plain(teacher, student, random_state=0, keep_teacher=True)
        model.fit(X, y)
        assert model.teacher_[-1].random_state == 7
        assert model.student_.random_state == 3
        unseeded = plain(teacher, student).fit(X, y)
        assert_array_equal(model.predict_proba(X), unseeded.predict_proba(X))

    def test_nested_parts_are_seeded(self, iris):
        teacher = make_pipeline(
            StandardScaler(),
            VotingClassifier([("a", RandomForestClassifier(3)), ("b", GaussianNB())]),
        )
        teacher.set_params(votingclassifier__voting="soft")
        probas = [
            distiller(teacher, random_state=0).fit(*iris).predict_proba(iris[0])
            for _ in range(2)
        ]
        assert_array_equal(*probas)

    def test_the_teacher_does_not_depend_on_the_student(self, iris):
        teachers = [
            plain(RandomForestClassifier(5), student, random_state=0, keep_teacher=True)
            .fit(*iris)
            .teacher_
            for student in (small_network(), GaussianNB())
        ]
        assert teachers[0].random_state == teachers[1].random_state

    def test_parameters_are_left_alone(self, iris):
        teacher, student = self.parts()
        plain(teacher, student, random_state=0).fit(*iris)
        assert teacher.random_state is None
        assert student.random_state is None

    def test_results_do_not_depend_on_n_jobs(self, iris):
        X, y = iris
        teacher = RandomForestClassifier(5)
        probas = [
            distiller(teacher, target_source="cv", cv=3, random_state=0, n_jobs=n_jobs)
            .fit(X, y)
            .predict_proba(X)
            for n_jobs in (1, 2)
        ]
        assert_array_equal(*probas)


class TestWeights:
    @pytest.fixture
    def weights(self, rng):
        return rng.randint(1, 5, size=150).astype(float)

    def test_reach_teacher_and_student(self, iris, weights):
        X, y = iris
        model = distiller(Counting(), target_source="train").fit(
            X, y, sample_weight=weights
        )
        assert_array_equal(Counting.fits[0], weights)
        plain = distiller(Counting(), alpha=0.0).fit(X, y)
        weighted = distiller(Counting(), alpha=0.0).fit(X, y, sample_weight=weights)
        expected = small_network().fit(X, y, sample_weight=weights)
        assert_allclose(weighted.predict_proba(X), expected.predict_proba(X), atol=1e-6)
        assert (plain.predict_proba(X) != weighted.predict_proba(X)).any()
        assert model.score(X, y) > 0.9

    def test_a_number_is_the_weight_of_all(self, iris):
        distiller(Counting(), target_source="train").fit(*iris, sample_weight=2.0)
        assert_array_equal(Counting.fits[0], np.full(150, 2.0))
        SoftTargetClassifier(Counting()).fit(*iris, sample_weight=2.0)

    def test_reach_a_pipeline(self, iris, weights):
        teacher = make_pipeline(StandardScaler(), Counting())
        distiller(teacher, target_source="train").fit(*iris, sample_weight=weights)
        assert_array_equal(Counting.fits[0], weights)

    def test_are_sliced_for_the_folds(self, iris, weights):
        distiller(Counting(), cv=StratifiedKFold(3)).fit(*iris, sample_weight=weights)
        for (train, _), seen in zip(
            StratifiedKFold(3).split(*iris), Counting.fits, strict=True
        ):
            assert_array_equal(seen, weights[train])

    def test_are_repetitions_for_deterministic_parts(self, iris, weights):
        X, y = iris
        again = np.repeat(np.arange(150), weights.astype(int))
        student = LogisticRegression(tol=1e-10, max_iter=10_000)
        model = distiller(GaussianNB(), student, target_source="train")
        weighted = clone(model).fit(X, y, sample_weight=weights)
        repeated = model.fit(X[again], y[again])
        assert_allclose(weighted.predict_proba(X), repeated.predict_proba(X), atol=1e-5)

    def test_that_the_teacher_cannot_take_warn(self, iris, weights):
        with pytest.warns(UserWarning, match="KNeighbors.* takes no sample_weight"):
            distiller(KNeighborsClassifier()).fit(*iris, sample_weight=weights)

    def test_of_classes_need_no_request(self, iris):
        model = distiller(GaussianNB(), class_weight="balanced")
        with (
            sklearn.config_context(enable_metadata_routing=True),
            pytest.warns(UserWarning, match="GaussianNB.* takes no sample_weight"),
        ):
            assert model.fit(*iris).score(*iris) > 0.9

    def test_of_classes_go_where_they_are_requested(self, iris):
        with sklearn.config_context(enable_metadata_routing=True):
            teacher = Counting().set_fit_request(sample_weight=True)
            distiller(teacher, class_weight={0: 2.0}, target_source="train").fit(*iris)
        assert_array_equal(Counting.fits[0], np.where(iris[1] == 0, 2.0, 1.0))

    def test_fit_parameters_reach_the_teacher(self, iris, weights):
        teacher = make_pipeline(StandardScaler(), Counting())
        params = {"counting__sample_weight": weights}
        distiller(teacher, target_source="train").fit(*iris, **params)
        assert_array_equal(Counting.fits[0], weights)

    @pytest.mark.parametrize("weight", [[1.0] * 149, [-1.0] * 150, [0.0] * 150])
    def test_refused(self, iris, weight):
        with pytest.raises(ValueError, match=r"weight|inconsistent"):
            distiller().fit(*iris, sample_weight=weight)


class TestRouting:
    @pytest.fixture(autouse=True)
    def enabled(self):
        with sklearn.config_context(enable_metadata_routing=True):
            yield

    def test_weights_that_the_teacher_requests(self, iris, rng):
        weights = rng.uniform(size=150)
        teacher = Counting().set_fit_request(sample_weight=True)
        distiller(teacher, target_source="train").fit(*iris, sample_weight=weights)
        assert_array_equal(Counting.fits[0], weights)

    def test_weights_that_only_the_student_gets(self, iris, rng):
        X, y = iris
        weights = rng.uniform(size=150)
        teacher = Counting().set_fit_request(sample_weight=False)
        model = distiller(teacher, target_source="train").fit(
            X, y, sample_weight=weights
        )
        assert Counting.fits[0] is None
        plain = distiller(teacher, target_source="train").fit(X, y)
        assert (model.predict_proba(X) != plain.predict_proba(X)).any()

    def test_weights_that_nobody_decided_about(self, iris):
        with pytest.raises(ValueError, match=r"sample_weight.*not explicitly set"):
            distiller(Counting()).fit(*iris, sample_weight=np.ones(150))

    def test_groups(self, iris):
        X, y = iris
        groups = np.arange(150) % 5
        model = distiller(Counting(), cv=GroupKFold(5)).fit(X, y, groups=groups)
        by_hand = list(GroupKFold(5).split(X, y, groups))
        expected = distiller(Counting(), cv=by_hand).fit(X, y)
        assert_array_equal(model.predict_proba(X), expected.predict_proba(X))
        assert len(Counting.fits) == 10

    def test_groups_that_nobody_wants(self, iris):
        with pytest.raises(TypeError, match="groups"):
            distiller(cv=3).fit(*iris, groups=np.arange(150))

    @pytest.mark.parametrize("cv", [3, [(np.arange(75), np.arange(75, 150))]])
    def test_folds_that_request_nothing(self, iris, cv):
        assert distiller(cv=cv).fit(*iris).target_source_ == "cv"

    def test_inside_a_pipeline(self, iris, rng):
        weights = rng.uniform(size=150)
        scaler = StandardScaler().set_fit_request(sample_weight=False)
        teacher = Counting().set_fit_request(sample_weight=True)
        model = distiller(teacher, target_source="train").set_fit_request(
            sample_weight=True
        )
        make_pipeline(scaler, model).fit(*iris, sample_weight=weights)
        assert_array_equal(Counting.fits[0], weights)

    def test_inside_a_search(self, iris, rng):
        weights = rng.uniform(size=150)
        teacher = Counting().set_fit_request(sample_weight=True)
        model = distiller(teacher, target_source="train").set_fit_request(
            sample_weight=True
        )
        model.set_score_request(sample_weight=False)
        cv = KFold(2, shuffle=True, random_state=0)
        search = GridSearchCV(model, {"alpha": [0.5]}, scoring=score_plainly, cv=cv)
        search.fit(*iris, sample_weight=weights)
        for (train, _), seen in zip(cv.split(*iris), Counting.fits[:2], strict=True):
            assert_array_equal(seen, weights[train])
        assert_array_equal(Counting.fits[2], weights)


@pytest.mark.filterwarnings("ignore:Persisting input arguments took")
@pytest.mark.filterwarnings("ignore:The teacher has hardly")
def test_balanced_weights_buy_balanced_accuracy():
    X, y = make_classification(
        4000, 12, n_informative=6, weights=[0.97], flip_y=0, random_state=0
    )
    X, X_test, y, y_test = train_test_split(
        X, y, train_size=1200, stratify=y, random_state=0
    )
    as_it_is, balanced = (
        balanced_accuracy_score(
            y_test,
            DistilledClassifier(
                forest(),
                SoftmaxMLPClassifier(max_iter=10),
                class_weight=class_weight,
                random_state=0,
            )
            .fit(X, y)
            .predict(X_test),
        )
        for class_weight in (None, "balanced")
    )
    assert balanced > as_it_is + 0.1


@pytest.mark.parametrize("random_state", [None, np.random.RandomState(0)], ids=str)
def test_a_cache_without_a_seed_is_told(iris, tmp_path, random_state):
    model = plain(
        GaussianNB(), GaussianNB(), memory=str(tmp_path), random_state=random_state
    )
    with pytest.warns(UserWarning, match="memory=.* needs a whole number") as told:
        model.fit(*iris)
    assert told[0].filename == __file__


class TestGroups:
    def test_bags_know_nothing_of_groups(self, iris):
        X, y = iris
        groups = np.arange(150) % 5
        model = plain(forest(), GaussianNB(), cv=GroupKFold(5), random_state=0)
        assert model.fit(X, y, groups=groups).target_source_ == "cv"
        by_hand = clone(model).set_params(
            cv=list(GroupKFold(5).split(X, y, groups)), target_source="cv"
        )
        expected = by_hand.fit(X, y).predict_proba(X)
        assert_array_equal(model.predict_proba(X), expected)
        assert clone(model).set_params(cv=5).fit(X, y).target_source_ == "oob"

    def test_need_a_splitter(self, iris):
        with pytest.raises(ValueError, match="groups needs a splitter of groups as cv"):
            plain(GaussianNB(), GaussianNB()).fit(*iris, groups=iris[1])


def test_what_cannot_be_pickled_for_the_cache_is_explained(iris, tmp_path):
    class Local(GaussianNB):
        pass

    model = DistilledClassifier(
        Local(), GaussianNB(), memory=str(tmp_path), random_state=0
    )
    with pytest.raises(pickle.PicklingError) as raised:
        model.fit(*iris)
    assert "Define it in a module" in raised.value.__notes__[0]


@pytest.mark.filterwarnings("ignore:memory=.* needs a whole number")
class TestMemory:
    GRID: ClassVar[dict] = {
        "temperature": [1.0, 2.0],
        "alpha": [0.3, 1.0],
        "student__hidden_layer_sizes": [(3,), (4,)],
    }

    def search(self, iris, **settings):
        model = distiller(Counting(), small_network(max_iter=5), cv=2, **settings)
        return GridSearchCV(model, self.GRID, cv=3).fit(*iris)

    @pytest.mark.parametrize("random_state", [None, 0])
    def test_teacher_is_fitted_once_a_fold(self, iris, tmp_path, random_state):
        self.search(iris, memory=str(tmp_path), random_state=random_state)
        # Two of its own folds in each of three folds, and in the refit.
        assert len(Counting.fits) == 2 * (3 + 1)

    def test_without_it_once_a_candidate(self, iris):
        self.search(iris)
        assert len(Counting.fits) == 2 * (8 * 3 + 1)

    def test_results_are_the_same(self, iris, tmp_path):
        one = self.search(iris)
        other = self.search(iris, memory=joblib.Memory(tmp_path, verbose=0))
        scores = "mean_test_score"
        assert_array_equal(one.cv_results_[scores], other.cv_results_[scores])

    def test_knows_what_the_answers_depend_on(self, iris, tmp_path):
        X, y = iris
        model = distiller(Counting(), memory=str(tmp_path), target_source="train").fit(
            X, y
        )
        model.fit(X, y)
        assert len(Counting.fits) == 1
        model.set_params(n_jobs=1, temperature=2.0).fit(X, y)
        assert len(Counting.fits) == 1
        model.fit(X + 1, y)
        model.fit(X, np.roll(y, 1))
        model.fit(X, y, sample_weight=np.full(150, 2.0))
        model.set_params(target_source="cv", cv=2).fit(X, y)
        assert len(Counting.fits) == 6
        model.set_params(keep_teacher=True).fit(X, y)
        assert hasattr(model, "teacher_")


class TestInsideOthers:
    def test_pipeline(self, iris):
        X, y = iris
        model = make_pipeline(StandardScaler(), distiller()).fit(X, y)
        Z = StandardScaler().fit_transform(X)
        expected = distiller().fit(Z, y)
        assert_array_equal(model.predict_proba(X), expected.predict_proba(Z))

    def test_cross_validate(self, iris):
        found = cross_validate(
            distiller(), *iris, cv=3, scoring=["accuracy", "neg_log_loss"]
        )
        assert found["test_accuracy"].min() > 0.85

    @pytest.mark.parametrize(
        ("wrapper", "fitted"),
        [
            (
                BaggingClassifier(distiller(), 2, bootstrap=False, random_state=0),
                lambda wrapper: wrapper.estimators_[0],
            ),
            (
                CalibratedClassifierCV(distiller(), cv=3, ensemble=False),
                lambda wrapper: wrapper.calibrated_classifiers_[0].estimator,
            ),
            (
                StackingClassifier([("a", distiller()), ("b", GaussianNB())], cv=2),
                lambda wrapper: wrapper.estimators_[0],
            ),
            (
                VotingClassifier([("a", distiller()), ("b", GaussianNB())]),
                lambda wrapper: wrapper.estimators_[0],
            ),
        ],
        ids=lambda part: type(part).__name__,
    )
    def test_other_meta_estimators(self, iris, wrapper, fitted):
        X, y = iris
        names = np.array(["a", "m", "x"])[y]
        wrapper.fit(X[::2], names[::2])
        model = fitted(wrapper)
        expected = clone(model).fit(X[::2], model.classes_[y[::2]])
        assert_allclose(model.predict_proba(X), expected.predict_proba(X), rtol=1e-4)
        assert wrapper.score(X[1::2], names[1::2]) > 0.9


class TestRefusals:
    def test_missing_values_that_the_student_refuses(self, iris):
        X, y = iris[0].copy(), iris[1]
        X[::10, 0] = np.nan
        model = distiller(forest())
        with pytest.raises(
            ValueError, match="student=SoftmaxMLPClassifier failed"
        ) as e:
            model.fit(X, y)
        assert "NaN" in str(e.value)
        assert "student=make_pipeline(SimpleImputer(), ...)" in e.value.__notes__[0]
        model.set_params(student=make_pipeline(SimpleImputer(), small_network()))
        assert model.fit(X, y).score(X, y) > 0.9

    def test_missing_values_that_the_teacher_refuses(self, iris):
        X, y = iris[0].copy(), iris[1]
        X[::10, 0] = np.nan
        with pytest.raises(ValueError, match="teacher=LogisticRegression failed") as e:
            distiller(LogisticRegression()).fit(X, y)
        assert "teacher=make_pipeline(SimpleImputer(), ...)" in e.value.__notes__[0]

    def test_teacher_that_says_nothing(self, iris):
        with pytest.raises(
            TypeError, match="none of the methods predict_proba, decision"
        ):
            distiller(StandardScaler()).fit(*iris)

    def test_targets_that_the_teacher_has_not(self, iris):
        with pytest.raises(ValueError, match='target_source="oob"'):
            distiller(target_source="oob").fit(*iris)
        frozen = FrozenEstimator(GaussianNB().fit(*iris))
        with pytest.raises(ValueError, match='target_source="cv"'):
            distiller(frozen, target_source="cv").fit(*iris)

    def test_student_that_cannot_learn_from_probabilities(self, iris):
        with pytest.raises(ValueError, match="student=LinearSVR failed"):
            distiller(student=LinearSVR()).fit(*iris)

    def test_student_that_refuses_strings(self, iris):
        X = np.where(iris[0] > 3, "high", "low")
        with pytest.raises(
            ValueError, match="student=SoftmaxMLPClassifier failed"
        ) as e:
            distiller(make_pipeline(OneHotEncoder(), LogisticRegression())).fit(
                X.astype(object), iris[1]
            )
        assert "student=make_pipeline(OneHotEncoder(), ...)" in e.value.__notes__[0]

    def test_single_class(self, iris):
        with pytest.raises(ValueError, match="only one class"):
            distiller().fit(iris[0], np.ones(150, int))

    def test_lengths(self, iris):
        with pytest.raises(ValueError, match="inconsistent numbers of samples"):
            distiller().fit(iris[0], iris[1][1:])

    def test_other_errors_name_the_part_too(self, iris):
        class Broken(GaussianNB):
            def fit(self, X, y):
                raise RuntimeError("the tea is out")

        with pytest.raises(RuntimeError, match="failed: the tea is out"):
            distiller(Broken()).fit(*iris)

    def test_not_fitted(self, iris):
        with pytest.raises(NotFittedError):
            distiller().predict(iris[0])

    @pytest.mark.parametrize("part", ["teacher", "student", "y"])
    def test_a_failed_fit_changes_nothing(self, iris, part):
        X, y = iris
        model = distiller(keep_teacher=True).fit(X, y)
        state, proba = dict(vars(model)), model.predict_proba(X)
        nan = np.where(np.arange(600).reshape(150, 4) % 9, X, np.nan)
        if part == "student":
            model.set_params(teacher=forest())
            state["teacher"] = model.teacher
        rows, labels = (X, np.zeros(150, int)) if part == "y" else (nan[:, :3], y == 0)
        with pytest.raises(
            ValueError, match=r"only one class" if part == "y" else part
        ):
            model.fit(rows, labels)
        assert vars(model) == state
        assert_array_equal(model.predict_proba(X), proba)


class TestSetParams:
    """Parameters of parts, which are there if the part is an estimator."""

    @pytest.mark.parametrize("student", [None, "fast"])
    def test_of_a_default_that_fit_makes(self, student):
        model = DistilledClassifier(student=student)
        message = f"student__alpha: student={student!r} has no parameters"
        with pytest.raises(ValueError, match=message):
            model.set_params(student__alpha=1.0)
        with pytest.raises(ValueError, match="Pass an estimator as student"):
            model.set_params(student=None, student__alpha=1.0)

    def test_together_with_the_part(self):
        student = SoftmaxMLPClassifier()
        model = DistilledClassifier().set_params(student=student, student__alpha=3.0)
        assert model.student.alpha == 3.0

    def test_of_no_part(self):
        with pytest.raises(ValueError, match="Invalid parameter 'pupil'"):
            DistilledClassifier().set_params(pupil__alpha=1.0)


def test_pickle_and_clone(iris):
    X, y = iris
    model = distiller(forest()).fit(X, y)
    loaded = pickle.loads(pickle.dumps(model))
    assert_array_equal(loaded.predict_proba(X), model.predict_proba(X))
    copy = clone(model)
    assert not hasattr(copy, "student_")
    assert copy.get_params().keys() == model.get_params().keys()


@pytest.mark.parametrize("teacher", [LogisticRegression(), forest(), GaussianNB()])
@pytest.mark.parametrize("student", [small_network(), GaussianNB()])
def test_tags_are_those_that_both_parts_have(teacher, student):
    found = get_tags(plain(teacher, student)).input_tags
    parts = [get_tags(part).input_tags for part in (teacher, student)]
    for name in ("sparse", "allow_nan", "categorical", "string"):
        assert getattr(found, name) == all(getattr(part, name) for part in parts)


class TestTimeLimit:
    def test_a_network_stops_after_an_epoch(self, iris):
        student = SoftmaxMLPClassifier((4,), max_iter=50)
        model = plain(GaussianNB(), student, committee="auto", max_seconds=1e-6)
        with pytest.warns(UserWarning, match="max_seconds=1e-06 were not enough"):
            model.fit(*iris)
        assert model.student_.n_iter_ == 1
        assert model.committee_weights_ == {"teacher": 1.0}

    def test_what_is_cached_is_complete(self, iris, tmp_path):
        teacher = SoftmaxMLPClassifier((4,), max_iter=5)
        model = plain(teacher, GaussianNB(), keep_teacher=True, memory=str(tmp_path))
        model.set_params(random_state=0, max_seconds=1e-6)
        with pytest.warns(UserWarning, match="not enough"):
            model.fit(*iris)
        assert model.teacher_.n_iter_ == 5

    def test_enough_time(self, iris):
        student = SoftmaxMLPClassifier((4,), max_iter=5)
        model = plain(GaussianNB(), student, max_seconds=1000).fit(*iris)
        assert model.student_.n_iter_ == 5
