"""The identity graph: devices and identifiers per person, sharing, churn, opt-out and noise."""

from __future__ import annotations

from dataclasses import dataclass

from idgraph_widgets.config.kinds import Integer, Real
from idgraph_widgets.config.mappings import Numbers, Shares
from idgraph_widgets.config.section import Section, Source, setting
from idgraph_widgets.schema.identity_mappings import ATT_STATUSES, BROWSERS, CTV_PLATFORMS, DESKTOP_PLATFORMS

AGE_BANDS = ("13-17", "18-29", "30-49", "50-64", "65+")
OBSERVED_TYPES = (
    "email",
    "hashed_email",
    "phone",
    "hashed_phone",
    "first_party_cookie",
    "third_party_cookie",
    "mobile_ad_id",
    "ctv_id",
    "ip_address",
    "uid2_like",
)

COUPLED_ADULTS = 0.55
"""Share of adults who live with a spouse or partner that shared_email_share speaks of (ACS 2020-24, derived)."""

_DEVICES, _BROWSING, _EMAIL, _CONSENT, _CHURN, _NOISE, _LOOKALIKES = (
    "Devices",
    "Browsers and cookies",
    "Email",
    "Consent and opt-out",
    "Addresses and churn",
    "Observation and noise",
    "Lookalikes",
)
_NOT_FOUND = Source("no published figure found; a choice made for this library", None, "design")


