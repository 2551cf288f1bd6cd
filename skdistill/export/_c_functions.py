"""The functions that a file in C is composed of; each file has those that it calls.

``real`` is the precision of the student's weights. All functions take ``n`` samples, or
vectors, one after the other.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

FUNCTIONS = {
    "is_valid": r"""
/* Whether all numbers are finite, and within the student's precision. */
static int is_valid(const double *x, size_t n, int may_be_missing)
{
    int valid = 1;
    for (size_t i = 0; i < n; i++)
        valid &= (fabs(x[i]) <= LARGEST) | (may_be_missing & (x[i] != x[i]));
    return valid;
}
""",
    "to_real": r"""
static inline void to_real(const double *restrict x, size_t n, real *restrict y)
{
    for (size_t i = 0; i < n; i++)
        y[i] = (real)x[i];
}
""",
    "scale": r"""
/* y = (x - center) / scale, feature by feature. */
static inline void scale(
    const double *restrict x, size_t n, size_t size,
    const double *restrict center, const double *restrict scales,
    double *restrict y)
{
    for (size_t r = 0; r < n; r++, x += size, y += size)
        for (size_t i = 0; i < size; i++)
            y[i] = (x[i] - center[i]) / scales[i];
}
""",
    "repeat": r"""
static inline void repeat(
    const real *restrict intercept, size_t n, size_t size, real *restrict y)
{
    for (size_t r = 0; r < n; r++)
        for (size_t j = 0; j < size; j++)
            y[r * size + j] = intercept[j];
}
""",
    "add_columns": r"""
/* y = y + a piecewise-linear function of each number: in the bin that x is in,
   value + (x - anchor) * slope. The last bin is for NaN, where that may come. */
static inline void add_columns(
    const double *restrict x, size_t n, size_t x_step, size_t n_columns,
    const size_t *restrict first_bin, const double *restrict anchor,
    const real *restrict value, const real *restrict slope, size_t size,
    real *restrict y)
{
    /* One column after the other, so that its table stays in the cache. */
    for (size_t c = 0; c < n_columns; c++) {
        for (size_t r = 0; r < n; r++) {
            const double v = x[r * x_step + c];
            const int is_missing = v != v;
            size_t bin = first_bin[c];
            for (size_t next = bin + 1; next < first_bin[c + 1]; next++)
                bin += v >= anchor[next];
            if (is_missing)
                bin = first_bin[c + 1] - 1;
            const real t = is_missing ? 0 : (real)(v - anchor[bin]);
            const real *restrict a = value + bin * size;
            const real *restrict s = slope + bin * size;
            real *restrict sum = y + r * size;
            for (size_t j = 0; j < size; j++)
                sum[j] += a[j] + t * s[j];
        }
    }
}
""",
    "add_codes": r"""
/* y = y + the vector of each code; the last of a column is for all larger codes. */
static inline void add_codes(
    const double *restrict x, size_t n, size_t x_step, size_t n_columns,
    const size_t *restrict first_row, const real *restrict value, size_t size,
    real *restrict y)
{
    for (size_t c = 0; c < n_columns; c++) {
        const size_t last = first_row[c + 1] - first_row[c] - 1;
        for (size_t r = 0; r < n; r++) {
            const double code = x[r * x_step + c];
            const size_t row = code < (double)last ? (size_t)code : last;
            const real *restrict a = value + (first_row[c] + row) * size;
            for (size_t j = 0; j < size; j++)
                y[r * size + j] += a[j];
        }
    }
}
""",
    "fill_gaps": r"""
/* Numbers into their places, with others where they are missing. */
static inline void fill_gaps(
    const double *restrict x, size_t n, size_t x_step, size_t n_numbers,
    const double *restrict fills, const size_t *restrict places, size_t y_step,
    double *restrict y)
{
    for (size_t r = 0; r < n; r++, x += x_step, y += y_step)
        for (size_t i = 0; i < n_numbers; i++)
            y[places[i]] = x[i] != x[i] ? fills[i] : x[i];
}
""",
    "indicate_gaps": r"""
static inline void indicate_gaps(
    const double *restrict x, size_t n, size_t x_step, size_t n_indicators,
    const size_t *restrict numbers, const size_t *restrict places, size_t y_step,
    double *restrict y)
{
    for (size_t r = 0; r < n; r++, x += x_step, y += y_step)
        for (size_t i = 0; i < n_indicators; i++)
            y[places[i]] = x[numbers[i]] != x[numbers[i]];
}
""",
    "one_hot": r"""
