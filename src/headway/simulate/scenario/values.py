"""What the values of a scenario may be, and what every table of it shares."""

import difflib
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Share = Annotated[float, Field(ge=0, le=1)]
Ratio = Annotated[float, Field(ge=0, le=100)]
Hazard = Annotated[float, Field(ge=0, le=10)]
Rate = Annotated[float, Field(ge=0, le=20)]
Spread = Annotated[float, Field(ge=0, le=3)]
Millimetres = Annotated[float, Field(gt=0, le=300)]
Days = Annotated[int, Field(ge=0, le=3650)]

Site = Literal["oral cavity", "oropharynx", "larynx", "hypopharynx", "nasopharynx", "other"]
Organ = Literal["head and neck", "lymph node", "lung", "liver", "bone", "other"]
Score = Literal["QL", "PF", "RF", "EF", "CF", "SF", "FA", "NV", "PA", "DY", "SL", "AP", "CO", "DI", "FI"]

ENOUGH = 1e-6  # how far from 1 shares may add up


class Part(BaseModel):
    """A table of the scenario: a key that is not declared is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True)


def adds_to_one(shares: dict[str, float] | tuple[float, ...]) -> None:
    total = sum(shares.values() if isinstance(shares, dict) else shares)
    if abs(total - 1) > ENOUGH:
        raise ValueError(f"shares must add up to 1; these add up to {total:g}")


def among(written: str, known: set[str], what: str) -> str:
    if written not in known:
        near = difflib.get_close_matches(written, sorted(known), n=3, cutoff=0.5)
        hint = f"; near: {', '.join(near)}" if near else ""
        raise ValueError(f"'{written}' is no {what} of the drug table{hint}")
    return written
