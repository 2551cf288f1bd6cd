"""How files in C read the values of a table: numbers, categories, dates and gaps."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.export._c_text import quoted
from skdistill.export._graph import Table, TableColumn

INTERFACE = """
/* A value of a table: a number; a category as text, in UTF-8; or a date, in seconds
   since 1970 by the clock that showed it. A missing value has the number NAN and the
   text NULL. */
typedef struct {{
    double number;
    const char *text;
}} {name}_value;

/* {What} of one sample, or of n samples one after the other. They return
   0; or 1 where a value is of another kind than its column, or infinite, and then
   `{y}` is not to be used. */
int {function}(const {name}_value *x, double *{y});
int {function}_batch(const {name}_value *x, size_t n, double *{y});

/* The same in two steps: {n_inputs} numbers and codes of each sample, and those in. */
int {name}_read(const {name}_value *x, double *inputs);
int {function}_inputs(const double *inputs, size_t n, double *{y});
"""

READ = """
int {name}_read(const {name}_value *x, double *inputs)
{{
    int refused = 0;
{statements}
    return refused;
}}

int {function}_inputs(const double *inputs, size_t n, double *{y})
{{
    return predict(inputs, n, {y});
}}

int {function}_batch(const {name}_value *x, size_t n, double *{y})
{{
    for (size_t r = 0; r < n; r++) {{
        double inputs[{n_inputs}];
        if ({name}_read(x + r * {n_features}, inputs)
            || predict(inputs, 1, {y} + r * {n_outputs}))
            return 1;
    }}
    return 0;
}}

int {function}(const {name}_value *x, double *{y})
{{
    return {function}_batch(x, 1, {y});
}}
"""

FUNCTIONS = {
    "read_number": r"""
static int read_number(double number, const char *text, double *y)
{
    y[0] = number;
    return text != NULL;
}
""",
    "read_date": r"""
/* Seconds since 1970, year, month, day, weekday (Monday is 0), and hour. */
static int read_date(
    double seconds, const char *text, const int *parts, size_t n_parts, double *y)
{
    const int is_missing = seconds != seconds;
    if (text != NULL || fabs(seconds) > 1e14)
        return 1;
    const double known = is_missing ? 0 : seconds, days = floor(known / 86400);
    /* Years begin in March here, so that a leap day is the last of its year; a cycle
       of leap years has 146097 days. */
    const double since = days + 719468, cycle = floor(since / 146097);
    const long day_of_cycle = (long)(since - cycle * 146097);
    const long year = (day_of_cycle - day_of_cycle / 1460 + day_of_cycle / 36524
                       - day_of_cycle / 146096) / 365;
    const long day = day_of_cycle - (365 * year + year / 4 - year / 100);
    const long month = (5 * day + 2) / 153;
    const double date[6] = {
        known,
        cycle * 400 + (double)(year + (month >= 10)),
        (double)(month < 10 ? month + 3 : month - 9),
        (double)(day - (153 * month + 2) / 5 + 1),
        days + 3 - 7 * floor((days + 3) / 7),
        (known - days * 86400) / 3600,
    };
    for (size_t i = 0; i < n_parts; i++)
        y[i] = is_missing ? seconds : date[parts[i]];
    return 0;
}
""",
    "read_category": r"""
typedef struct {
    const char *text;
    int code;
} category;

/* Texts are sorted by their bytes. */
static int read_category(
    double number, const char *text, const category *categories, size_t n_categories,
    int missing, int rare, double *y)
{
    size_t low = 0, high = n_categories;
    y[0] = missing;
    if (text == NULL)
        return number == number;
    while (low < high) {
        const size_t middle = low + (high - low) / 2;
        if (strcmp(categories[middle].text, text) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    y[0] = low < n_categories && strcmp(categories[low].text, text) == 0
        ? categories[low].code : rare;
    return 0;
}
""",
}

DATE_PARTS = ("total_seconds", "year", "month", "day", "weekday", "hour")


class TableReader:
    """The constants, functions and statements by which values become inputs.

    Parameters
    ----------
    table : Table

    Attributes
    ----------
    constants, statements : list of str
    functions : set of str
    """

    def __init__(self, table: Table) -> None:
        self.constants: list[str] = []
        self.statements: list[str] = []
        self.functions: set[str] = set()
        # Of the inputs, numbers come first.
        place, code_place = 0, len(table.encoder.layout_.fills)
        for i, column in enumerate(table.columns):
            if column.kind == "categorical":
                self._read("read_category", i, code_place, *self._categories(i, column))
                code_place += 1
            elif column.kind == "datetime":
                parts = [str(DATE_PARTS.index(part)) for part in column.parts]
                self.constants.append(
                    f"static const int parts_{i}[] = {{{', '.join(parts)}}};"
                )
                self._read("read_date", i, place, f"parts_{i}", len(parts))
                place += len(parts)
            elif column.kind == "numeric":
                self._read("read_number", i, place)
                place += 1

    def _read(self, function, column, place, *arguments):
        listed = "".join(f"{argument}, " for argument in arguments)
        self.functions.add(function)
        self.statements.append(
            f"    refused |= {function}(x[{column}].number, x[{column}].text, "
            f"{listed}inputs + {place});"
        )

    def _categories(self, i: int, column: TableColumn):
        """The sorted table of a column's categories, its size, and two codes."""
        # In C a text ends at its first NUL: no text is equal to one that has another.
        texts = sorted(
            (text.encode("utf-8", "surrogatepass"), text, code)
            for text, code in column.codes.items()
            if "\0" not in text
        )
        # An array may not be empty.
        rows = [f"    {{{quoted(text)}, {code}}}" for _, text, code in texts]
        listed = ",\n".join(rows or ["    {NULL, 0}"])
        self.constants.append(
            f"static const category categories_{i}[] = {{\n{listed}\n}};"
        )
        return f"categories_{i}", len(texts), column.missing, column.rare
