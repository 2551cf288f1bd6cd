"""What the tests of JavaScript share: Node.js, and tables as JSON."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import json
import shutil
import subprocess

import numpy as np
import pytest

from skdistill.export import to_javascript

needs_node = pytest.mark.skipif(shutil.which("node") is None, reason="needs Node.js")


def run_node(code):
    """What a script prints, read as JSON."""
    done = subprocess.run(
        ["node", "-"], input=code, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def predict_in_node(scripts, samples, function="predictProba"):
    """What a function of some scripts gives for samples that JSON can hold."""
    # In a block, what a script defines is its own.
    blocks = [
        f"{{ {script}; all.push(samples.map(student.{function})); }}"
        for script in scripts
    ]
    start = f"const all = [], samples = {json.dumps(samples)};"
    code = "\n".join([start, *blocks, "console.log(JSON.stringify(all));"])
    return [np.array(proba) for proba in run_node(code)]


class InNode:
    """A student in JavaScript that takes data frames and records."""

    def __init__(self, student):
        self.script = to_javascript(student)

    def predict_proba(self, X):
        records = X if isinstance(X, list) else to_records(X)
        try:
            (proba,) = predict_in_node([self.script], records)
        except AssertionError as error:
            raise ValueError(str(error)) from error
        return proba


def to_records(frame):
    """A table as records that JSON can hold: dates as texts, gaps as null."""
    dates = {
        name: [None if date != date else date.isoformat() for date in frame[name]]
        for name in frame.select_dtypes("datetime")
    }
    frame = frame.astype(object).assign(**dates)
    return frame.where(frame.notna(), None).to_dict("records")
