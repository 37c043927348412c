"""The clinical tables of TCGA (GDC's BCR biotab forms as CSV) -> an Extract."""

from headway.ingest.tcga.read import looks_like_tcga, read_tcga

__all__ = ["looks_like_tcga", "read_tcga"]
