"""The reference page of the analysis datasets, as declared."""

from headway.report.datasets.declared import Dataset, Variable
from headway.report.datasets.made import DATASETS

_INTRODUCTION = """# Analysis datasets

<!-- Written by docs/make_reference.py from the declarations in src/headway/report/datasets; change those. -->

Six datasets in the shape of ADaM, made from the tables that the report itself is made of. They are not a
submission: no term is coded by Headway, and a variable has the name of what comes nearest to it in ADaM; its
rule says what is different. `dictionary.csv`, beside the files, says of each variable where it comes from,
and why a dataset or a file is not there.

## Days

A record with dates gives dates (`ADT`) and study days (`ADY`): day 1 is `ADSL.ZERODT`, the time zero of the
study's responses, and there is no day 0. A record in days gives no date, which nobody knows, and its days as
recorded: day 0 exists there, and is the patient's own. `AVAL` of ADTTE is the day of the end minus the day
of the start; who counts both ends has one day more. A patient without a time has a row without `AVAL`, with
the reason.

## Formats

| folder | what | limits |
|---|---|---|
| `parquet` | Parquet | none |
| `csv` | CSV, UTF-8, ISO dates | text that a spreadsheet would run has an apostrophe before it |
| `dataset-json` | CDISC Dataset-JSON 1.1, UTF-8 | none |
| `xpt5` | SAS transport version 5 | names of 8 characters, labels of 40, text of 200 bytes, ASCII |
| `xpt8` | SAS transport version 8 | text of 32,767 bytes; text that is not ASCII is UTF-8 |

- **Names and labels** keep to version 5 in every format.
- **Text that is not ASCII**, such as a name in Chinese, cannot stand in version 5, which does not say how
  text is encoded. It is not transliterated: that file is not written, the dictionary names variable and row,
  and the other formats have everything. A reader of version 8 must be told that it is UTF-8.
- **Reasons over 200 bytes** go on in `REASON1`, `REASON2`, … in version 5; one after the other they are the
  whole.
- **No clock.** Dataset-JSON and transport files must say when they were made. They say the data cut-off at
  midnight, or 1970-01-01 where the study has no cut-off date, so that the same input gives the same bytes.
- Transport files have one kind of number, and no difference between empty and missing text.

"""


def reference_page() -> str:
    """The page in Markdown."""
    return _INTRODUCTION + "\n".join(_dataset(dataset) for dataset in DATASETS.values())


def _dataset(dataset: Dataset) -> str:
    head = "| variable | label | type | from | rule |\n|---|---|---|---|---|\n"
    variables = "".join(_variable(variable) for variable in dataset.variables)
    needs = f"One row per {dataset.one_row_per}. Needs {dataset.needs}."
    return f"## {dataset.name}\n\n{dataset.label}. {needs}\n\n{head}{variables}"


def _variable(variable: Variable) -> str:
    name = f"**`{variable.name}`**" if variable.key else f"`{variable.name}`"
    only = "records with dates only" if variable.only == "dates" else ""
    rule = "; ".join(part for part in (variable.rule, only) if part)
    return f"| {name} | {variable.label} | {variable.kind} | {variable.origin} | {rule} |\n"
