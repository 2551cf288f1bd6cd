"""The arguments of each command."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import re

from skdistill import __version__
from skdistill.cli._errors import CommandError
from skdistill.cli._parts import STUDENTS, TEACHERS

UNITS = {"us": 1e-6, "ms": 1e-3, "s": 1.0}

EXAMPLES = """\
examples:
  skdistill distill train.csv --target price --out student.onnx
  skdistill distill train.csv --target risk --teacher boosting --max-latency 200us
  skdistill predict student.onnx new.csv > answers.csv
  skdistill explain train.csv --target risk --teacher forest
"""


class Parser(argparse.ArgumentParser):
    """A parser whose errors are one line, as all others of the command line."""

    def error(self, message):
        """Refuse the arguments."""
        raise CommandError(f"{message} ({self.prog} --help tells more)")


def make_parser() -> argparse.ArgumentParser:
    """Make the parser of all commands.

    Returns
    -------
    parser : ArgumentParser
    """
    parser = Parser(
        prog="skdistill",
        description="Distill a slow, accurate model into a small, fast one.",
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--version", action="version", version=f"%(prog)s {__version__}"
    )
    commands = parser.add_subparsers(dest="command", metavar="command")
    for add in (_add_distil, _add_predict, _add_report, _add_explain, _add_demo):
        add(commands)
    return parser


def parse_seconds(text: str) -> float:
    """Read a time with its unit, such as "20us".

    Parameters
    ----------
    text : str
        A positive number, and us, ms or s.

    Returns
    -------
    seconds : float

    Raises
    ------
    argparse.ArgumentTypeError
        If it is none.
    """
    match = re.fullmatch(r"(\d+\.?\d*|\.\d+)\s*(us|ms|s)", text)
    if match is None or float(match[1]) == 0:
        raise argparse.ArgumentTypeError(f"{text!r} is no time such as 20us or 1.5ms")
    return float(match[1]) * UNITS[match[2]]


def parse_tolerance(text: str) -> float:
    """Read a tolerance: a number from 0 on.

    Parameters
    ----------
    text : str

    Returns
    -------
    tolerance : float

    Raises
    ------
    argparse.ArgumentTypeError
        If it is none.
    """
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < float("inf"):
        raise argparse.ArgumentTypeError(f"{text!r} is no number from 0 on")
    return value


def parse_leaves(text: str) -> int:
    """Read a number of leaves: two or more.

    Parameters
    ----------
    text : str

    Returns
    -------
    n_leaves : int

    Raises
    ------
    argparse.ArgumentTypeError
        If it is none.
    """
    if not text.isdecimal() or int(text) < 2:
        raise argparse.ArgumentTypeError(f"{text!r} is no whole number from 2 on")
    return int(text)


def _add_distil(commands):
    command = commands.add_parser(
        "distill",
        aliases=["distil"],
        help="learn a student from a table of CSV or Parquet",
        description="Learn a student from a table. Rows whose target is empty are "
        "unlabeled samples. Without --test, a fifth of the rows is held out for the "
        "report.",
    )
    _add_learning(command)
    command.add_argument(
        "--proba", metavar="FILE", help="precomputed answers of a teacher, row by row"
    )
    command.add_argument(
        "--student",
        default="default",
        help=f"default, {', '.join(STUDENTS)}, or module:Object",
    )
    command.add_argument(
        "--max-latency",
        type=parse_seconds,
        metavar="TIME",
        help="choose the fastest good student within, say, 200us a row",
    )
    command.add_argument(
        "--tolerance",
        type=parse_tolerance,
        metavar="LOSS",
        help="choose the fastest student whose loss is that close to the best's",
    )
    command.add_argument(
        "--out", metavar="FILE", help="student.skops, .onnx, .c, .js or .joblib"
    )
    command.add_argument(
        "--report", metavar="FILE", help="report.html, or .json, beside the one shown"
    )
    _add_json(command)


def _add_predict(commands):
    command = commands.add_parser(
        "predict",
        help="answer the rows of a table by a saved student",
        description="Answers are CSV on the standard output.",
    )
    command.add_argument("model", help=".onnx, .skops or .joblib")
    command.add_argument(
        "table", nargs="?", default="-", help="CSV or Parquet; - reads CSV from stdin"
    )
    _add_trust(command)
    _add_json(command)


def _add_report(commands):
    command = commands.add_parser(
        "report",
        help="compare a saved, distilled model with its teacher",
        description="The model is a .joblib file of skdistill distill --out, or of a "
        "distilled estimator with keep_teacher=True.",
    )
    command.add_argument("model", help=".joblib")
    command.add_argument("table", help="test rows, CSV or Parquet")
    command.add_argument("--target", required=True, help="column to predict")
    command.add_argument("--report", metavar="FILE", help="report.html or .json")
    _add_trust(command)
    _add_json(command)


def _add_explain(commands):
    command = commands.add_parser(
        "explain",
        help="imitate a model by a small tree, and show how faithfully",
        description="A tree learns what the model answers, not what is true.",
    )
    _add_learning(command)
    command.add_argument(
        "--leaves",
        type=parse_leaves,
        default=16,
        help="leaves of the tree (default: 16)",
    )
    _add_json(command)
    # What is explained is a model, not the answers of one.
    command.set_defaults(proba=None)


def _add_demo(commands):
    commands.add_parser(
        "demo",
        help="digits: a forest of 500 trees into a network of 24 units",
        description="The main job of this package, on scikit-learn's digits.",
    )


def _add_learning(command):
    """What commands share that learn from a table."""
    command.add_argument("table", help="training rows, CSV or Parquet; - is stdin")
    command.add_argument("--target", required=True, help="column to predict")
    command.add_argument("--test", metavar="FILE", help="table of test rows")
    command.add_argument(
        "--teacher",
        help=f"{', '.join(TEACHERS)} (default: forest), module:Object, or the file "
        "of a fitted model",
    )
    command.add_argument(
        "--task", choices=("auto", "classes", "numbers"), default="auto"
    )
    command.add_argument(
        "--seed", type=int, default=0, help="of all that is random (default: 0)"
    )
    _add_trust(command)


def _add_trust(command):
    command.add_argument(
        "--trust", action="store_true", help="load .joblib files, which may run code"
    )


def _add_json(command):
    command.add_argument("--json", action="store_true", help="print JSON")
