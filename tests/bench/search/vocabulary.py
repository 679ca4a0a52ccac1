"""Words of warehouses and businesses, as often as such words occur, and the names that are made of them."""

import random
from itertools import accumulate
from typing import TypeVar

WORDS = 20_000
COLUMN_NAMES = 8_000
_DRAWN = 2**20
_Thing = TypeVar("_Thing")

_BUSINESS = """
customer order account product sales date amount invoice payment price status type code number item store region
country currency total count daily monthly revenue cost employee contract supplier vendor shipment delivery stock
warehouse inventory category brand segment channel campaign session event click visit user member loyalty discount
promotion refund return claim policy premium risk credit debit balance ledger journal posting budget forecast plan
target actual variance margin profit tax fee commission interest loan mortgage deposit transfer transaction card
merchant terminal branch office agent broker partner lead opportunity quote proposal tender project task milestone
resource capacity shift schedule calendar holiday absence salary payroll bonus benefit pension applicant vacancy
training course grade exam student teacher school patient doctor clinic visitor diagnosis treatment dose drug trial
lab sample result test device sensor meter reading signal alarm incident ticket problem change request approval
document file image video message mail letter call chat survey answer question rating review comment complaint
address city street postcode county district location route trip vehicle driver fleet fuel mileage engine part
component assembly batch lot machine plant line station tool mold recipe ingredient material quality defect scrap
yield output input energy power gas water heat grid load outage weather temperature humidity pressure flow level
network node link packet port host server cluster container image2 service endpoint token key secret certificate
license version release build deploy commit branch2 merge pipeline job run step log metric trace span alert rule
model feature label score prediction cohort experiment variant treatment2 exposure impression view conversion churn
retention acquisition lifetime value bid auction creative placement audience publisher site page article author
magazine book title chapter rights royalty artist album track playlist stream concert venue seat booking reservation
guest room hotel flight airline airport gate baggage passenger fare crew aircraft cargo vessel berth terminal2
customs tariff duty declaration permit inspection audit finding control evidence obligation consent purpose subject
lineage domain owner steward glossary term source target2 mapping rule2 hash checksum partition snapshot archive
holding fund share bond equity option future swap portfolio position trade settlement custody counterparty
collateral exposure2 rating2 limit breach capital reserve provision write impairment asset depreciation lease
property building floor tenant rent deposit2 utility maintenance work cleaning security access badge camera zone
household person family relation contact identity passport birth gender language nationality marital income spend
basket coupon voucher gift wishlist cart checkout gateway acquirer chargeback dispute fraud case investigation
"""

_PREFIXES = """
sub pre re inter multi non micro cross over under trans super anti auto bio co counter de dis down electro en ex extra
fore geo hetero homo hydro hyper il im infra intra iso kilo macro mega meta mid mini mis mono neo omni out para
"""

_LAYERS = ("dim", "fact", "stg", "raw", "int", "mart", "ods", "tmp", "vw", "agg", "hist", "ref", "lkp", "bkp")
_COMMON_COLUMNS = """
id created_at updated_at customer_id name status amount type description code account_id order_id product_id date
currency country email is_active deleted_at quantity price user_id start_date end_date created_by updated_by region
category version source_system load_date batch_id row_hash valid_from valid_to store_id employee_id first_name
last_name phone
"""
_ENDINGS = (
    *("id", "at", "date", "amount", "count", "code", "name", "flag", "type", "status", "number", "rate", "key"),
    *("total", "value", "text", "ratio"),
)
_TYPES = {"id": "bigint", "at": "timestamp with time zone", "date": "date", "amount": "numeric(18,2)", "key": "bigint"}
_TYPES |= {"count": "integer", "number": "integer", "flag": "boolean", "rate": "numeric(9,4)", "ratio": "real"}
_LOGICAL = {"bigint": "integer", "integer": "integer", "timestamp with time zone": "timestamp_tz", "date": "date"}
_LOGICAL |= {"numeric(18,2)": "decimal", "numeric(9,4)": "decimal", "boolean": "boolean", "real": "float"}


def words() -> list[str]:
    """Return 20,000 words, the commonest first."""
    base = list(dict.fromkeys(word.rstrip("2") for word in _BUSINESS.split()))
    known = set(base)
    made = [prefix + word for prefix in _PREFIXES.split() for word in base]
    made += [first + second for first in base[:120] for second in base[:120] if first != second]
    random.Random(5).shuffle(made)
    fresh = [word for word in dict.fromkeys(made) if word not in known]
    return (base + fresh)[:WORDS]


def drawn(things: list[_Thing], number: int, seed: int) -> list[_Thing]:
    """Draw so many of them, the one at rank n as often as 1/n."""
    return random.Random(seed).choices(things, cum_weights=_zipf(len(things)), k=number)


def _zipf(number: int) -> list[float]:
    return list(accumulate(1 / rank for rank in range(1, number + 1)))


class Sentences:
    """Endless text: slices of a long row of drawn words."""

    def __init__(self, vocabulary: list[str], seed: int) -> None:
        self._row = drawn(vocabulary, _DRAWN, seed)
        self._choice = random.Random(seed)

    def of(self, least: int, most: int) -> str:
        """Return a text of so many words."""
        start = int(self._choice.random() * (_DRAWN - most))
        return " ".join(self._row[start : start + least + int(self._choice.random() * (most - least + 1))])


def abbreviated(word: str) -> str:
    """Return a word without its inner vowels: customer, cstmr."""
    return word[0] + "".join(letter for letter in word[1:] if letter not in "aeiou")


def table_name(parts: list[str], style: float, layer: int) -> str:
    """Return a name as people write it: mostly snake, some camel, some abbreviated, some with a layer before it."""
    if style < 0.15:
        return parts[0] + "".join(word.title() for word in parts[1:])
    if style < 0.30:
        return "_".join([*(abbreviated(word) for word in parts[:-1]), parts[-1]])
    if style < 0.60:
        return "_".join([_LAYERS[layer % len(_LAYERS)], *parts])
    return "_".join(parts)


def column_names(vocabulary: list[str]) -> list[tuple[str, str, str]]:
    """Return names with their types, the commonest first."""
    choice = random.Random(7)
    found: dict[str, None] = dict.fromkeys(_COMMON_COLUMNS.split())
    parts = drawn(vocabulary, 4 * COLUMN_NAMES, 8)
    while len(found) < COLUMN_NAMES:
        first, ending = parts[choice.randrange(len(parts))], choice.choice(_ENDINGS)
        second = parts[choice.randrange(len(parts))] if choice.random() < 0.3 else ""
        name = "_".join(filter(None, (first, second, ending)))
        found[_camel(name) if choice.random() < 0.1 else name] = None
    return [(name, *_types(name)) for name in found]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(part.title() for part in rest)


def _types(name: str) -> tuple[str, str]:
    written = _TYPES.get(name.rpartition("_")[2], "text")
    return written, _LOGICAL.get(written, "text")
