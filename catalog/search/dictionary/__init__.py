"""Words that search takes for each other: abbreviations and synonyms, kept by stewards."""
