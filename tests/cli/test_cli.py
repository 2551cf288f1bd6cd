"""The command line, as a user types it."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json
import os
import subprocess
import sys
from io import StringIO
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.datasets import load_diabetes
from sklearn.ensemble import RandomForestClassifier

import skdistill
from skdistill import __version__
from skdistill.cli import main
from skdistill.export import load

# Small tables need no teacher.
pytestmark = pytest.mark.filterwarnings("ignore:The teacher has hardly any weight")

# A teacher that takes no time to fit, and a student as quick.
QUICK = ["--teacher=naive:teacher", "--student=tree"]


# For processes in another folder, where the package may not be installed.
ENVIRONMENT = os.environ | {"PYTHONPATH": str(Path(skdistill.__file__).parents[1])}


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Tables of 240 mixed rows: of classes, of numbers, with empty targets, ..."""
    folder = tmp_path_factory.mktemp("tables")
    rng = np.random.default_rng(0)
    table = pd.DataFrame(
        {
            "age": rng.integers(18, 90, 240),
            "income": rng.lognormal(10, 1, 240).round(2),
            "city": rng.choice(["Bern", "Oslo", "São Paulo, BR"], 240),
        }
    )
    table.loc[::11, "income"] = np.nan
    score = 0.05 * table["age"] + 2 * (table["city"] == "Bern") + rng.normal(size=240)
    table["risk"] = np.where(score > score.median(), "high", "low")
    table["price"] = score
    table.to_csv(folder / "train.csv", index=False)
    table.drop(columns="price").to_csv(folder / "risk.csv", index=False)
    table.drop(columns="risk").to_csv(folder / "price.csv", index=False, sep=";")
    new = table.drop(columns=["risk", "price"]).head(9)
    new.to_csv(folder / "new.csv", index=False)
    gaps = table.drop(columns="price")
    gaps["risk"] = gaps["risk"].where(np.arange(240) % 3 > 0)
    gaps.to_csv(folder / "gaps.csv", index=False)
    table.assign(risk="high").to_csv(folder / "one_class.csv", index=False)
    table.head(8).to_csv(folder / "few.csv", index=False)
    (folder / "names.csv").write_text("age,risk\n")
    (folder / "picture.csv").write_bytes(bytes(range(256)))
    (folder / "naive.py").write_text(
        "from sklearn.naive_bayes import GaussianNB\n"
        "from sklearn.pipeline import make_pipeline\n"
        "from skdistill.tables import TableEncoder\n"
        "teacher = make_pipeline(TableEncoder(), GaussianNB())\n"
    )
    return folder


@pytest.fixture(autouse=True)
def _in_the_folder(folder, monkeypatch):
    monkeypatch.chdir(folder)
    monkeypatch.setattr(sys, "path", list(sys.path))


@pytest.fixture(scope="module")
def student(folder):
    """A saved student."""
    pytest.importorskip("skops")
    path = folder / "student.skops"
    command = ["distill", "risk.csv", "--target=risk", *QUICK, f"--out={path}"]
    run(*command, "--student=linear", cwd=folder)
    return path


def run(*arguments, stdin=None, cwd=None):
    """Run the command as a process."""
    return subprocess.run(
        [sys.executable, "-m", "skdistill", *map(str, arguments)],
        input=stdin,
        capture_output=True,
        check=False,
        encoding="utf-8",
        cwd=cwd,
        env=ENVIRONMENT,
    )


