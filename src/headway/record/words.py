"""Sentences made of columns, for the reasons of derived facts."""

import polars as pl


def sentence(template: str, *parts: str | pl.Expr) -> pl.Expr:
    """Text with a column in place of each {}; null where one of them is null. What `pl.format` promises.

    Not `pl.format`, which panics in polars 2.1 after a filter that leaves nothing of one of the chunks of a
    frame, as when several files make a table ("assertion failed: i < self.len()").

    >>> pl.DataFrame({"grade": [3], "term": ["rash"]}).select(sentence("G{} {}", "grade", "term")).item()
    'G3 rash'
    """
    texts = template.split("{}")
    if len(texts) != len(parts) + 1:
        raise ValueError(f"{len(texts) - 1} places for {len(parts)} columns in {template!r}")
    columns = [pl.col(part) if isinstance(part, str) else part for part in parts]
    between = [
        piece for column, text in zip(columns, texts[1:], strict=True) for piece in (column, pl.lit(text))
    ]
    return pl.concat_str(pl.lit(texts[0]), *between)
