"""A CDISC SDTM submission -> an extract of the record's tables."""

from headway.ingest.sdtm.read import looks_like_sdtm, read_sdtm

__all__ = ["looks_like_sdtm", "read_sdtm"]
