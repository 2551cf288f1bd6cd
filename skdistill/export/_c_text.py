"""Texts in C that stay texts, whatever they hold."""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from collections.abc import Iterable

# What a string may hold as it is; all other bytes are written as octal numbers.
PLAIN = frozenset(
    b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _.,;:+-=/()<>"
)


def quoted(text: str) -> str:
    """A string as a literal of C that can be nothing else, whatever it holds.

    Parameters
    ----------
    text : str

    Returns
    -------
    literal : str
        In ASCII; no comment and no trigraph can begin or end in it.

    Examples
    --------
    >>> from skdistill.export._c_text import quoted
    >>> print(quoted('a "b" ??/'))
    "a \\042b\\042 \\077\\077/"
    """
    written = (
        chr(byte) if byte in PLAIN else f"\\{byte:03o}"
        for byte in text.encode("utf-8", "surrogatepass")
    )
    return f'"{"".join(written)}"'


def define_strings(label: str, values: Iterable) -> str:
    """Define an array of strings.

    Parameters
    ----------
    label : str
    values : iterable
        Of objects that have a text.

    Returns
    -------
    definition : str
    """
    strings = [f"    {quoted(str(value))}" for value in values]
    listed = ",\n".join(strings)
    return f"const char *const {label}[{len(strings)}] = {{\n{listed}\n}};"