class TestDistil:
    def test_the_report_goes_to_stdout_and_progress_to_stderr(self, capsys):
        code = main(["distill", "risk.csv", "--target=risk", *QUICK])
        out, err = capsys.readouterr()
        assert code == 0
        assert "distilled student" in out
        assert "48 test samples" in out
        assert "[DistilledClassifier] student" in err
        assert "taken for classes" in err

    def test_json_and_files_of_the_report(self, tmp_path, capsys):
        html, figures = tmp_path / "report.html", tmp_path / "report.json"
        command = ["distill", "risk.csv", "--target=risk", *QUICK]
        assert main([*command, "--json", f"--report={figures}"]) == 0
        printed = json.loads(capsys.readouterr().out)
        assert printed["n_test_samples"] == 48
        assert json.loads(figures.read_text("utf-8")) == printed
        pytest.importorskip("matplotlib")
        assert main([*command, f"--report={html}"]) == 0
        assert "<html" in html.read_text("utf-8")

    def test_a_saved_student_answers_as_the_measured_one(self, student):
        table = pd.read_csv("risk.csv")
        model = load(student)
        accuracy = np.mean(model.predict(table.drop(columns="risk")) == table["risk"])
        assert accuracy > 0.75
        assert list(model.classes_) == ["high", "low"]

    def test_rows_without_target_are_unlabeled(self, capsys):
        assert main(["distill", "gaps.csv", "--target=risk", *QUICK]) == 0
        out, err = capsys.readouterr()
        # 160 rows have a target, and a fifth of these are held out.
        assert "32 test samples" in out
        assert "student, 3968 samples" in err

    def test_a_table_of_test_rows(self, capsys):
        command = ["distill", "risk.csv", "--target=risk", "--test=risk.csv", *QUICK]
        assert main(command) == 0
        assert "240 test samples" in capsys.readouterr().out

    def test_parquet(self, tmp_path, capsys):
        pytest.importorskip("pyarrow")
        pd.read_csv("risk.csv").to_parquet(tmp_path / "risk.parquet")
        table = str(tmp_path / "risk.parquet")
        assert main(["distill", table, "--target=risk", *QUICK]) == 0
        out = capsys.readouterr().out
        assert main(["distill", "risk.csv", "--target=risk", *QUICK]) == 0
        first, again = (text.splitlines()[1] for text in (out, capsys.readouterr().out))
        assert first == again

    def test_precomputed_answers(self, tmp_path, capsys):
        labels, answers = pd.read_csv("gaps.csv")["risk"], tmp_path / "answers.csv"
        proba = pd.DataFrame({"low": np.where(labels == "low", 0.9, 0.2)})
        proba["high"] = 1 - proba["low"]
        proba.to_csv(answers, index=False)
        command = ["distill", "gaps.csv", "--target=risk", "--student=tree"]
        command += [f"--proba={answers}"]
        assert main(command) == 0
        assert "32 test samples" in capsys.readouterr().out
        proba.head(50).to_csv(answers, index=False)
        assert main(command) == 2
        assert "has 50 rows" in capsys.readouterr().err
        assert main([*command, "--teacher=forest"]) == 2
        assert "goes without --teacher" in capsys.readouterr().err

    def test_a_fitted_teacher_in_a_file(self, student, capsys):
        command = ["distill", "risk.csv", "--target=risk", "--student=linear"]
        assert main([*command, f"--teacher={student}"]) == 0
        assert "distilled student" in capsys.readouterr().out

    def test_an_object_that_a_module_lacks(self, capsys):
        command = ["distill", "risk.csv", "--target=risk", "--teacher=naive:missing"]
        assert main(command) == 2
        assert "no attribute 'missing'" in capsys.readouterr().err

    def test_numbers(self, capsys):
        command = ["distill", "price.csv", "--target=price", "--student=tree"]
        assert main([*command, "--teacher=boosting"]) == 0
        out, err = capsys.readouterr()
        assert "taken for numbers" in err
        assert "R2" in out
        assert main([*command, "--teacher=boosting", "--max-latency=1s"]) == 0
        # The table has texts and gaps, and a class of scikit-learn's takes neither.
        assert main([*command, "--teacher=sklearn.linear_model:Ridge"]) == 0

    def test_a_budget_starts_a_search(self, capsys):
        command = ["distill", "risk.csv", "--target=risk", *QUICK]
        assert main([*command, "--max-latency=1s", "--tolerance=0"]) == 0
        assert main([*command, "--max-latency=0.001us"]) == 2
        assert "max_latency" in capsys.readouterr().err


