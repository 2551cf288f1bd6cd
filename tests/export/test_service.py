"""The user guide's service answers what the student predicts."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

import asyncio
import runpy
from pathlib import Path

import pytest
from compiling import needs_compiler, network
from numpy.testing import assert_allclose

from skdistill import TabularMLPClassifier
from skdistill.export import save

httpx = pytest.importorskip("httpx", reason="needs httpx")
pytest.importorskip("fastapi", reason="needs fastapi")

SERVICE = Path(__file__).parents[2] / "docs" / "user_guide" / "service.py"

RECORDS = [{"age": 31, "city": "Bern"}, {"age": 25, "city": "Oslo"}] * 20


@pytest.fixture
def student():
    return TabularMLPClassifier(network()).fit(RECORDS, ["no", "yes"] * 20)


@pytest.fixture
def post(student, tmp_path, monkeypatch):
    """A function that sends a record to the service."""
    monkeypatch.chdir(tmp_path)
    save(student, "student.joblib")
    app = runpy.run_path(str(SERVICE))["app"]

    async def send(record):
        transport = httpx.ASGITransport(app)
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.post("http://test/predict", json=record)

    return lambda record: asyncio.run(send(record))


@needs_compiler
@pytest.mark.parametrize("record", [RECORDS[0], {"city": "Rome"}, {"age": None}])
def test_records(student, post, record):
    answer = post(record)
    assert answer.status_code == 200
    assert list(answer.json()) == ["no", "yes"]
    proba = student.predict_proba(record)[0]
    assert_allclose(list(answer.json().values()), proba, rtol=0, atol=1e-6)


@needs_compiler
@pytest.mark.parametrize("record", [{"age": "old"}, {"age": 1e300}, {}])
def test_records_that_are_refused(post, record):
    answer = post(record)
    assert answer.status_code == 422
    assert "detail" in answer.json()
