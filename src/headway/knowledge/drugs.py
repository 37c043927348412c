"""Drugs: which drug a written name means, and its class.

The facts are in drugs.csv, one row per drug, with the source of each. Names are INN, but for those that
the field knows better otherwise (apatinib, hydroxyurea, nab-paclitaxel, NBTXR3). A drug counts as an immune
checkpoint inhibitor if it blocks an inhibitory receptor of T or NK cells, or its ligand: PD-1, PD-L1,
CTLA-4, LAG-3, TIGIT, TIM-3, NKG2A, KIR; drug_class tells them apart.

Many drugs in the table are not for the head and neck. They guard the spelling: nilotinib is two letters
from erlotinib, and must not be read as one.
"""

import re
import unicodedata
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import polars as pl
from rapidfuzz import process
from rapidfuzz.distance import OSA

# From the surest reading to none.
HOW = ("generic", "alias", "spelling", "combination", "unknown")

# One name for several drugs. A name with two meanings is not guessed: both are offered as the nearest.
# Sources: domain.md 4.2; TPF, Vermorken and Posner (NEJM 2007); FDA labels of Opdualag and Phesgo.
REGIMENS = {
    "TPF": ["docetaxel + cisplatin + fluorouracil"],
    "DCF": ["docetaxel + cisplatin + fluorouracil"],
    "TPEx": ["docetaxel + cisplatin + cetuximab"],
    "ERBITAX": ["paclitaxel + cetuximab"],
    "Opdualag": ["nivolumab + relatlimab"],
    "Phesgo": ["pertuzumab + trastuzumab"],
    "EXTREME": ["cisplatin + fluorouracil + cetuximab", "carboplatin + fluorouracil + cetuximab"],
    "PF": ["cisplatin + fluorouracil", "carboplatin + fluorouracil"],
    "FP": ["cisplatin + fluorouracil", "carboplatin + fluorouracil"],
    "TP": ["docetaxel + cisplatin", "paclitaxel + cisplatin"],
    "CAP": ["cyclophosphamide + doxorubicin + cisplatin", "capecitabine"],
    "CTX": ["cetuximab", "cyclophosphamide"],
    "platinum": ["cisplatin", "carboplatin"],
    "platin": ["cisplatin", "carboplatin"],
    "platine": ["cisplatin", "carboplatin"],
    "platino": ["cisplatin", "carboplatin"],
    "taxane": ["paclitaxel", "docetaxel"],
    "anti-PD-1": ["pembrolizumab", "nivolumab"],
}

SALTS = """hydrochloride dihydrochloride hcl sodium disodium calcium potassium mesylate mesilate
tosylate ditosylate dimaleate maleate malate citrate phosphate acetate succinate sulfate sulphate tartrate
ditartrate fumarate hydrate monohydrate hemihydrate dihydrate trihydrate anhydrous"""
FORMS = """iv po im sc it oral orally intravenous intravenously subcutaneous subcutaneously intramuscular
intratumoral intratumoural injection injections infusion continuous bolus tablet tablets capsule capsules
vial vials solution concentrate"""
SCHEDULES = """mg g mcg ug ml kg m2 iu unit units auc d day days daily week weeks weekly biweekly wkly month
monthly bid tid qd qw qwk cycle cycles course courses dose doses high low x metronomic induction concurrent
concomitant adjuvant neoadjuvant maintenance"""
NEIGHBOURS = """and with plus then or followed by chemo chemotherapy immunotherapy therapy based rt crt xrt
radiation radiotherapy chemoradiation chemoradiotherapy"""
NOT_A_DRUG = frozenset(f"{SALTS} {FORMS} {SCHEDULES} {NEIGHBOURS}".split())
DOSE = re.compile(r"\d+(mg|g|mcg|ug|ml|kg|iu|units|mgm2|mgkg|x|w|wk|d)|auc\d+|[qdwcx]\d+[wdh]?")

