"""Students written in C: what the files hold, and what compilers think of them."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import ctypes
import subprocess

import numpy as np
import pytest
from compiling import (
    HOSTILE,
    STRICT,
    STUDENTS,
    build,
    fitted,
    needs_compiler,
    samples,
    table,
)
from numpy.testing import assert_allclose
from sklearn.exceptions import NotFittedError
from sklearn.preprocessing import StandardScaler
from sklearn.tree import DecisionTreeClassifier

from skdistill import SoftmaxMLPClassifier
from skdistill.export import to_c
from skdistill.export._c_text import quoted


def predict(function, X, n_classes):
    """Probabilities of one sample after the other, by a function of C."""
    proba = np.empty((len(X), n_classes))
    for row, answer in zip(np.ascontiguousarray(X, np.float64), proba, strict=True):
        arguments = (ctypes.c_void_p(each.ctypes.data) for each in (row, answer))
        assert function(*arguments) == 0
    return proba


def strings(library, name, n):
    """An array of strings of a library."""
    array = (ctypes.c_char_p * n).in_dll(library, name)
    return list(array)


@needs_compiler
@pytest.mark.parametrize("name", STUDENTS)
def test_strict_compilers_have_no_complaint(tmp_path, name):
    student = fitted(name, 3)
    to_c(student, tmp_path / "student.c")
    library = build(tmp_path, *STRICT, "-O3")
    X = samples(3)[::10]
    assert_allclose(
        predict(library.student_predict_proba, X, 3),
        student.predict_proba(X),
        rtol=0,
        atol=1e-6,
    )


@needs_compiler
def test_sanitizers_have_no_complaint(tmp_path):
    X = samples(3)
    main = "#include <stdio.h>\nint main(void) {\n    static double p[4096];\n"
    for i, name in enumerate(("bins, members", "sharpened tree", "scaled tree")):
        to_c(fitted(name, 3), tmp_path / f"student{i}.c", name=f"student{i}")
        main = (
            f"int student{i}_predict_proba_batch(const double *, size_t, double *);\n"
            f"{main}    if (student{i}_predict_proba_batch(x, {len(X)}, p)) return 1;\n"
        )
    numbers = ", ".join(map(repr, X.ravel().tolist()))
    main = f"#include <stddef.h>\nstatic const double x[] = {{{numbers}}};\n{main}"
    (tmp_path / "main.c").write_text(main + "    return 0;\n}\n")
    sanitizers = ["-fsanitize=address,undefined", "-fno-sanitize-recover=all"]
    sources = [f"student{i}.c" for i in range(3)]
    command = ["cc", "-g", "-O1", *sanitizers, "main.c", *sources, "-lm", "-o", "main"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    if "cannot find" in done.stderr:
        pytest.skip("the compiler has no sanitizers")
    assert done.returncode == 0, done.stderr
    subprocess.run([str(tmp_path / "main")], check=True)


@needs_compiler
def test_hostile_names_stay_names(tmp_path):
    X, _ = table(3)
    X = np.resize(X, (165, len(HOSTILE)))
    classes = np.array(HOSTILE, dtype=object)
    tree = DecisionTreeClassifier(random_state=0).fit(X, np.resize(classes, len(X)))
    tree.feature_names_in_ = classes[::-1]
    to_c(tree, tmp_path / "student.c")
    assert (tmp_path / "student.c").read_bytes().isascii()
    library = build(tmp_path, *STRICT, "-trigraphs")
    written = strings(library, "student_classes", len(HOSTILE))
    # To C, a string ends at its first NUL.
    assert written == [str(c).encode().split(b"\0")[0] for c in tree.classes_]
    features = strings(library, "student_features", len(HOSTILE))
    assert features == [name.encode().split(b"\0")[0] for name in HOSTILE[::-1]]


def test_quoted_strings_hold_nothing_that_c_could_read_otherwise():
    for text in (*HOSTILE, "".join(map(chr, range(1000))), "\ud800"):
        inside = quoted(text)[1:-1]
        assert not set(inside) & set("\"\n\r?*%{}'")
        # Every backslash begins an octal number of three digits.
        assert all(part[:3].isdigit() for part in inside.split("\\")[1:])


@needs_compiler
@pytest.mark.parametrize("value", [np.nan, np.inf, 1e300])
def test_refused_numbers(tmp_path, value):
    to_c(fitted("relu", 2), tmp_path / "student.c")
    library = build(tmp_path)
    X, proba = samples(2)[:3].copy(), np.empty((3, 2))
    X[2, 3] = value
    x, p = ctypes.c_void_p(X.ctypes.data), ctypes.c_void_p(proba.ctypes.data)
    assert library.student_predict_proba_batch(x, ctypes.c_size_t(2), p) == 0
    assert library.student_predict_proba_batch(x, ctypes.c_size_t(3), p) == 1


def test_the_same_file_for_the_same_student(tmp_path):
    student = fitted("bins, members", 3)
    to_c(student, tmp_path / "a.c")
    to_c(student, tmp_path / "b.c")
    assert (tmp_path / "a.c").read_bytes() == (tmp_path / "b.c").read_bytes()


def test_the_name_begins_all_names(tmp_path):
    to_c(fitted("tree", 2), tmp_path / "x.c", name="fraud_v2")
    text = (tmp_path / "x.c").read_text()
    assert "int fraud_v2_predict_proba(const double *x, double *proba);" in text
    assert "enum { fraud_v2_n_features = 8, fraud_v2_n_classes = 2 };" in text
    for name in ("", "2nd", "a b", "a;", "ä", "a\n"):
        with pytest.raises(ValueError, match="identifier of C"):
            to_c(fitted("tree", 2), tmp_path / "y.c", name=name)
    assert not (tmp_path / "y.c").exists()


def test_a_failure_leaves_what_was_there(tmp_path):
    file = tmp_path / "student.c"
    file.write_text("before")
    with pytest.raises(NotFittedError):
        to_c(SoftmaxMLPClassifier(), file)
    with pytest.raises(TypeError, match="no classifier"):
        to_c(StandardScaler().fit([[0.0], [1.0]]), file)
    assert file.read_text() == "before"
    assert [path.name for path in tmp_path.iterdir()] == ["student.c"]
