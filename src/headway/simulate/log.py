"""What happened, in the order in which it happened: pieces of columns, joined at the end."""

from collections import defaultdict

import numpy as np


class Log:
    """Tables that grow by rows of several patients at once."""

    def __init__(self) -> None:
        self._pieces: dict[str, dict[str, list[np.ndarray]]] = defaultdict(lambda: defaultdict(list))

    def add(self, table: str, **columns: np.ndarray) -> None:
        """Add rows; every column has one entry (or one row) per patient."""
        for name, values in columns.items():
            self._pieces[table][name].append(values)

    def table(self, name: str) -> dict[str, np.ndarray]:
        """The columns of a table."""
        for pieces in self._pieces[name].values():
            if len(pieces) > 1:
                pieces[:] = [np.concatenate(pieces)]  # joined once, however often it is asked for
        return {column: pieces[0] for column, pieces in self._pieces[name].items()}