MARKS = re.compile(r"[™®©.'’]")
GREEK = str.maketrans({"α": "alfa", "β": "beta", "γ": "gamma"})
DOSE_GAP = re.compile(r"(?<=\d)\s+(?=(?:mg|mcg|g|ml|iu|units)\b)")
SEPARATOR = re.compile(r"[/+&,;()]|\b(?:and|with|plus|then)\b", re.IGNORECASE)

RECOGNISED = pl.Schema(
    {"written": pl.String, "drugs": pl.List(pl.String), "how": pl.String, "nearest": pl.List(pl.String)}
)


class Reading(NamedTuple):
    """The drugs that a name was read as, and how it was read."""

    drugs: tuple[str, ...]
    how: str


@cache
def drugs() -> pl.DataFrame:
    """The drug table: one row per drug, aliases as a list.

    >>> drugs().filter(drug="cadonilimab").select("drug_class", "immune_checkpoint_inhibitor").row(0)
    ('PD-1 x CTLA-4 bispecific', True)
    """
    table = pl.read_csv(files("headway.knowledge").joinpath("drugs.csv").read_bytes())
    return table.with_columns(pl.col("aliases").str.split("|"))


@cache
def aliases() -> pl.DataFrame:
    """Every known name of every drug: name, drug, and how (generic or alias).

    >>> aliases().filter(name="Erbitux").row(0)
    ('Erbitux', 'cetuximab', 'alias')
    """
    generic = drugs().select(name="drug", drug="drug", how=pl.lit("generic"))
    other = drugs().select(name="aliases", drug="drug", how=pl.lit("alias"))
    return pl.concat([generic, other.explode("name").drop_nulls("name")])


def recognise(names: pl.Series) -> pl.DataFrame:
    """Which drugs the written names mean: one row per distinct name, in order of first appearance.

    Case, spaces, hyphens, dots, salts, doses and routes don't matter. A misspelling of exactly one drug
    (one edit in a word of six letters, two in one of eight) is accepted. A name that is not understood to
    its last word is unknown, has no drugs, and comes with up to three nearest known names.

    >>> recognise(pl.Series(["Erbitux", "cisplatin/5-FU", None])).select("drugs", "how").rows()
    [(['cetuximab'], 'alias'), (['cisplatin', 'fluorouracil'], 'combination')]
    >>> recognise(pl.Series(["EXTREME"]))["nearest"].to_list()
    [['cisplatin + fluorouracil + cetuximab', 'carboplatin + fluorouracil + cetuximab']]
    """
    written = names.cast(pl.String).drop_nulls().unique(maintain_order=True)
    return pl.DataFrame([_row(name) for name in written], schema=RECOGNISED, orient="row")


def _row(written: str) -> tuple[str, list[str], str, list[str]]:
    readings = _readings(written)
    if not readings:
        return written, [], "unknown", _nearest(written)
    meant = list(dict.fromkeys(drug for reading in readings for drug in reading.drugs))
    # "cisplatin (Platinol)" is one drug: the least sure of its readings says how.
    how = "combination" if len(meant) > 1 else max((reading.how for reading in readings), key=HOW.index)
    return written, meant, how, []


def _readings(written: str) -> list[Reading]:
    """The name as known names in a row; failing that, part by part, each known or a spelling."""
    if _key(written) in _ambiguous():
        return []
    if whole := _in_a_row(_tokens(written)):
        return whole
    read = [_in_a_row(part) or _spelling(part) for part in _parts(written)]
    return [reading for part in read for reading in part] if all(read) else []


def _parts(written: str) -> list[list[str]]:
    """The words between the separators, without the parts that name no drug."""
    return [tokens for part in SEPARATOR.split(written) if _without_noise(tokens := _tokens(part))]


