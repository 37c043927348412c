"""Reading a figure's specification: its layers and the data in it."""


def layers(part: dict) -> list[dict]:
    """Every layer and panel of a spec, however deep."""
    inside = [*part.get("layer", []), *part.get("vconcat", [])]
    return [*inside, *(deeper for each in inside for deeper in layers(each))]


def tables(spec: dict) -> list[list[dict]]:
    """Every table of data in a spec."""
    return [part["data"]["values"] for part in [spec, *layers(spec)] if "data" in part]


def drawn(spec: dict, column: str) -> list[dict]:
    """The rows of the first table that has a column."""
    return next(rows for rows in tables(spec) if rows and column in rows[0])