class TestPredict:
    def test_csv_from_a_file_and_from_stdin(self, student):
        first = run("predict", student, "new.csv")
        with open("new.csv", encoding="utf-8") as file:
            second = run("predict", student, stdin=file.read())
        assert first.returncode == second.returncode == 0
        assert first.stdout == second.stdout
        answers = pd.read_csv(StringIO(first.stdout))
        assert list(answers) == ["prediction", "probability_high", "probability_low"]
        expected = load(student).predict_proba(pd.read_csv("new.csv"))
        np.testing.assert_allclose(answers.iloc[:, 1:], expected, rtol=1e-12)

    def test_json(self, student, capsys):
        assert main(["predict", str(student), "new.csv", "--json"]) == 0
        answers = json.loads(capsys.readouterr().out)
        assert len(answers) == 9
        assert answers[0]["prediction"] in ("high", "low")

    def test_a_column_is_missing(self, student, tmp_path, capsys):
        less = pd.read_csv("new.csv").drop(columns="city")
        less.to_csv(tmp_path / "less.csv", index=False)
        assert main(["predict", str(student), str(tmp_path / "less.csv")]) == 2
        assert "city" in capsys.readouterr().err

    def test_files_that_may_run_code_need_trust(self, tmp_path, capsys):
        path = tmp_path / "student.joblib"
        command = ["distill", "risk.csv", "--target=risk", *QUICK, f"--out={path}"]
        assert main(command) == 0
        capsys.readouterr()
        command = ["predict", str(path), "new.csv"]
        assert main(command) == 2
        assert "--trust" in capsys.readouterr().err
        assert main([*command, "--trust"]) == 0
        command = ["report", str(path), "risk.csv", "--target=risk"]
        assert main(command) == 2
        capsys.readouterr()
        assert main([*command, "--trust"]) == 0
        assert "240 test samples" in capsys.readouterr().out