def _tokens(written: str) -> list[str]:
    """Letters and digits in lower case, split at everything else.

    >>> _tokens("Interferon-α 2b, 3.5 MU")
    ['interferon', 'alfa', '2b', '35', 'mu']
    """
    text = unicodedata.normalize("NFKD", MARKS.sub("", written)).casefold().translate(GREEK)
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    return re.findall("[a-z0-9]+", DOSE_GAP.sub("", text))


def _in_a_row(tokens: list[str]) -> list[Reading]:
    """Known names one after the other, the longest first; nothing if a word is left over."""
    found: list[Reading] = []
    while tokens:
        size = next((n for n in range(len(tokens), 0, -1) if "".join(tokens[:n]) in _known()), 0)
        if size:
            found.append(_known()["".join(tokens[:size])])
        elif not _is_noise(tokens[0], after_drug=bool(found)):
            return []
        tokens = tokens[size or 1 :]
    return found


def _is_noise(token: str, *, after_drug: bool) -> bool:
    # A bare number after a drug is a dose; before it, it may belong to the name (5-fluorouracil).
    return token in NOT_A_DRUG or DOSE.fullmatch(token) is not None or (after_drug and token.isdigit())


def _without_noise(tokens: list[str]) -> list[str]:
    return [token for i, token in enumerate(tokens) if not _is_noise(token, after_drug=i > 0)]


@cache
def _known() -> dict[str, Reading]:
    """Key (letters and digits only) -> reading, for drugs and for regimens with one meaning."""
    names = {_key(name): Reading((drug,), how) for name, drug, how in reversed(aliases().rows())}
    regimens = {_key(name): meanings[0] for name, meanings in REGIMENS.items() if len(meanings) == 1}
    return names | {key: Reading(tuple(meant.split(" + ")), "combination") for key, meant in regimens.items()}


def _key(name: str) -> str:
    return "".join(_tokens(name))


def _spelling(tokens: list[str]) -> list[Reading]:
    """The one drug with a name close to this one, if there is exactly one."""
    words = _without_noise(tokens)
    near = process.extract("".join(words), _keys(), scorer=OSA.distance, score_cutoff=2, limit=None)
    close = [key for key, _, name in near if _is_misspelling(words, _tokens(name))]
    meant = {_known()[key].drugs for key in close}
    return [Reading(meant.pop(), "spelling")] if len(meant) == 1 else []


@cache
def _keys() -> dict[str, str]:
    """Name as written in the table -> key."""
    return {name: _key(name) for name in aliases()["name"]}


def _is_misspelling(words: list[str], known: list[str]) -> bool:
    # Word by word: "cisplatin XY" is two edits from cisplatin, but XY is a word that was not understood.
    return len(words) == len(known) and all(map(_is_same_word, words, known))


def _is_same_word(word: str, known: str) -> bool:
    """Whether one word may be the other, misspelt.

    Two slips in a short word make another word, and a slip seldom strikes the first letter, where the names
    of different drugs often differ (ceritinib, gefitinib). A code is right or wrong: MK-3476 is not MK-3475.
    """
    edits = OSA.distance(word, known)
    slip = edits == 1 and len(known) >= 6
    two_slips = edits == 2 and len(known) >= 8 and word[0] == known[0]
    return edits == 0 or (known.isalpha() and (slip or two_slips))


def _nearest(written: str) -> list[str]:
    """Up to three names to offer for an unknown one: its meanings, or the known names nearest its parts."""
    if meanings := _ambiguous().get(_key(written)):
        return meanings
    parts = ["".join(part) for part in _parts(written)]
    return [name for part in parts for name in _near(part, 3 if len(parts) == 1 else 1)][:3]


def _near(key: str, at_most: int) -> list[str]:
    found = process.extract(key, _keys(), scorer=OSA.normalized_similarity, score_cutoff=0.6, limit=at_most)
    return [name for _, _, name in found]


@cache
def _ambiguous() -> dict[str, list[str]]:
    return {_key(name): meanings for name, meanings in REGIMENS.items() if len(meanings) > 1}
