"""What a SAS transport file can hold, checked value by value."""

import polars as pl

from headway.report.datasets.declared import Dataset, Variable

# Longest text in bytes by version, and whether text must be ASCII: neither version says how its text is
# encoded, and the agencies that ask for version 5 take ASCII only. In version 8 other text is UTF-8.
LIMITS = {5: (200, True), 8: (32_767, False)}


def fault(dataset: Dataset, frame: pl.DataFrame, version: int) -> str | None:
    """Why this frame cannot be a transport file of this version: the first value that does not fit.

    >>> dataset = Dataset("ADSL", "Subjects", "patient", "", (
    ...     Variable("SITEID", "Centre", "text", "centre", "patients.centre"),))
    >>> fault(dataset, pl.DataFrame({"SITEID": ["Delft", "北京"]}), 5)
    'ADSL.SITEID, row 2: text that is not ASCII (1 of 2 rows), and XPT 5 does not say how it is encoded'
    """
    for variable in dataset.variables:
        if variable.name in frame.columns and frame.schema[variable.name] == pl.String:
            said = _fault_of(variable, frame[variable.name], version)
            if said:
                row, why = said
                return f"{dataset.name}.{variable.name}, row {row}: {why}"
    return None


def _fault_of(variable: Variable, values: pl.Series, version: int) -> tuple[int, str] | None:
    most, ascii_only = LIMITS[version]
    if ascii_only:
        foreign = values.str.contains(r"[^\x20-\x7E]").fill_null(False)
        if foreign.any():
            rows = f"({foreign.sum()} of {len(values)} rows)"
            return (
                int(foreign.arg_true()[0]) + 1,
                f"text that is not ASCII {rows}, and XPT {version} does not say how it is encoded",
            )
    allowed = most if variable.kind == "long text" or version > 5 else min(most, variable.limit)
    if variable.kind == "long text" and version == 5:
        return None  # continued in further variables
    long = (values.str.len_bytes() > allowed).fill_null(False)
    if long.any():
        row = int(long.arg_true()[0])
        return row + 1, f"{values.str.len_bytes()[row]} bytes, and XPT {version} holds {allowed} here"
    return None
