"""Words for generated leads. Every name is made up; addresses are of the reserved top-level domain `example`."""

from __future__ import annotations

from random import Random

FIRST_NAMES = [
    "Ada",
    "Ben",
    "Carla",
    "Dmitri",
    "Elena",
    "Farid",
    "Greta",
    "Hugo",
    "Ines",
    "Jonas",
    "Katya",
    "Liam",
    "Mara",
    "Nils",
    "Olga",
    "Pavel",
    "Quinn",
    "Rosa",
    "Samir",
    "Tessa",
    "Umar",
    "Vera",
    "Wim",
    "Xenia",
    "Yusuf",
    "Zoe",
    "Amina",
    "Bruno",
    "Chiara",
    "Diego",
]
LAST_NAMES = [
    "Abel",
    "Brandt",
    "Castillo",
    "Demir",
    "Ek",
    "Fontaine",
    "Grau",
    "Hollis",
    "Ivers",
    "Jansen",
    "Kowal",
    "Lindqvist",
    "Moreau",
    "Novak",
    "Okafor",
    "Petrov",
    "Quist",
    "Rossi",
    "Santos",
    "Thorne",
    "Ueda",
    "Vogel",
    "Weiss",
    "Xu",
    "Yilmaz",
    "Zeller",
]
COMPANY_FIRST = [
    "Amber",
    "Birch",
    "Cobalt",
    "Delta",
    "Ember",
    "Falcon",
    "Granite",
    "Harbour",
    "Indigo",
    "Juniper",
    "Kestrel",
    "Lantern",
    "Maple",
    "Northern",
    "Orchard",
    "Pioneer",
    "Quarry",
    "River",
    "Summit",
    "Timber",
    "Union",
    "Velvet",
    "Willow",
    "Yarrow",
    "Zenith",
]
COMPANY_SECOND = [
    "Bakery",
    "Books",
    "Cargo",
    "Dental",
    "Energy",
    "Foods",
    "Garden",
    "Hotels",
    "Interiors",
    "Logistics",
    "Optics",
    "Paper",
    "Textiles",
]
COMPANY_FORM = ("Ltd", "GmbH", "Inc.", "S.A.", "& Sons", "Group")
TITLES = ("Owner", "Head of Purchasing", "Office Manager", "Managing Director", "Accountant", "Store Manager")

CALL_NOTES = (
    "Wants a quote for the next quarter.",
    "Asked to be called back after the holidays.",
    "Happy with the last delivery.",
    "The invoice has a wrong address; corrected while we spoke.",
    "Compares us with two others and decides next week.",
    "Budget is approved, contract goes to legal.",
)
SUBJECTS = (
    "Our offer",
    "Next steps",
    "Delivery dates",
    "Your question about prices",
    "Contract draft",
    "Meeting on Thursday",
    "Samples for your team",
    "Renewal for next year",
)
SENTENCES = (
    "Thank you for taking the time to talk.",
    "I have attached the numbers that we went through.",
    "The earliest date we can deliver is the second week of the month.",
    "Could you tell me who signs on your side?",
    "We would rather start small and see how it goes.",
    "The price holds until the end of the quarter.",
    "Let me know if Tuesday morning suits you.",
    "Our warehouse has confirmed the quantities.",
    "I spoke with my colleague, and she agrees.",
    "There is one open point about the terms of payment.",
    "The samples arrived in good shape.",
    "We had expected a slightly lower figure.",
    "Everything else looks fine to me.",
    "I will send the signed copy tomorrow.",
)
NOTE_TITLES = ("Decision makers", "History", "Prices", None, None, None)
NOTES = (
    "Decisions are made by the two partners together; write to both.",
    "Orders twice a year, in March and in October.",
    "Prefers e-mail to calls. Never call before ten.",
    "Their present contract ends in autumn.",
    "Discount of five percent agreed from the second order on.",
    "Knows us from the fair. Good mood, no hurry.",
    "Pays late, but always pays.",
)
TASK_TEXTS = (
    "Send the offer",
    "Call about the renewal",
    "Ask for the signed contract",
    "Check the credit limit",
    "Prepare the samples",
    "Confirm the delivery date",
)


def company(random: Random) -> str:
    """A company's name."""
    return f"{random.choice(COMPANY_FIRST)} {random.choice(COMPANY_SECOND)} {random.choice(COMPANY_FORM)}"


def paragraphs(random: Random) -> str:
    """The text of a message: two paragraphs of sentences that all differ."""
    start = random.randrange(len(SENTENCES))
    first, second, third, fourth, fifth = (SENTENCES[(start + 3 * n) % len(SENTENCES)] for n in range(5))
    return f"{first} {second} {third}\n\n{fourth} {fifth}"
