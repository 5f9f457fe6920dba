"""Countries: the two-letter codes of ISO 3166-1, as addresses and telephone numbers name them."""

from collections.abc import Collection

import phonenumbers

from app.refusal import Refusal
from app.text import Problems

_CODES = """
AD AE AF AG AI AL AM AO AQ AR AS AT AU AW AX AZ BA BB BD BE BF BG BH BI BJ BL BM BN BO BQ BR BS BT BV BW BY BZ
CA CC CD CF CG CH CI CK CL CM CN CO CR CU CV CW CX CY CZ DE DJ DK DM DO DZ EC EE EG EH ER ES ET FI FJ FK FM FO FR
GA GB GD GE GF GG GH GI GL GM GN GP GQ GR GS GT GU GW GY HK HM HN HR HT HU ID IE IL IM IN IO IQ IR IS IT JE JM JO
JP KE KG KH KI KM KN KP KR KW KY KZ LA LB LC LI LK LR LS LT LU LV LY MA MC MD ME MF MG MH MK ML MM MN MO MP MQ MR
MS MT MU MV MW MX MY MZ NA NC NE NF NG NI NL NO NP NR NU NZ OM PA PE PF PG PH PK PL PM PN PR PS PT PW PY QA RE RO
RS RU RW SA SB SC SD SE SG SH SI SJ SK SL SM SN SO SR SS ST SV SX SY SZ TC TD TF TG TH TJ TK TL TM TN TO TR TT TV
TW TZ UA UG UM US UY UZ VA VC VE VG VI VN VU WF WS YE YT ZA ZM ZW
"""
COUNTRIES = frozenset(_CODES.split())
TELEPHONE_COUNTRIES = frozenset(phonenumbers.SUPPORTED_REGIONS)  # by which national numbers can be read


class UnknownCountry(Refusal):
    """{value} is no country code of two letters, such as DE."""


def known_country(text: str, among: Collection[str] = COUNTRIES) -> str | None:
    """The code in capital letters; None where it is no country's."""
    code = text.strip()
    return code.upper() if code.isascii() and code.upper() in among else None


def kept_country(value: str | None, problems: Problems, *path: str, among: Collection[str] = COUNTRIES) -> str | None:
    """The code in capital letters; None where none is given, and a problem if there is no such country."""
    text = problems.line(value, *path)
    if text is None:
        return None
    country = known_country(text, among)
    if country is None:
        problems.add(UnknownCountry(*path, value=text))
    return country
