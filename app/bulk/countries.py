"""Names of countries as address lists write them, by which national telephone numbers are read."""

from __future__ import annotations

from app.countries import known_country
from app.folding import folded

_CODES = {
    "AR": "Argentina",
    "AT": "Austria, Österreich",
    "AU": "Australia",
    "BE": "Belgium, Belgique, België",
    "BR": "Brazil, Brasil",
    "CA": "Canada",
    "CH": "Switzerland, Schweiz, Suisse",
    "CL": "Chile",
    "CN": "China",
    "CO": "Colombia",
    "CZ": "Czech Republic, Czechia",
    "DE": "Germany, Deutschland",
    "DK": "Denmark, Danmark",
    "ES": "Spain, España",
    "FI": "Finland, Suomi",
    "FR": "France",
    "GB": "UK, United Kingdom, Great Britain, England, Scotland, Wales",
    "GR": "Greece",
    "HU": "Hungary",
    "IE": "Ireland",
    "IN": "India",
    "IT": "Italy, Italia",
    "JP": "Japan",
    "KR": "South Korea",
    "LU": "Luxembourg",
    "MX": "Mexico, México",
    "NL": "Netherlands, Nederland, Holland",
    "NO": "Norway, Norge",
    "NZ": "New Zealand",
    "PL": "Poland, Polska",
    "PT": "Portugal",
    "RO": "Romania",
    "SE": "Sweden, Sverige",
    "SG": "Singapore",
    "SK": "Slovakia",
    "TR": "Turkey, Türkiye",
    "UA": "Ukraine",
    "US": "USA, United States, United States of America",
    "VE": "Venezuela",
    "ZA": "South Africa",
}
_BY_NAME = {folded(name): code for code, names in _CODES.items() for name in names.split(",")}


def country_code(text: str) -> str | None:
    """The ISO 3166 alpha-2 code of a country's name; a code is taken as it stands. None: no country that is known."""
    name = text.strip()
    return known_country(name) or _BY_NAME.get(folded(name))
