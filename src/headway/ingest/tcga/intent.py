"""Why a treatment was given, from the indication of TCGA's forms and the notes to it."""

from collections.abc import Mapping

import polars as pl

from headway.ingest.tcga.forms import answer

ASKED = {"regimen_indication", "regimen_indication_notes"}


def intent(form: pl.DataFrame, indications: Mapping[str, str | None], notes: Mapping[str, str]) -> pl.Expr:
    """What the notes mean, else what the indication means.

    An indication, or the note to an "other" one, that stands in neither list is handed on as
    written: the closed list of the record makes it a finding.
    """
    indication, noted = (answer(form, question) for question in sorted(ASKED))
    written = pl.when(indication.str.starts_with("other")).then(noted).otherwise(indication)
    meant = indication.replace_strict(indications, default=written, return_dtype=pl.String)
    return pl.coalesce(noted.replace_strict(notes, default=None, return_dtype=pl.String), meant)
