"""Every classifier of scikit-learn can teach, and many that are not."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import numpy as np
import pytest
import sklearn
from classifiers import REASONS, TWO_CLASSES, every_classifier, make
from numpy.testing import assert_array_equal
from sklearn.base import BaseEstimator, ClassifierMixin, clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.compose import make_column_transformer
from sklearn.ensemble import (
    BaggingClassifier,
    HistGradientBoostingClassifier,
    RandomForestClassifier,
    StackingClassifier,
    VotingClassifier,
)
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.frozen import FrozenEstimator
from sklearn.impute import SimpleImputer
from sklearn.linear_model import LogisticRegression, RidgeClassifier
from sklearn.model_selection import GridSearchCV, StratifiedKFold
from sklearn.naive_bayes import GaussianNB
from sklearn.neighbors import NearestCentroid
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler
from sklearn.semi_supervised import LabelPropagation
from sklearn.svm import SVC, LinearSVC
from sklearn.tree import DecisionTreeClassifier
from sklearn.utils.fixes import parse_version
from sklearn.utils.validation import has_fit_parameter

from skdistill import (
    DistilledClassifier,
    SoftmaxMLPClassifier,
    TabularMLPClassifier,
)

pytestmark = [
    pytest.mark.filterwarnings("ignore::FutureWarning"),
    pytest.mark.filterwarnings("ignore:y contains no unlabeled samples"),
    pytest.mark.filterwarnings("ignore::sklearn.exceptions.ConvergenceWarning"),
]

# Categories of polars are categories from here on.
NEW_FRAMES = parse_version("1.9")


def distiller(teacher, student=None, **settings):
    """One with nothing but the teacher's own answers about the rows."""
    settings = {"alpha": 1.0, "synthesizer": None, "committee": None, **settings}
    if student is None:
        student = LogisticRegression(C=10, max_iter=10_000)
    return DistilledClassifier(teacher, student, **settings)


@every_classifier
def test_every_classifier(rows, name):
    X, y = rows
    if name in TWO_CLASSES:
        y = np.where(y == "setosa", "setosa", "other")
    teacher = make(name)
    model = distiller(teacher).fit(X, y)
    assert model.target_source_ == ("oob" if name in OUT_OF_BAG else "cv")
    teachers = np.mean(
        [
            np.mean(clone(teacher).fit(X[train], y[train]).predict(X[test]) == y[test])
            for train, test in StratifiedKFold(5).split(X, y)
        ]
    )
    score = model.score(X, y)
    assert score >= min(0.9, teachers) - 0.06
    assert not hasattr(teacher, "classes_")


OUT_OF_BAG = {"BaggingClassifier", "RandomForestClassifier"}


@pytest.mark.parametrize("name", REASONS)
@pytest.mark.parametrize("wrap", [lambda model: model, make_pipeline, FrozenEstimator])
def test_classifiers_of_several_labels_are_refused_by_name(rows, name, wrap):
    with pytest.raises(ValueError, match=rf"teacher=.*{name}.*learns several labels"):
        distiller(wrap(make(name))).fit(*rows)


class Rule(ClassifierMixin, BaseEstimator):
    """Says the class of the nearest centroid, and nothing else."""

    def fit(self, X, y):
        self.classes_ = np.unique(y)
        self.centroids_ = NearestCentroid().fit(X, y)
        return self

    def predict(self, X):
        return self.centroids_.predict(X)


def lightgbm():
    # Without OpenMP on the machine its import is an OSError.
    library = pytest.importorskip(
        "lightgbm", reason="no LightGBM", exc_type=(ImportError, OSError)
    )
    return library.LGBMClassifier(n_estimators=30, min_child_samples=5, verbose=-1)


MEMBERS = [("bayes", GaussianNB()), ("tree", DecisionTreeClassifier(random_state=0))]


@pytest.mark.parametrize(
    ("make_teacher", "source"),
    [
        (lightgbm, "cv"),
        (Rule, "cv"),
        (lambda: VotingClassifier(MEMBERS, voting="soft"), "cv"),
        (lambda: VotingClassifier(MEMBERS, voting="hard"), "cv"),
        (lambda: StackingClassifier(MEMBERS, cv=2), "cv"),
        (lambda: StackingClassifier(MEMBERS, RidgeClassifier(), cv=2), "cv"),
        (lambda: CalibratedClassifierCV(LinearSVC(), cv=2), "cv"),
        (lambda: make_pipeline(StandardScaler(), SVC()), "cv"),
        (lambda: SVC(decision_function_shape="ovo"), "cv"),
        (lambda: SVC(decision_function_shape="ovo", break_ties=False, C=0.1), "cv"),
        (lambda: GridSearchCV(SVC(), {"C": [1, 10]}, cv=2), "cv"),
        (
            lambda: BaggingClassifier(LinearSVC(), n_estimators=30, random_state=0),
            "oob",
        ),
        (lambda: distiller(GaussianNB(), SVC(kernel="linear")), "cv"),
        (lambda: distiller(GaussianNB()), "cv"),
    ],
    ids=[
        "LightGBM",
        "predict only",
        "soft vote",
        "hard vote",
        "stack",
        "stack of scores",
        "calibrated",
        "pipeline of scores",
        "one against one",
        "one against one, weak",
        "search",
        "bagged scores",
        "distilled to scores",
        "distilled",
    ],
)
def test_other_teachers(rows, make_teacher, source):
    model = distiller(make_teacher(), cv=3).fit(*rows)
    assert model.target_source_ == source
    assert model.score(*rows) > 0.85