/* A one for each code that has a place. */
static inline void one_hot(
    const double *restrict x, size_t n, size_t x_step, size_t n_columns,
    const size_t *restrict n_codes, const size_t *restrict places, size_t y_step,
    double *restrict y)
{
    for (size_t r = 0; r < n; r++, x += x_step, y += y_step)
        for (size_t c = 0; c < n_columns; c++)
            if (x[c] < (double)n_codes[c])
                y[places[c] + (size_t)x[c]] = 1;
}
""",
    "dense": r"""
/* y = intercept + x weights; `steps` lead from one sample to the next. */
static inline void dense(
    const real *restrict x, size_t n, size_t x_step, size_t n_inputs,
    const real *restrict weights, const real *restrict intercept,
    size_t n_outputs, real *restrict y, size_t y_step)
{
    const size_t n_fours = n_inputs / 4;
    for (size_t r = 0; r < n; r++, x += x_step, y += y_step) {
        const real *restrict w = weights;
        for (size_t j = 0; j < n_outputs; j++)
            y[j] = intercept[j];
        for (size_t i = 0; i < 4 * n_fours; i += 4, w += 4 * n_outputs)
            for (size_t j = 0; j < n_outputs; j++)
                y[j] += x[i] * w[j] + x[i + 1] * w[n_outputs + j]
                      + x[i + 2] * w[2 * n_outputs + j]
                      + x[i + 3] * w[3 * n_outputs + j];
        for (size_t i = 4 * n_fours; i < n_inputs; i++, w += n_outputs)
            for (size_t j = 0; j < n_outputs; j++)
                y[j] += x[i] * w[j];
    }
}
""",
    "relu": r"""
static inline void relu(real *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = y[i] > 0 ? y[i] : 0;
}
""",
    "hyperbolic_tangent": r"""
static inline void hyperbolic_tangent(real *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = TANH(y[i]);
}
""",
    "logistic": r"""
static inline void logistic(real *y, size_t n)
{
    for (size_t i = 0; i < n; i++)
        y[i] = 1 / (1 + EXP(-y[i]));
}
""",
    "softmax": r"""
/* Vectors of logits become vectors of probabilities. */
static inline void softmax(real *y, size_t n, size_t size)
{
    for (size_t r = 0; r < n; r++, y += size) {
        real largest = y[0], sum = 0;
        for (size_t j = 1; j < size; j++)
            largest = y[j] > largest ? y[j] : largest;
        for (size_t j = 0; j < size; j++)
            sum += y[j] = EXP(y[j] - largest);
        for (size_t j = 0; j < size; j++)
            y[j] /= sum;
    }
}
""",
    "average_trees": r"""
typedef struct {
    float threshold;
    int feature, left, missing_right; /* The right child is next to the left one. */
} tree_node;

/* The child that x goes to; a leaf is its own child. */
static inline int next_node(const tree_node *tree, int at, const double *x)
{
    const tree_node *node = tree + at;
    const float v = (float)x[node->feature];
    return node->left + ((v > node->threshold) | ((v != v) & node->missing_right));
}

/* y = the mean of the leaves that x falls into; trees begin at their roots. */
static inline void average_trees(
    const double *restrict x, size_t n, size_t n_features,
    const tree_node *restrict nodes, const int *restrict places,
    const size_t *restrict roots, const int *restrict depths, size_t n_trees,
    const real *restrict values, size_t size, real *restrict y)
{
    enum { TOGETHER = 8 };
    for (size_t i = 0; i < n * size; i++)
        y[i] = 0;
    /* One tree after the other, so that it stays in the cache. */
    for (size_t t = 0; t < n_trees; t++) {
        const tree_node *tree = nodes + roots[t];
        const int *place = places + roots[t];
        for (size_t r = 0; r < n; r += TOGETHER) {
            int at[TOGETHER] = {0};
            const size_t m = n - r < TOGETHER ? n - r : TOGETHER;
            if (m == TOGETHER)
                /* Processors follow several samples at a time, if none stops early. */
                for (int step = 0; step < depths[t]; step++)
                    for (size_t k = 0; k < TOGETHER; k++)
                        at[k] = next_node(tree, at[k], x + (r + k) * n_features);
            else
                for (size_t k = 0; k < m; k++)
                    while (place[at[k]] < 0)
                        at[k] = next_node(tree, at[k], x + (r + k) * n_features);
            for (size_t k = 0; k < m; k++) {
                const real *restrict leaf = values + (size_t)place[at[k]] * size;
                for (size_t j = 0; j < size; j++)
                    y[(r + k) * size + j] += leaf[j];
            }
        }
    }
    for (size_t i = 0; i < n * size; i++)
        y[i] /= (real)n_trees;
}
""",
    "average_blocks": r"""
