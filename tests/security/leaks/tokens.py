"""Words that nobody else uses: each begins otherwise, none looks like another, none has another stem."""

from random import Random

_CONSONANTS, _VOWELS = "bdfgklmnprtvz", "aeiou"
_PATTERN = "cvcvccv"
_ENDING = "k"


class Tokens:
    """Gives words that were not given before."""

    def __init__(self, choice: Random) -> None:
        self._choice = choice
        self._beginnings: set[str] = set()

    def fresh(self) -> str:
        """Return a new word."""
        while True:
            word = "".join(self._choice.choice(_CONSONANTS if sign == "c" else _VOWELS) for sign in _PATTERN) + _ENDING
            if word[:3] not in self._beginnings:
                self._beginnings.add(word[:3])
                return word
