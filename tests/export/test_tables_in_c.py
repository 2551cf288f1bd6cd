"""Students of tables in C: categories as texts, dates, gaps and numbers."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import ctypes
import subprocess
import warnings

import numpy as np
import pandas as pd
import pytest
from compiling import (
    STRICT,
    TABLE_STUDENTS,
    check_serves_tables,
    needs_compiler,
    network,
    table_of,
    table_student,
)
from numpy.testing import assert_allclose
from sklearn.pipeline import make_pipeline
from sklearn.tree import DecisionTreeClassifier

from skdistill.exceptions import ColumnKindWarning
from skdistill.export import compile, to_c
from skdistill.tables import TableEncoder

pytestmark = needs_compiler


@pytest.fixture(scope="module")
def others():
    return table_of("others")[0]


@pytest.fixture(scope="module", params=TABLE_STUDENTS)
def student(request):
    return table_student(request.param)


def values_in_c(frame, kinds):
    """The table as C takes it: pairs of a number and a text."""

    class Value(ctypes.Structure):
        _fields_ = (("number", ctypes.c_double), ("text", ctypes.c_char_p))

    values = (Value * frame.size)()
    for i, row in enumerate(frame.itertuples(index=False)):
        for j, (cell, kind) in enumerate(zip(row, kinds, strict=True)):
            value = values[i * len(kinds) + j]
            value.number = np.nan
            if pd.isna(cell):
                continue
            if kind == "datetime":
                cell = (cell - pd.Timestamp(1970, 1, 1)).total_seconds()
            if kind in ("categorical", "drop"):
                value.text = str(cell).encode()
            else:
                value.number = float(cell)
    return values


@pytest.fixture(scope="module")
def kinds():
    """What each column is taken for."""
    with warnings.catch_warnings(action="ignore", category=ColumnKindWarning):
        return [*TableEncoder().fit(table_of("learned")[0]).kinds_.values()]


@pytest.fixture
def library(student, tmp_path):
    to_c(student, tmp_path / "student.c")
    command = ["cc", *STRICT, "-trigraphs", "-shared", "-fPIC", "-fsanitize=undefined"]
    command += ["-fno-sanitize-recover=all", "student.c", "-o", "student.so", "-lm"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    if "cannot find" in done.stderr:
        pytest.skip("the compiler has no sanitizers")
    assert done.returncode == 0, done.stderr
    return ctypes.CDLL(str(tmp_path / "student.so"))


def test_equal_probabilities(student, library, others, kinds):
    values = values_in_c(others, kinds)
    proba = np.empty((len(others), 2))
    pointer = ctypes.c_void_p(proba.ctypes.data)
    batch = library.student_predict_proba_batch
    assert batch(values, ctypes.c_size_t(len(others)), pointer) == 0
    expected = student.predict_proba(others)
    assert_allclose(proba, expected, rtol=0, atol=2e-6)
    one = ctypes.byref(values[7 * others.shape[1]])
    assert library.student_predict_proba(one, pointer) == 0
    assert_allclose(proba[0], expected[7], rtol=0, atol=2e-6)


def test_values_of_another_kind_are_refused(library, others, kinds):
    values = values_in_c(others[:1], kinds)
    proba = ctypes.c_void_p(np.empty(2).ctypes.data)
    refusals = {0: (np.inf, None), 1: (1.0, b"1"), 2: (1.0, None), 4: (np.nan, b"2000")}
    for column, (number, text) in refusals.items():
        before = values[column].number, values[column].text
        values[column].number, values[column].text = number, text
        assert library.student_predict_proba(values, proba) == 1
        values[column].number, values[column].text = before
    assert library.student_predict_proba(values, proba) == 0


def test_compiled_takes_frames_records_and_columns_in_any_order(student, others):
    compiled = compile(student)
    check_serves_tables(compiled, student)
    with pytest.raises(ValueError, match="infinity"):
        compiled.predict_proba(others.assign(number=np.inf))


def test_categories_with_nul_are_no_prefixes_of_themselves(tmp_path):
    X = pd.DataFrame({"c": ["a\0b", "c"] * 20})
    y = [0, 1] * 20
    student = make_pipeline(TableEncoder(), DecisionTreeClassifier()).fit(X, y)
    to_c(student, tmp_path / "student.c")
    text = (tmp_path / "student.c").read_text()
    assert '{"c", 1}' in text
    assert '"a' not in text


def test_only_categories(tmp_path):
    X = pd.DataFrame({"c": list("abc") * 20, "d": list("xy") * 30})
    y = (X["c"] == "a").to_numpy()
    student = make_pipeline(TableEncoder(), network()).fit(X, y)
    assert_allclose(
        compile(student).predict_proba(X), student.predict_proba(X), atol=1e-6
    )
