"""Tables with numbers, categories, texts and gaps, as matrices of numbers.

What a column holds is found out here, for the encoder and for the samplers alike.
"""

# Authors: The skdistill developers
# SPDX-License-Identifier: BSD-3-Clause

from skdistill.tables._columns import is_table
from skdistill.tables._layout import EncodedTable
from skdistill.tables._table_encoder import TableEncoder

__all__ = ["EncodedTable", "TableEncoder", "is_table"]