@dataclass
class IdentityConfig(Section):
    """Which identifiers people have and how well the graph knows whose they are."""

    smartphone_ownership: dict[str, float] = setting(
        {"13-17": 0.95, "18-29": 0.97, "30-49": 0.97, "50-64": 0.91, "65+": 0.78},
        Numbers(AGE_BANDS, 0, 1, what="age band"),
        "People with a smartphone",
        unit="share of the age band",
        group=_DEVICES,
        help="By age; children under 13 have no device of their own.",
        source=Source(
            "Pew Research Center, Mobile Fact Sheet 2025 (18-29 and 65+ read in a report; 13-17, 30-49 and "
            "50-64 from memory)",
            2025,
            "memory",
        ),
    )
    ios_share: float = setting(
        0.58,
        Real(0, 1),
        "Smartphones and tablets that run iOS",
        unit="share",
        group=_DEVICES,
        help="The others run Android.",
        source=Source("US mobile web traffic by operating system, 2025, quoted in a report", 2025, "seen-2"),
    )
    personal_computer_share: float = setting(
        0.55,
        Real(0, 1),
        "Adults with a computer of their own",
        unit="share of adults",
        group=_DEVICES,
        help="A laptop or desktop that only this person uses.",
        source=_NOT_FOUND,
    )
    shared_desktop_share: float = setting(
        0.45,
        Real(0, 1),
        "Homes with a shared computer",
        unit="share of households",
        group=_DEVICES,
        help="One computer that all members use.",
        source=_NOT_FOUND,
    )
    shared_tablet_share: float = setting(
        0.40,
        Real(0, 1),
        "Homes with a shared tablet",
        unit="share of households",
        group=_DEVICES,
        help="One tablet that all members use.",
        source=_NOT_FOUND,
    )
    ctv_home_share: float = setting(
        0.85,
        Real(0, 1),
        "Homes with a connected TV",
        unit="share of households",
        group=_DEVICES,
        help="At least one smart TV or streaming player.",
        source=Source("Parks Associates, 84 % of households in 2025, quoted in an article", 2025, "seen-2"),
    )
    ctv_devices_per_home: float = setting(
        2.6,
        Real(1, 4),
        "Connected TVs per home that has one",
        unit="devices, mean",
        group=_DEVICES,
        help="Devices that show advertising: one and a Poisson number more, at most four.",
        source=Source(
            "Leichtman Research Group counts 4.1 devices of any use (2020); those visible to advertising are a choice",
            2020,
            "design",
        ),
    )
    ctv_platform_shares: dict[str, float] = setting(
        {
            "roku": 0.32,
            "fire_tv": 0.16,
            "apple_tv": 0.15,
            "samsung": 0.14,
            "lg": 0.10,
            "vizio": 0.06,
            "android_tv": 0.07,
        },
        Shares(CTV_PLATFORMS, what="platform"),
        "Connected TVs by platform",
        unit="share",
        group=_DEVICES,
        help="Share of open programmatic advertising, not of ownership.",
        source=Source(
            "Pixalate, North America, Q4 2025 (the remaining 13 % split between Vizio and Android TV by choice)",
            2025,
            "design",
        ),
    )
    desktop_platform_shares: dict[str, float] = setting(
        {"windows": 0.72, "macos": 0.25, "chromeos": 0.03},
        Shares(DESKTOP_PLATFORMS, what="platform"),
        "Computers by platform",
        unit="share",
        group=_DEVICES,
        help="Operating system of laptops and desktops.",
        source=Source(
            "a choice near the StatCounter US desktop shares of March 2023 (Windows 53, macOS 31, "
            "Chrome OS 9 %), with more Windows for computers at home",
            2023,
            "design",
        ),
    )
    browser_shares: dict[str, float] = setting(
        {"chrome": 0.50, "safari": 0.32, "edge": 0.08, "firefox": 0.04, "samsung_internet": 0.02, "other": 0.04},
        Shares(BROWSERS, what="browser"),
        "Browsers over all devices",
        unit="share",
        group=_BROWSING,
        help="A device only gets browsers its platform can run.",
        source=Source("StatCounter, United States, all devices, 2025", 2025, "memory"),
    )
    cookie_lifetime_days: float = setting(
        90,
        Real(1, 400),
        "Life of a cookie",
        unit="days, mean",
        group=_BROWSING,
        help="Until the cookie is deleted, on browsers other than Safari; exponential, at most 400 days.",
        source=Source("mean is a choice; the 400-day limit is Chrome's since version 104 (memory)", None, "design"),
    )
    safari_cookie_days: float = setting(
        7,
        Real(1, 7),
        "Life of a cookie on Safari",
        unit="days, longest",
        group=_BROWSING,
        help="Safari keeps first-party storage set by scripts this long and blocks third-party cookies.",
        source=Source("WebKit, Intelligent Tracking Prevention 2.2 and 2.3", 2019, "seen"),
    )
    emails_per_adult: float = setting(
        1.8,
        Real(1, 4),
        "Email addresses per adult",
        unit="addresses, mean",
        group=_EMAIL,
        help="One and a Poisson number more.",
        source=Source("Radicati and Lifewire, 1.75 (2019) to 1.86 (2022) worldwide", 2022, "seen-2"),
    )
    email_domain_shares: dict[str, float] = setting(
        {
            "gmail.example": 0.52,
            "yahoo.example": 0.18,
            "outlook.example": 0.11,
            "icloud.example": 0.06,
            "aol.example": 0.05,
            "mail.example": 0.08,
        },
        Shares(what="domain"),
        "Email addresses by domain",
        unit="share",
        group=_EMAIL,
        help="Domains must end in .example, which is reserved and can never be delivered to.",
        source=Source("consumer mail lists, provider mix", None, "memory"),
    )
    shared_email_share: float = setting(
        0.03,
        Real(0, 0.5),
        "Adults who share an email address with a partner",
        unit="share of adults",
        group=_EMAIL,
        help="Their address has one row per person. A share of all adults where 55 % of them live with a partner, "
        "as by default; where fewer do, as with many homes of one, fewer share an address.",
        source=_NOT_FOUND,
    )
    recycled_email_share: float = setting(
        0.01,
        Real(0, 0.5),
        "Recycled email addresses",
        unit="share of addresses",
        group=_EMAIL,
        help="Addresses that belonged to somebody else before; the graph still names the former owner.",
        source=_NOT_FOUND,
    )
    email_variant_share: float = setting(
        0.04,
        Real(0, 1),
        "Emails captured in a second spelling",
        unit="share of gmail addresses",
        group=_EMAIL,
        help="name+shop@ or without its dots: a row of its own, which meets the first only once dots and tags are "
        "dropped, as UID2 does for Gmail. Other domains have none.",
        source=_NOT_FOUND,
    )
    email_opt_in_share: float = setting(
        0.60,
        Real(0, 1),
        "People who agree to email advertising",
        unit="share of people with an address",
        group=_CONSENT,
        help="Email campaigns reach only them.",
        source=_NOT_FOUND,
    )
    att_shares: dict[str, float] = setting(
        {"authorized": 0.35, "denied": 0.45, "not_determined": 0.20},
        Shares(ATT_STATUSES, what="status"),
        "App tracking permission on iOS",
        unit="share of iOS devices",
        group=_CONSENT,
        help="Only authorized devices have an IDFA.",
        source=Source(
            "AppsFlyer, 36 % of active US users in apps that ask (May 2021); Adjust, 35 % worldwide (2025, "
            "memory); the split of the rest is a choice",
            2025,
            "design",
        ),
    )
    android_opt_out_share: float = setting(
        0.10,
        Real(0, 1),
        "Android devices that opted out",
        unit="share of Android devices",
        group=_CONSENT,
        help="They have no GAID at the start of the window.",
        source=Source("GAID available on 90 % of Android devices", None, "memory"),
    )
    opt_out_per_90_days: float = setting(
        0.02,
        Real(0, 1),
        "Devices that opt out in 90 days",
        unit="share of devices",
        group=_CONSENT,
        help="Their identifier ends when they do.",
        source=_NOT_FOUND,
    )
    moves_per_year: float = setting(
        0.07,
        Real(0, 0.5),
        "Homes that move within their market",
        unit="share of households, a year",
        group=_CHURN,
        help="The whole home, with its devices, to another address: companion table household_moves.",
        source=Source(
            "US Census Bureau, American Community Survey: some 12 % of people moved within a year, more than half of "
            "them within a county",
            2023,
            "memory",
        ),
    )
    phone_life_days: float = setting(
        1_200,
        Real(365, 3650),
        "Life of a phone",
        unit="days, median",
        group=_CHURN,
        help="Then another of the same make replaces it, with a device and advertising id of its own.",
        source=Source("replacement cycles of smartphones of 3 to 3.6 years reported by US carriers", 2023, "memory"),
    )
    mailbox_churn_per_90_days: float = setting(
        0.02,
        Real(0, 1),
        "Mailboxes opened and given up in 90 days",
        unit="share of adults, and of mailboxes behind the first",
        group=_CHURN,
        help="Adults with room for another mailbox open one; those behind the first are given up.",
        source=_NOT_FOUND,
    )
    home_ip_rotation_days: float = setting(
        60,
        Real(1, 3650),
        "Life of a home IP address",
        unit="days, median",
        group=_CHURN,
        help="How long a home keeps its public address. None comes back: after 8 of IPv4 a home gets those of IPv6.",
        source=_NOT_FOUND,
    )
    public_ip_share: float = setting(
        0.05,
        Real(0, 1),
        "Sightings from public addresses",
        unit="share of sightings",
        group=_CHURN,
        help="Work, cafe and campus addresses, shared by people who are unrelated.",
        source=_NOT_FOUND,
    )
    public_ip_pool_size: int = setting(
        4000,
        Integer(16, 4096),
        "Public addresses",
        unit="addresses per 10,000 households",
        group=_CHURN,
        help="Each is of one market while there are 16 for each of the about 200: an address joins as many homes in a "
        "large dataset as in a small one.",
        source=_NOT_FOUND,
    )
    hot_ip_share: float = setting(
        0.10,
        Real(0, 1),
        "Homes that go where everybody goes",
        unit="share of homes",
        group=_CHURN,
        help="Their public address is one of 16 hot ones, as of hotels and airports: nodes of high degree.",
        source=_NOT_FOUND,
    )
    observation_shares: dict[str, float] = setting(
        {
            "email": 0.40,
            "hashed_email": 0.30,
            "phone": 0.15,
            "hashed_phone": 0.12,
            "first_party_cookie": 0.13,
            "third_party_cookie": 0.11,
            "mobile_ad_id": 0.70,
            "ctv_id": 0.24,
            "ip_address": 0.12,
            "uid2_like": 0.12,
        },
        Numbers(OBSERVED_TYPES, 0, 1, what="identifier type"),
        "Identifiers that are observed",
        unit="share of identifiers",
        group=_NOISE,
        help="Set so that a household has 12 mappings by default.",
        source=_NOT_FOUND,
    )
    probabilistic_share: float = setting(
        0.35,
        Real(0, 1),
        "Links found without a log-in",
        unit="share of cookie, mobile and TV identifiers",
        group=_NOISE,
        help="Probabilistic links carry a confidence below 1 and may be false.",
        source=_NOT_FOUND,
    )
    probabilistic_confidence: dict[str, float] = setting(
        {"alpha": 6.0, "beta": 3.0},
        Numbers(("alpha", "beta"), 0.5, 100, what="parameter"),
        "Confidence of probabilistic links",
        unit="parameters of a beta distribution",
        group=_NOISE,
        help="Mean alpha / (alpha + beta). A link is true with the probability its confidence says.",
    )
    typo_share: float = setting(
        0.04,
        Real(0, 1),
        "Mistyped email inputs",
        unit="share of hashed emails",
        group=_NOISE,
        help="Hashes of mistyped input join nobody; they are probabilistic rows.",
        source=_NOT_FOUND,
    )
    hash_variant_share: float = setting(
        0.03,
        Real(0, 1),
        "Emails hashed in another way, too",
        unit="share of email addresses",
        group=_NOISE,
        help="Of upper-case input, with a blank, or in base64: probabilistic rows that join no other hash.",
        source=_NOT_FOUND,
    )
    twin_share: float = setting(
        0.05,
        Real(0, 1),
        "Twins",
        unit="share of children who have a younger sibling at home",
        group=_LOOKALIKES,
        help="Same surname, address and birth date as the next younger sibling: no one person.",
        source=Source(
            "NCHS, 30.7 twin births per 1,000 in 2023 (memory): chosen so that about 3 % of all pairs of siblings at "
            "home are twins",
            2023,
            "memory",
        ),
    )
    namesake_share: float = setting(
        0.03,
        Real(0, 1),
        "Sons named after their father",
        unit="share of sons at home",
        group=_LOOKALIKES,
        help="Same first name, most often the same surname and address: no one person.",
        source=_NOT_FOUND,
    )
    outsider_share: float = setting(
        0.65,
        Real(0, 1),
        "False links to people outside the dataset",
        unit="share of false links",
        group=_NOISE,
        help="Their identifier is nobody else's, and the truth knows no person. The others repeat an identifier of "
        "somebody in the dataset.",
        source=_NOT_FOUND,
    )
    same_household_false_share: float = setting(
        0.5,
        Real(0, 1),
        "False links that stay at home",
        unit="share of false links to people in the dataset",
        group=_NOISE,
        help="True person in the same household; the others point to a lower-numbered household.",
        source=_NOT_FOUND,
    )
    co_user_share: float = setting(
        0.2,
        Real(0, 1),
        "Accounts shared with a grown child",
        unit="share of true links found without a log-in",
        group=_NOISE,
        help="The identifier is found in two homes, truly in both: as far as a parent or grown child is found among "
        "lower-numbered homes.",
        source=_NOT_FOUND,
    )
    deterministic_error_share: float = setting(
        0.015,
        Real(0, 0.05),
        "Links made by a log-in that are wrong",
        unit="share of links",
        group=_NOISE,
        help="Their confidence says so: 0.957 to 0.999 by default. What a home shares is certain. Mailboxes have a "
        "share of their own, of recycled ones.",
        source=_NOT_FOUND,
    )
    first_seen_days: float = setting(
        4.0,
        Real(0, 30),
        "Days until an identifier is first observed",
        unit="days, mean",
        group=_NOISE,
        help="Of identifiers that live when the window begins, of people of median activity; one of everybody is "
        "observed in the first hour.",
        source=_NOT_FOUND,
    )
