"""A service that answers one record a request: ``uvicorn service:app``."""

from typing import Any

from fastapi import FastAPI, HTTPException

from skdistill.export import compile, load

student = compile(load("student.joblib", trusted=True))
app = FastAPI()


# A prediction takes less time than handing it to another thread.
@app.post("/predict")
async def predict(record: dict[str, Any]) -> dict[str, float]:
    try:
        proba = student.predict_proba(record)[0]
    except (TypeError, ValueError) as error:
        raise HTTPException(422, str(error)) from error
    return dict(zip(map(str, student.classes_), proba.tolist(), strict=True))
