"""How ONNX models read the values of a table, a tensor for each column."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from typing import Any

import numpy as np

from skdistill.export._graph import Encoded, TableColumn

ML_DOMAIN = "ai.onnx.ml"

DAY, HOUR = 86_400.0, 3_600.0

# Of onnx.TensorProto, which there is no need to import for three numbers.
FLOAT, STRING, DOUBLE = 1, 8, 11


def encode(node: Encoded, program: Any, columns: list[str]) -> str:
    """Write the encoder of a table.

    Parameters
    ----------
    node : Encoded
    program : OnnxProgram
    columns : list of str
        A tensor of shape (n_samples, 1) for each column that is not left out.

    Returns
    -------
    matrix : str
        The tensor of the encoded table.
    """
    kept = [column for column in node.source.columns if column.kind != "drop"]
    encoders = iter(node.source.encoder.encoders_)
    parts = []
    for column, tensor in zip(kept, columns, strict=True):
        learned = next(each for each in encoders if each.fills or each.n_codes)
        if column.kind == "categorical":
            parts.append(_one_hot(program, tensor, column, learned.n_codes))
            continue
        numbers = [tensor]
        if column.kind == "datetime":
            dates = split_dates(program, tensor)
            numbers = [dates[part] for part in column.parts]
        parts += [
            _fill(program, number, fill)
            for number, fill in zip(numbers, learned.fills, strict=True)
        ]
        if learned.has_gaps:
            parts.append(_to_numbers(program, program.add("IsNaN", numbers[0])))
    return program.add("Concat", *parts, axis=1)


def missing_text(column: TableColumn) -> str:
    """What stands for a gap among a column's texts, as ONNX knows no missing text.

    Parameters
    ----------
    column : TableColumn

    Returns
    -------
    text : str
        "", unless that is a category itself.
    """
    text = ""
    while text in column.codes:
        text = f"missing{text}"
    return text


def _one_hot(program, texts, column, n_codes):
    codes = {missing_text(column): column.missing} | column.codes
    code = program.add(
        "LabelEncoder",
        texts,
        domain=ML_DOMAIN,
        keys_strings=[*codes],
        values_int64s=[*codes.values()],
        default_int64=column.rare,
    )
    each = program.constant(np.arange(n_codes), np.int64)
    return _to_numbers(program, program.add("Equal", code, each))


def _fill(program, numbers, fill):
    is_missing = program.add("IsNaN", numbers)
    fill = program.constant(fill, program.precision.numbers)
    return program.add("Where", is_missing, fill, numbers)


def _to_numbers(program, booleans):
    element_type = FLOAT if program.precision.numbers == np.float32 else DOUBLE
    return program.add("Cast", booleans, to=element_type)


def split_dates(program: Any, seconds: str) -> dict[str, str]:
    """Write the parts of dates, of which NaN has NaN parts.

    Parameters
    ----------
    program : OnnxProgram
    seconds : str
        A tensor of seconds since 1970, in double precision.

    Returns
    -------
    parts : dict of str to str
        Tensors by the names of the parts.
    """

    def combine(operator, a, b):
        if isinstance(b, float):
            b = program.constant(b, np.float64)
        return program.add(operator, a, b)

    def plus(a, b):
        return combine("Add", a, b)

    def minus(a, b):
        return combine("Sub", a, b)

    def times(a, factor):
        return combine("Mul", a, factor)

    def quotient(a, divisor):
        return program.add("Floor", combine("Div", a, divisor))

    days = quotient(seconds, DAY)
    # Years begin in March here, so that a leap day is the last of its year; a cycle of
    # leap years has 146097 days.
    since = plus(days, 719_468.0)
    cycle = quotient(since, 146_097.0)
    day = minus(since, times(cycle, 146_097.0))
    leap_days = minus(
        plus(quotient(day, 1460.0), quotient(day, 146_096.0)), quotient(day, 36_524.0)
    )
    year = quotient(minus(day, leap_days), 365.0)
    before = plus(times(year, 365.0), minus(quotient(year, 4.0), quotient(year, 100.0)))
    day = minus(day, before)
    month = quotient(plus(times(day, 5.0), 2.0), 153.0)
    is_next_year = quotient(month, 10.0)
    start = quotient(plus(times(month, 153.0), 2.0), 5.0)
    weekday = plus(days, 3.0)  # 1970 began on a Thursday, Monday is 0
    return {
        "total_seconds": seconds,
        "year": plus(plus(times(cycle, 400.0), year), is_next_year),
        "month": minus(plus(month, 3.0), times(is_next_year, 12.0)),
        "day": plus(minus(day, start), 1.0),
        "weekday": minus(weekday, times(quotient(weekday, 7.0), 7.0)),
        "hour": combine("Div", minus(seconds, times(days, DAY)), HOUR),
    }