/* y = the mean of the equal blocks of each vector. */
static inline void average_blocks(
    const real *restrict x, size_t n, size_t n_blocks, size_t size, real *restrict y)
{
    for (size_t r = 0; r < n; r++, y += size) {
        for (size_t j = 0; j < size; j++)
            y[j] = 0;
        for (size_t b = 0; b < n_blocks; b++, x += size)
            for (size_t j = 0; j < size; j++)
                y[j] += x[j];
        for (size_t j = 0; j < size; j++)
            y[j] /= (real)n_blocks;
    }
}
""",
    "add": r"""
/* y = y + weight * x. */
static inline void add(
    const real *restrict x, size_t n, real weight, real *restrict y)
{
    for (size_t i = 0; i < n; i++)
        y[i] += weight * x[i];
}
""",
    "add_share": r"""
/* y = y + share * x, with a share for each sample. */
static inline void add_share(
    const real *restrict x, size_t n, size_t size, const real *restrict shares,
    size_t n_shares, real *restrict y)
{
    for (size_t r = 0; r < n; r++)
        for (size_t j = 0; j < size; j++)
            y[r * size + j] += shares[r * n_shares] * x[r * size + j];
}
""",
    "normalize": r"""
/* Clipped between floor and 1, and divided by their sum. */
static inline void normalize(real *y, size_t n, size_t size, real floor)
{
    for (size_t r = 0; r < n; r++, y += size) {
        real sum = 0;
        for (size_t j = 0; j < size; j++) {
            y[j] = y[j] < floor ? floor : y[j] > 1 ? 1 : y[j];
            sum += y[j];
        }
        for (size_t j = 0; j < size; j++)
            y[j] = sum > 0 ? y[j] / sum : 1 / (real)size;
    }
}
""",
    "raise_power": r"""
/* The power of probabilities, divided by the sum. */
static inline void raise_power(real *y, size_t n, size_t size, real exponent)
{
    for (size_t r = 0; r < n; r++, y += size) {
        real largest = y[0], sum = 0;
        for (size_t j = 1; j < size; j++)
            largest = y[j] > largest ? y[j] : largest;
        for (size_t j = 0; j < size; j++)
            sum += y[j] = POW(y[j] / largest, exponent);
        for (size_t j = 0; j < size; j++)
            y[j] /= sum;
    }
}
""",
    "squash": r"""
/* The sigmoid of the logarithm of the sigmoid, divided by a temperature. */
static inline void squash(real *y, size_t n, real temperature)
{
    for (size_t i = 0; i < n; i++) {
        const real least = y[i] < 0 ? y[i] : 0;
        y[i] = (least - LOG1P(EXP(-FABS(y[i])))) / temperature;
        y[i] = 1 / (1 + EXP(-y[i]));
    }
}
""",
    "logarithm": r"""
static inline void logarithm(real *y, size_t n, real floor)
{
    for (size_t i = 0; i < n; i++)
        y[i] = LOG(y[i] < floor ? floor : y[i]);
}
""",
    "vote": r"""
/* One for the largest number of each vector, zero for the others. */
static inline void vote(real *y, size_t n, size_t size)
{
    for (size_t r = 0; r < n; r++, y += size) {
        size_t best = 0;
        for (size_t j = 1; j < size; j++)
            best = y[j] > y[best] ? j : best;
        for (size_t j = 0; j < size; j++)
            y[j] = j == best;
    }
}
""",
    "join": r"""
/* Vectors as parts of longer ones. */
static inline void join(
    const real *restrict x, size_t n, size_t size, real *restrict y, size_t y_step)
{
    for (size_t r = 0; r < n; r++)
        for (size_t j = 0; j < size; j++)
            y[r * y_step + j] = x[r * size + j];
}
""",
    "place": r"""
/* A vector into places of a longer one, zero elsewhere. */
static inline void place(
    const real *restrict x, size_t n, size_t size, const size_t *restrict places,
    size_t length, real *restrict y)
{
    for (size_t i = 0; i < n * length; i++)
        y[i] = 0;
    for (size_t r = 0; r < n; r++)
        for (size_t j = 0; j < size; j++)
            y[r * length + places[j]] = x[r * size + j];
}
""",
}
