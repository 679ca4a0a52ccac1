"""Columns that look as if they said when a row was last changed, by their names in four languages."""

_CHANGED = "|".join(
    (
        *("updat(e|ed)", "modif", "chang(e|ed)", "mtime", "refreshed", "touched"),
        *("ge(ae|ä|a)nder", "(ae|ä)nderung", "aktualisier", "bearbeit", "letztestand"),
        *("maj", "mi(s|se)_?(a|à)_?jour", "derni(e|è)re_?modif", "actualis"),
        *("actualiz", "cambi(o|ado)", "ultim[ao]_?act"),
    )
)
_BEFORE = "^|[^[:alpha:]]|last|row|date|zeit|datum|zuletzt|letzte|fecha|hora|[uú]ltim[ao]|derni(e|è)re"

# For the engines' own regular expressions (POSIX, PCRE and ICU alike), applied to the name in small letters.
UPDATE_COLUMN = f"({_BEFORE})({_CHANGED})"