@pytest.mark.parametrize(
    "teacher",
    [GaussianNB(), LinearSVC(random_state=0), Rule()],
    ids=lambda teacher: type(teacher).__name__,
)
def test_frozen_teachers(iris, teacher):
    X, y = iris
    teacher = FrozenEstimator(teacher.fit(X[1::2], y[1::2]))
    model = distiller(teacher).fit(X[::2], y[::2])
    assert model.target_source_ == "train"
    assert model.score(X, y) > 0.85


def test_teacher_of_texts():
    texts = ["good movie", "a bad movie", "great film", "an awful film"] * 10
    y = np.array(["+", "-", "+", "-"] * 10)
    teacher = make_pipeline(TfidfVectorizer(), LinearSVC())
    student = make_pipeline(
        TfidfVectorizer(analyzer="char"), SoftmaxMLPClassifier((8,))
    )
    model = distiller(teacher, student, random_state=0).fit(texts, y)
    assert model.score(texts, y) == 1


@pytest.fixture
def columns(rng):
    """Numbers and names, both with gaps, and labels."""
    amount = rng.normal(size=200)
    city = rng.choice(["Bern", "Oslo"], size=200).astype(object)
    y = np.where(2 * amount + 3 * (city == "Oslo") > 1, "yes", "no")
    amount[::9], city[::11] = np.nan, None
    return {"amount": amount, "city": city}, y


def of_categories():
    return HistGradientBoostingClassifier(categorical_features="from_dtype")


def of_strings():
    columns = make_column_transformer(
        (SimpleImputer(add_indicator=True), [0]),
        (OneHotEncoder(handle_unknown="ignore"), [1]),
    )
    return make_pipeline(columns, RandomForestClassifier(30, random_state=0))


@pytest.mark.parametrize("library", ["pandas", "polars"])
@pytest.mark.parametrize(
    ("make_teacher", "source"), [(of_categories, "cv"), (of_strings, "oob")]
)
def test_teachers_of_frames(columns, library, make_teacher, source):
    frames = pytest.importorskip(library)
    values, y = columns
    names = list(values["city"])
    if make_teacher is of_categories:
        if library == "polars" and parse_version(sklearn.__version__) < NEW_FRAMES:
            pytest.skip("before scikit-learn 1.9 boosting knows no polars categories")
        names = frames.Series(
            names, dtype="category" if library == "pandas" else frames.Categorical
        )
    X = frames.DataFrame({"amount": values["amount"], "city": names})
    student = TabularMLPClassifier(SoftmaxMLPClassifier((8,)))
    model = distiller(make_teacher(), student, cv=2, random_state=0).fit(X, y)
    assert model.target_source_ == source
    assert model.score(X, y) > 0.8


class Overwriting(GaussianNB):
    """Takes names of columns, and keeps something else, as CatBoost does."""

    def __init__(self, cat_features=None):
        super().__init__()
        self.cat_features = cat_features and list(cat_features)


def test_what_to_do_about_categories_of_catboost(rows):
    with pytest.raises(RuntimeError, match=r"teacher=.*Cannot clone") as caught:
        distiller(Overwriting(cat_features=["city"])).fit(*rows)
    (remedy,) = caught.value.__notes__
    assert "fit(X, y, cat_features=[...])" in remedy
    assert "FrozenEstimator(CatBoostClassifier(cat_features=[...])" in remedy
    with pytest.raises(RuntimeError, match=r"student=.*Cannot clone") as caught:
        distiller(GaussianNB(), Overwriting(cat_features=["city"])).fit(*rows)
    (remedy,) = caught.value.__notes__
    assert "student=make_pipeline(TableEncoder(), CatBoostClassifier())" in remedy


def test_samples_too_far_for_a_teacher_are_left_out(rows):
    X, y = rows
    teacher, unlabeled = LabelPropagation(gamma=20), np.concatenate([X, X + 1e3])
    message = "no finite numbers for 75 of 150 unlabeled"
    with np.errstate(invalid="ignore"), pytest.warns(UserWarning, match=message):
        model = distiller(teacher).fit(X, y, X_unlabeled=unlabeled)
    assert_array_equal(
        model.predict(X), distiller(teacher).fit(X, y, X_unlabeled=X).predict(X)
    )


def test_lightgbm_takes_weights_and_names(rows):
    teacher = lightgbm()
    assert has_fit_parameter(teacher, "sample_weight")
    weights = np.where(rows[1] == "setosa", 3.0, 1.0)
    model = distiller(teacher, keep_teacher=True)
    model.fit(*rows, sample_weight=weights)
    assert model.teacher_.classes_.tolist() == ["setosa", "versicolor", "virginica"]