def test_explain(capsys):
    command = ["explain", "risk.csv", "--target=risk", "--teacher=naive:teacher"]
    assert main([*command, "--leaves=4"]) == 0
    assert "A tree of 4 leaves" in capsys.readouterr().out
    assert main([*command, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["n_test_samples"] == 48


class TestNumbers:
    """Diabetes: numbers to predict, as whole numbers."""

    @pytest.fixture(autouse=True)
    def _table(self, tmp_path, monkeypatch):
        frame = load_diabetes(as_frame=True).frame
        frame["target"] = frame["target"].astype(int)
        frame.to_csv(tmp_path / "diabetes.csv", index=False)
        (tmp_path / "squares.py").write_text(
            "from sklearn.linear_model import Ridge\n"
            "from sklearn.pipeline import make_pipeline\n"
            "from sklearn.preprocessing import PolynomialFeatures\n"
            "teacher = make_pipeline(PolynomialFeatures(), Ridge())\n"
        )
        monkeypatch.chdir(tmp_path)

    def test_explain(self, capsys):
        command = ["explain", "diabetes.csv", "--target=target", "--leaves=4"]
        command += ["--teacher=squares:teacher"]
        assert main(command) == 0
        out, err = capsys.readouterr()
        assert "taken for numbers" in err
        assert "tree of 4 leaves" in out
        assert "imitates Ridge, on 89 test samples" in out
        assert "R2 to the model" in out
        assert main([*command, "--json"]) == 0
        figures = json.loads(capsys.readouterr().out)
        assert figures["fidelity"]["surrogate"]["r2"]["value"] > 0.3

    def test_distill_report_and_predict(self, capsys):
        command = ["distill", "diabetes.csv", "--target=target", "--student=tree"]
        command += ["--teacher=squares:teacher", "--out=a.joblib", "--report=a.json"]
        assert main(command) == 0
        capsys.readouterr()
        scores = json.loads(Path("a.json").read_text("utf-8"))["models"]
        assert 0.2 < scores["distilled student"]["scores"]["r2"] < 0.7
        assert main(["predict", "a.joblib", "diabetes.csv", "--trust"]) == 0
        answers = pd.read_csv(StringIO(capsys.readouterr().out))
        assert list(answers) == ["prediction"]
        assert answers["prediction"].between(25, 346).all()

    @pytest.mark.filterwarnings("always:teacher. 8 of 89")
    def test_precomputed_answers(self, capsys):
        table = pd.read_csv("diabetes.csv")
        answers = pd.DataFrame({"answer": table["target"] + 0.5})
        answers.iloc[::9] = np.nan
        answers.to_csv("answers.csv", index=False)
        command = ["distill", "diabetes.csv", "--target=target", "--student=linear"]
        assert main([*command, "--proba=answers.csv"]) == 0
        out, err = capsys.readouterr()
        assert "R2 to teacher" in out
        assert "8 of 89 test samples have no prediction" in err


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["distill", "nowhere.csv", "--target=y"], "nowhere.csv: No such file"),
        (["distill", "train.csv", "--target=y"], "has no column 'y'; it has age"),
        (["distill", "names.csv", "--target=risk"], "has no rows"),
        (["distill", "picture.csv", "--target=risk"], "is no table of CSV"),
        (["distill", "one_class.csv", "--target=risk"], "one class only, 'high'"),
        (["distill", "few.csv", "--target=risk"], "has 8 rows with 'risk'"),
        (["distill", "train.csv", "--target=risk", "--task=numbers"], "no numbers"),
        (
            ["distill", "train.csv", "--target=risk", "--teacher=oak"],
            "forest, boosting",
        ),
        (
            ["distill", "train.csv", "--target=risk", "--out=a.txt"],
            "must end in one of",
        ),
        (
            ["distill", "train.csv", "--target=risk", "--out=no/a.c"],
            "cannot be written",
        ),
        (["distill", "train.csv", "--target=risk", "--max-latency=fast"], "20us"),
        (["distill", "train.csv", "--target=risk", "--tolerance=-1"], "from 0 on"),
        (["distill", "train.csv"], "--target"),
        (["explain", "train.csv", "--target=risk", "--leaves=1"], "from 2 on"),
        (["predict", "nowhere.skops", "new.csv"], "nowhere.skops: No such file"),
        (["predict", "new.csv", "new.csv"], "suffix"),
        (["shrink"], "invalid choice: 'shrink'"),
    ],
)
def test_mistakes_are_one_line_and_exit_code_2(folder, capsys, arguments, message):
    before = set(folder.iterdir())
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    last = err.strip().splitlines()[-1]
    assert out == ""
    assert last.startswith("skdistill: error: ")
    assert message in last
    assert "Traceback" not in err
    assert set(folder.iterdir()) == before


def test_a_student_that_cannot_be_written_is_still_shown(folder, monkeypatch, capsys):
    def refuse(model, path):
        raise TypeError("no such form")

    monkeypatch.setattr("skdistill.cli._commands.save", refuse)
    command = ["distill", "risk.csv", "--target=risk", *QUICK, "--out=a.joblib"]
    assert main(command) == 2
    out, err = capsys.readouterr()
    assert "48 test samples" in out
    assert "skdistill: error: a.joblib: no such form" in err


def test_an_interrupt(monkeypatch):
    def interrupt(*args, **kwargs):
        raise KeyboardInterrupt

    monkeypatch.setattr(RandomForestClassifier, "fit", interrupt)
    assert main(["distill", "risk.csv", "--target=risk"]) == 130


@pytest.mark.parametrize("command", [[], ["distill"], ["predict"], ["demo"]])
def test_help(capsys, command):
    with pytest.raises(SystemExit) as stop:
        main([*command, "--help"])
    assert stop.value.code == 0
    assert "usage: skdistill" in capsys.readouterr().out


def test_version(capsys):
    with pytest.raises(SystemExit):
        main(["--version"])
    assert __version__ in capsys.readouterr().out


def test_a_reader_that_closes_the_pipe(student):
    command = f"{sys.executable} -m skdistill predict {student} new.csv | head -c 1"
    run = subprocess.run(
        ["bash", "-c", command],
        capture_output=True,
        check=False,
        encoding="utf-8",
        env=ENVIRONMENT,
    )
    assert run.stderr == ""
