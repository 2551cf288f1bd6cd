"""The functions that a file in JavaScript is composed of; each has those that it calls.

Vectors are those of one sample. The arguments that end a list are constants.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

# How the values of a sample become numbers, and codes of categories.
READERS = r"""
/* Numbers of a packed constant. */
function unpack(Type, text) {
    return new Type(Uint8Array.from(atob(text), (byte) => byte.charCodeAt(0)).buffer);
}

/* The values of a sample, in the order of the features. */
function valuesOf(sample) {
    if (Array.isArray(sample) || ArrayBuffer.isView(sample)) {
        if (sample.length !== features.length)
            throw new RangeError(
                `A sample has ${features.length} features, not ${sample.length}.`);
        return Array.from(sample);
    }
    return features.map((name) =>
        Object.prototype.hasOwnProperty.call(sample, name) ? sample[name] : null);
}

const isMissing = (value) =>
    value === null || value === undefined || Number.isNaN(value);

/* Number() would take an empty string for zero, and other bases. */
const NUMBER = /^\s*[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?\s*$/i;

function toNumber(value) {
    if (isMissing(value)) return NaN;
    if (typeof value === "number" || typeof value === "boolean") return Number(value);
    if (typeof value === "string" && NUMBER.test(value)) return Number(value);
    throw new TypeError(`${JSON.stringify(value)} is no number.`);
}

/* A date, its time in seconds since 1970 by the clock that showed it. */
const DATE = new RegExp(
    String.raw`^(\d{4}-\d{2}-\d{2})` +
    String.raw`(?:[T ](\d{2}:\d{2})(?::(\d{2}(?:\.\d+)?))?(?:Z|[-+]\d{2}:?\d{2})?)?$`);

function toSeconds(value) {
    if (isMissing(value) || typeof value === "number") return value ?? NaN;
    if (value instanceof Date)
        return value.getTime() / 1000 - 60 * value.getTimezoneOffset();
    const [, day, time = "00:00", seconds = 0] = DATE.exec(value) ?? [];
    const minute = new Date(`${day}T${time}Z`);
    /* Else it may be the thirtieth of February. */
    if (Number.isNaN(minute.getTime()) || !minute.toISOString().startsWith(day))
        throw new TypeError(`${JSON.stringify(value)} is no date.`);
    return minute / 1000 + Number(seconds);
}

/* Seconds since 1970, year, month, day, weekday (Monday is 0), and hour. */
function datePartsOf(seconds) {
    const days = Math.floor(seconds / 86400), day = new Date(days * 864e5);
    return [
        seconds, day.getUTCFullYear(), day.getUTCMonth() + 1, day.getUTCDate(),
        (day.getUTCDay() + 6) % 7, (seconds - days * 86400) / 3600,
    ];
}

/* A category's name, which is that of Python where it is a number. */
function toText(value) {
    if (typeof value === "boolean") return String(Number(value));
    if (typeof value !== "number") return String(value);
    if (Number.isInteger(value)) return String(BigInt(value));
    if (Math.abs(value) >= 1e-4) return String(value);
    return value.toExponential().replace(/-(\d)$/, "-0$1");
}

const read = {
    drop() {},
    numeric(value, column, numbers) { numbers.push(toNumber(value)); },
    datetime(value, [parts], numbers) {
        const all = datePartsOf(toSeconds(value));
        numbers.push(...parts.map((part) => all[part]));
    },
    categorical(value, [known, missing, rare], numbers, codes) {
        codes.push(isMissing(value) ? missing : known.get(toText(value)) ?? rare);
    },
};

/* Numbers and then codes of a sample, which are all within the student's precision. */
function inputsOf(sample) {
    const numbers = [], codes = [];
    valuesOf(sample).forEach((value, i) => {
        const start = numbers.length, [kind, ...column] = columns[i];
        const isValid = (x) => Math.abs(x) <= LARGEST || (MAY_BE_MISSING && x !== x);
        read[kind](value, column, numbers, codes);
        if (!numbers.slice(start).every(isValid))
            throw new RangeError(`Feature ${features[i]} is missing or too large.`);
    });
    return Float64Array.from([...numbers, ...codes]);
}
"""

FUNCTIONS = {
    "scaled": r"""
function scaled(x, center, scale) {
    return x.map((value, i) => (value - center[i]) / scale[i]);
}
""",
    "encoded": r"""
/* Gaps filled and indicated, categories one-hot. */
function encoded(x, size, fills, places, gaps, gapPlaces, nCodes, codePlaces) {
    const y = new Float64Array(size), codes = x.subarray(fills.length);
    fills.forEach((fill, i) => { y[places[i]] = Number.isNaN(x[i]) ? fill : x[i]; });
    gaps.forEach((i, j) => { y[gapPlaces[j]] = Number.isNaN(x[i]) ? 1 : 0; });
    nCodes.forEach((n, c) => { if (codes[c] < n) y[codePlaces[c] + codes[c]] = 1; });
    return y;
}
""",
    "addColumns": r"""
/* To the intercept, add a piecewise-linear function of each number: in the bin that it
   is in, value + (x - anchor) * slope. The last bin is for NaN, where that may come. */
function addColumns(x, y, firstBin, anchor, value, slope) {
    for (let c = 0; c + 1 < firstBin.length; c++) {
        const end = firstBin[c + 1], isMissing = Number.isNaN(x[c]);
        let bin = isMissing ? end - 1 : firstBin[c];
        while (bin + 1 < end && x[c] >= anchor[bin + 1]) bin++;
        const t = isMissing ? 0 : x[c] - anchor[bin];
        for (let j = 0, i = bin * y.length; j < y.length; j++, i++)
            y[j] += value[i] + t * slope[i];
    }
    return y;
}
""",
    "addCodes": r"""
/* Add the vector of each code; the last of a column is for all larger codes. */
function addCodes(codes, y, firstRow, value) {
    for (let c = 0; c + 1 < firstRow.length; c++) {
        const row = Math.min(firstRow[c] + codes[c], firstRow[c + 1] - 1);
        for (let j = 0, i = row * y.length; j < y.length; j++, i++) y[j] += value[i];
    }
    return y;
}
""",
    "dense": r"""
/* intercept + x weights, in blocks that each read all of x or their slice of it. */
function dense(x, weights, intercept, nBlocks, nInputs) {
    const y = Float64Array.from(intercept), nOutputs = y.length / nBlocks;
    const step = x.length > nInputs ? nInputs : 0;
    for (let b = 0, w = 0; b < nBlocks; b++)
        for (let i = 0; i < nInputs; i++)
            for (let j = 0; j < nOutputs; j++, w++)
                y[b * nOutputs + j] += x[b * step + i] * weights[w];
    return y;
}
""",
    "relu": r"""
const relu = (x) => x.map((value) => Math.max(value, 0));
""",
    "tanh": r"""
const tanh = (x) => x.map(Math.tanh);
""",
    "logistic": r"""
const logistic = (x) => x.map((value) => 1 / (1 + Math.exp(-value)));
""",
    "softmax": r"""
/* Logits become probabilities, block by block. */
function softmax(x, nBlocks) {
    const y = new Float64Array(x.length), size = x.length / nBlocks;
    for (let start = 0; start < x.length; start += size) {
        const block = x.subarray(start, start + size), largest = Math.max(...block);
        y.set(divided(block.map((value) => Math.exp(value - largest))), start);
    }
    return y;
}
""",
    "averageTrees": r"""
/* The mean of the leaves that x falls into, which have a place among the values. Right
   children are next to left ones. */
function averageTrees(
    x, size, roots, feature, threshold, left, nanRight, place, value) {
    const y = new Float64Array(size);
    for (const root of roots) {
        let node = root;
        while (place[node] < 0) {
            const v = Math.fround(x[feature[node]]);
            const toRight = Number.isNaN(v) ? nanRight[node] : v > threshold[node];
            node = root + left[node] + (toRight ? 1 : 0);
        }
        for (let j = 0; j < size; j++) y[j] += value[place[node] * size + j];
    }
    return y.map((sum) => sum / roots.length);
}
""",
    "averageBlocks": r"""
/* The mean of the equal blocks of a vector. */
function averageBlocks(x, nBlocks) {
    const y = new Float64Array(x.length / nBlocks);
    x.forEach((value, i) => { y[i % y.length] += value / nBlocks; });
    return y;
}
""",
    "mixed": r"""
/* The sum of vectors, each multiplied by its weight. */
function mixed(weights, ...vectors) {
    return vectors[0].map((_, j) =>
        vectors.reduce((sum, vector, i) => sum + weights[i] * vector[j], 0));
}
""",
    "normalized": r"""
function normalized(x, floor) {
    return divided(x.map((value) => Math.min(Math.max(value, floor), 1)));
}
""",
    "raised": r"""
/* A power of probabilities, divided by the sum. */
function raised(x, exponent) {
    const largest = Math.max(...x);
    return divided(x.map((value) => Math.pow(value / largest, exponent)));
}
""",
    "squashed": r"""
/* The sigmoid of the logarithm of the sigmoid, divided by a temperature. */
function squashed(x, temperature) {
    const logSigmoid = (v) => Math.min(v, 0) - Math.log1p(Math.exp(-Math.abs(v)));
    return x.map((v) => 1 / (1 + Math.exp(-logSigmoid(v) / temperature)));
}
""",
    "logarithm": r"""
const logarithm = (x, floor) => x.map((value) => Math.log(Math.max(value, floor)));
""",
    "votes": r"""
/* One for the largest number, zero for the others. */
function votes(x) {
    const best = x.indexOf(Math.max(...x));
    return x.map((_, i) => (i === best ? 1 : 0));
}
""",
    "joined": r"""
const joined = (...vectors) => Float64Array.from(vectors.flatMap((x) => Array.from(x)));
""",
    "placed": r"""
/* A vector in some places of a longer one, which is zero elsewhere. */
function placed(x, places, length) {
    const y = new Float64Array(length);
    x.forEach((value, i) => { y[places[i]] = value; });
    return y;
}
""",
    "divided": r"""
/* A vector divided by its sum; all alike where that is zero. */
function divided(x) {
    const sum = x.reduce((total, value) => total + value, 0);
    return x.map((value) => (sum > 0 ? value / sum : 1 / x.length));
}
""",
}

# What functions call in their turn.
CALLED = {"softmax": "divided", "normalized": "divided", "raised": "divided"}
