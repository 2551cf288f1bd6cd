"""A student's file answers where this package is not installed."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json
import shutil
import subprocess
import sys
from importlib.util import find_spec

import numpy as np
import pandas as pd
import pytest

from skdistill.cli import main
from skdistill.export import load

pytest.importorskip("benchmarks", reason="The benchmarks are not here.")
from benchmarks import answer_alone

pytestmark = pytest.mark.filterwarnings("ignore:The teacher has hardly any weight")

NEEDS = {".skops": find_spec("skops"), ".onnx": find_spec("onnxruntime")}
NEEDS[".c"] = shutil.which("cc")

FORMS = [
    pytest.param(
        suffix, marks=pytest.mark.skipif(need is None, reason=f"cannot read {suffix}")
    )
    for suffix, need in NEEDS.items()
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """A mixed table of 200 rows, with gaps and with dates as texts."""
    folder = tmp_path_factory.mktemp("alone")
    rng = np.random.default_rng(0)
    days = pd.Timestamp("2020-02-29") + pd.to_timedelta(rng.integers(0, 999, 200), "D")
    table = pd.DataFrame(
        {
            "age": rng.integers(18, 90, 200),
            "city": rng.choice(["Bern", "Oslo"], 200),
            "opened": days.strftime("%Y-%m-%d"),
        }
    )
    late = days > days.sort_values()[100]
    table["risk"] = np.where(late ^ (table["city"] == "Bern"), "high", "low")
    table.loc[::9, "age"] = table.loc[::7, "city"] = table.loc[::8, "opened"] = None
    table.to_csv(folder / "train.csv", index=False)
    table.drop(columns="risk").head(40).to_csv(folder / "new.csv", index=False)
    return folder


def distill(folder, suffix):
    """The file of a student, as the command line writes it; made once."""
    path = folder / f"student{suffix}"
    if path.exists():
        return path
    command = ["distill", str(folder / "train.csv"), "--target=risk", f"--out={path}"]
    assert main([*command, "--student=linear", "--teacher=boosting"]) == 0
    return path


@pytest.fixture(scope="module")
def expected(folder):
    model = load(distill(folder, ".joblib"), trusted=True)
    return model.predict_proba(pd.read_csv(folder / "new.csv"))


@pytest.mark.parametrize("suffix", FORMS)
def test_probabilities_without_this_package(folder, expected, suffix):
    answers = folder / f"answers{suffix}.npy"
    command = [sys.executable, "-I", answer_alone.__file__, distill(folder, suffix)]
    subprocess.run([*command, folder / "new.csv", answers], check=True)
    np.testing.assert_allclose(np.load(answers), expected, rtol=0, atol=2e-6)


@pytest.mark.parametrize("suffix", FORMS[:2])
def test_the_command_line_answers_from_the_file(folder, expected, suffix, capsys):
    path = distill(folder, suffix)
    capsys.readouterr()
    assert main(["predict", str(path), str(folder / "new.csv"), "--json"]) == 0
    found = pd.DataFrame(json.loads(capsys.readouterr().out))
    np.testing.assert_allclose(found["probability_high"], expected[:, 0], atol=2e-6)
