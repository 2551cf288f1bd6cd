"""What a prediction of one record costs in each form, and in a service.

The default student of a mixed table, in Python, compiled, in onnxruntime, in JavaScript
(where Node.js is installed), and in the user guide's service (where FastAPI is
installed). The service is called without a network in between. Then threads, and
batches.

    python -m benchmarks.bench_serving
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import argparse
import asyncio
import contextlib
import json
import os
import runpy
import subprocess
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from time import perf_counter

import numpy as np

from benchmarks.bench_rows import artificial_table, network
from benchmarks.results import Table, write_result
from benchmarks.timing import interleaved
from skdistill import TabularMLPClassifier
from skdistill.export import OnnxClassifier, compile, save, to_javascript, to_onnx

SERVICE = Path(__file__).parents[1] / "docs" / "user_guide" / "service.py"

NODE = """
const record = {record}, calls = {calls};
for (let i = 0; i < calls; i++) student.predictProba(record);
const start = process.cpuUsage();
for (let i = 0; i < calls; i++) student.predictProba(record);
const {{ user, system }} = process.cpuUsage(start);
console.log((user + system) / calls);
"""


def service_of(student):
    """A function that posts a body to the service, without a network."""
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        save(student, "student.joblib")
        app = runpy.run_path(str(SERVICE))["app"]
    loop = asyncio.new_event_loop()
    headers = [(b"content-type", b"application/json")]
    scope = {"type": "http", "method": "POST", "path": "/predict", "headers": headers}
    scope |= {"query_string": b"", "http_version": "1.1", "asgi": {"version": "3.0"}}

    def post(record):
        body = json.dumps(record).encode()

        async def receive():
            return {"type": "http.request", "body": body}

        async def send(message):
            pass

        loop.run_until_complete(app(dict(scope), receive, send))

    return post


def in_node(student, record, calls=20_000):
    """Microseconds of a prediction in Node.js, when it is warm."""
    code = to_javascript(student) + NODE.format(record=json.dumps(record), calls=calls)
    done = subprocess.run(
        ["node", "-"], input=code, capture_output=True, text=True, check=True
    )
    return float(done.stdout)


def time_record(student, compiled, onnx, record, rounds):
    """Microseconds of one record in each form."""
    calls = {
        "NumPy": lambda: student.predict_proba(record),
        "compiled": lambda: compiled.predict_proba(record),
        "onnxruntime": lambda: onnx.predict_proba(record),
    }
    with contextlib.suppress(ImportError):
        post = service_of(student)
        calls["a request"] = lambda: post(record)
    seconds = interleaved(calls, rounds=rounds, number=200)
    table = Table({"a record, µs": "{:.1f}"})
    for name in calls:
        table.add(name, 1e6 * np.median(seconds[name]))
    with contextlib.suppress(FileNotFoundError):
        table.add("JavaScript", in_node(student, record))
    return table


def time_batches(models, X, rounds):
    """Microseconds of a sample in batches of several sizes."""
    table = Table(dict.fromkeys(models, "{:.2f}"))
    for size in (1, 10, 100, 1000, 10_000):
        rows = X.iloc[np.resize(np.arange(len(X)), size)].reset_index(drop=True)
        calls = {
            name: lambda model=model, rows=rows: model.predict_proba(rows)
            for name, model in models.items()
        }
        seconds = interleaved(calls, rounds=rounds, number=max(1, 200 // size))
        times = (np.median(seconds[name]) / size * 1e6 for name in models)
        table.add(f"{size:,}", *times)
    return table


def time_threads(models, X, n_threads):
    """How much more threads do than one, on batches of 10,000 inputs."""
    table = Table({f"{n_threads} threads, times": "{:.2f}"})
    rows = X.iloc[np.resize(np.arange(len(X)), 10_000)].reset_index(drop=True)
    for name, model in models.items():
        with ThreadPoolExecutor(n_threads) as pool:
            start = perf_counter()
            for _ in range(2 * n_threads):
                model.predict_proba(rows)
            alone = perf_counter() - start
            start = perf_counter()
            list(pool.map(model.predict_proba, [rows] * (2 * n_threads)))
            table.add(name, alone / (perf_counter() - start))
    return table


def main():
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    options = parser.parse_args()
    X, y = artificial_table()
    student = TabularMLPClassifier(network()).fit(X, y)
    compiled = compile(student)
    onnx = OnnxClassifier.from_bytes(to_onnx(student).SerializeToString())
    row = X[X.notna().all(axis=1)].iloc[0]
    record = time_record(student, compiled, onnx, row.to_dict(), options.rounds)
    models = {"NumPy": student, "compiled": compiled, "onnxruntime": onnx}
    batches = time_batches(models, X, max(3, options.rounds // 3))
    threads = time_threads(models, X, options.threads)
    tables = {"record": record, "batches": batches, "threads": threads}
    print(*tables.values(), sep="\n\n")
    figures = {name: cells[0] for name, cells in record.rows.items()}
    write_result("serving", tables, defaults=["default student"], figures=figures)


if __name__ == "__main__":
    main()
