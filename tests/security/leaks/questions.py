"""Random questions, each with the plain test of what meets it."""

from collections.abc import Callable
from dataclasses import dataclass, field

from catalog.assets.models import Certification
from tests.security.leaks.house import House
from tests.security.leaks.reference import Filters, Meets, Seen


@dataclass(frozen=True)
class Question:
    """A text with choices, and what meets the text. `names` is the words it asks for."""

    text: str
    meets: Meets
    filters: Filters = field(default_factory=dict)
    names: tuple[str, ...] = ()


def ask(house: House, seen: Seen, *, is_fresh: bool) -> Question:
    """Make up a question. Only of an index that has heard of everything names of owners and domains may be asked."""
    makers = (*OF_ASSETS, *OF_OTHERS) if is_fresh else OF_ASSETS
    question = house.choice.choice(makers)(house, seen)
    if house.choice.random() < 0.4:
        facets = ("type", "source", "domain", "certification", "sensitivity", *(("owner",) if is_fresh else ()))
        filters = {name: _values(house, name) for name in house.choice.sample(facets, house.choice.choice([1, 1, 2]))}
        return Question(question.text, question.meets, filters, question.names)
    return question


def _values(house: House, facet: str) -> tuple[str, ...]:
    """Return some values of a facet, those of what is hidden too."""
    possible: dict[str, list[str]] = {
        "type": ["table", "view", "materialized_view"],
        "source": [str(source.pk) for source in house.sources],
        "domain": ["none", *(str(domain.pk) for domain in house.domains)],
        "certification": list(Certification),
        "sensitivity": ["none", "internal", "restricted"],
        "owner": ["none", *(f"person:{one.pk}" for one in house.people), *(f"team:{one.pk}" for one in house.teams)],
    }
    return tuple(house.choice.sample(possible[facet], house.choice.choice([1, 2])))


def misspelt(house: House, seen: Seen) -> Question:
    """Make a slip in a word of one asset alone: what was meant may be hidden."""
    word = house.choice.choice(sorted(house.own[house.choice.choice(sorted(house.own))]))
    place = house.choice.randrange(2, len(word) - 1)
    return Question(f"{word[:place]}x{word[place + 1 :]}", lambda fact: False)


def everything(house: House, seen: Seen) -> Question:
    """Ask for nothing in particular."""
    return Question("", lambda fact: True)


def _word(house: House, seen: Seen) -> Question:
    return _of(house.choice.choice(house.words))


def _own_word(house: House, seen: Seen) -> Question:
    """A word of one asset alone, be it visible or hidden."""
    return _of(house.choice.choice(sorted(house.own[house.choice.choice(sorted(house.own))])))


def by_name(house: House, asset_id: int) -> Question:
    """Ask for a word that only this asset holds."""
    return _of(min(house.own[asset_id]))


def _of(word: str) -> Question:
    return Question(word, lambda fact: word in fact.words, names=(word,))


def _two_words(house: House, seen: Seen) -> Question:
    one, other = house.choice.sample(house.words, 2)
    return Question(f"{one} {other}", lambda fact: {one, other} <= fact.words, names=(one, other))


def _either(house: House, seen: Seen) -> Question:
    one, other = house.choice.sample(house.words, 2)
    return Question(f"{one} OR {other}", lambda fact: bool({one, other} & fact.words), names=(one, other))


def _without(house: House, seen: Seen) -> Question:
    one, other = house.choice.sample(house.words, 2)
    return Question(f"{one} -{other}", lambda fact: one in fact.words and other not in fact.words, names=(one, other))


def _phrase(house: House, seen: Seen) -> Question:
    one, other = house.choice.sample(house.words, 2)
    return Question(f'"{one} {other}"', lambda fact: fact.name.startswith(f"{one}_{other}_"), names=(one, other))


def _kind(house: House, seen: Seen) -> Question:
    word = house.choice.choice(house.words)
    return Question(f"{word} type:view", lambda fact: word in fact.words and fact.values["type"] == ("view",))


def _column(house: House, seen: Seen) -> Question:
    word = house.choice.choice([*house.columns, *_own_columns(house)]).partition("_")[0]
    return Question(f"column:{word}", lambda fact: any(word in name.split("_") for name in fact.columns), names=(word,))


def _own_columns(house: House) -> list[str]:
    return [min(words) for words in house.own.values()]


def _source(house: House, seen: Seen) -> Question:
    source = house.choice.choice(house.sources)
    is_known = source.pk in seen.sources
    return Question(
        f"source:{source.name}",
        lambda fact: is_known and fact.values["source"] == (str(source.pk),),
        names=(source.name,),
    )


def _domain(house: House, seen: Seen) -> Question:
    """A hidden domain is one that does not exist, even where an asset of it is in sight."""
    domain = house.choice.choice(house.domains)
    return Question(f"domain:{domain.name}", lambda fact: fact.domain == domain.pk, names=(domain.name,))


def _owner(house: House, seen: Seen) -> Question:
    name, key = house.choice.choice(
        [(one.name.split()[0], f"person:{one.pk}") for one in house.people]
        + [(one.name, f"team:{one.pk}") for one in house.teams]
    )
    return Question(f"owner:{name}", lambda fact: key in fact.values["owner"], names=(name,))


def _name_of_domain(house: House, seen: Seen) -> Question:
    return _of(house.choice.choice(house.domains).name)


def _name_of_owner(house: House, seen: Seen) -> Question:
    return _of(house.choice.choice(house.people).name.split()[0])


def _name_of_source(house: House, seen: Seen) -> Question:
    return _of(house.choice.choice(house.sources).name)


Maker = Callable[[House, Seen], Question]
OF_ASSETS: tuple[Maker, ...] = (
    *(everything, _word, _own_word, _own_word, misspelt, _two_words, _either, _without, _phrase, _kind, _column),
    *(_source, _domain, _name_of_source),
)
OF_OTHERS: tuple[Maker, ...] = (_owner, _owner, _name_of_domain, _name_of_owner)
