"""What a statistic is called in figures and tables, what it counts, and why it may be off by more than chance."""

from __future__ import annotations

from dataclasses import dataclass

GROUPS = ("households", "people", "identifiers", "records", "engagement", "campaigns", "delivery", "response")
"""What statistics are about, in the order in which reports show them."""

HOMES = "homes are drawn whole, so sizes, ages and incomes are met together and none of them exactly"
PUBLISHED = "the published table is met on top of the configured shares, and does not add up with them exactly"
STEPS = "who lives with a child's father counts as its mother"
SMOOTH = "shares change from age to age, by six points where they do most"
CITIES = "a state's counties are its some dozens of cities, each of one class"
PEOPLE = "one setting among several decides, and the others move it a little"
HABITS = "devices, ages and live events limit what people do and when"
SESSIONS = "the events of a session go together, and age and work move its hour"
EDGES = "sessions, flights and responses that the end of the window cuts are counted as far as they went"
CHOICES = "campaigns are few, and channels take turns"
CROWDS = "sessions have room for two ads of a campaign, so high weights of markets do not show in full"
PLANS = "budgets are planned with fixed tables, and campaigns stop at the midnight before they would spend too much"
FLIGHTS = "people see several ads at a time, and days of the week differ"
WANTS = "the visits and purchases of a person go together"
TAILS = "a few people, or items, make much of it"
LAST_RESORT = "where ten people of a block have thought of the same address, random characters are left"
CO_USERS = "not every link finds a parent or grown child among lower-numbered homes"
CALIBRATION = "confidence is calibrated link by link, whatever the sizes of these groups"
"""Reasons for the slack that a statistic has beyond chance, as what follows "because"."""

_WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip


@dataclass(frozen=True)
class Label:
    """How a statistic is shown.

    Parameters
    ----------
    title : str
    unit : str
        What is counted, in the plural.
    group : str
        One of `GROUPS`.
    because : str
        Why slack is allowed beyond chance.
    value : str
        Unit of a number that is compared; "share" for a part of the units.
    ordered : bool
        Whether the categories have an order of their own (sizes, hours).
    names : mapping of str to str
        Categories as people read them, where they are numbers.
    """

    title: str
    unit: str
    group: str
    because: str = PEOPLE
    value: str = "share"
    ordered: bool = False
    names: tuple[tuple[str, str], ...] = ()

    def named(self, values):
        """Shares by categories as people read them; a number as it is."""
        if not isinstance(values, dict) or not self.names:
            return values
        names = dict(self.names)
        return {names.get(name, name): share for name, share in values.items()}


def label_of(check_id: str) -> Label:
    """The label of a statistic.

    Raises
    ------
    KeyError
        It has none.
    """
    name = check_id.removeprefix("statistics.")
    if name in _LABELS:
        return _LABELS[name]
    family, _, member = name.rpartition("_")
    title, *about = _FAMILIES[family]
    return Label(title.format(member.replace("_", " ")), *about)


_LABELS = {
    "household_size": Label("Household size", "households", "households", HOMES, ordered=True),
    "income_bracket": Label("Income bracket (USD a year)", "households", "households", HOMES, ordered=True),
    "household_type": Label("Household type", "households", "households", HOMES),
    "own_children": Label("Households with own children under 18", "households", "households", HOMES),
    "income_by_type": Label("Income by household type", "households", "households", PUBLISHED, ordered=True),
    "state": Label("State", "households", "households", HOMES),
    "state_alone": Label("States' homes of one person, furthest off", "households", "households", PUBLISHED),
    "state_married": Label("States' married couples, furthest off", "households", "households", PUBLISHED),
    "state_old": Label("States' homes with people of 65 or more, furthest off", "households", "households", PUBLISHED),
    "state_degree": Label("States' bachelor's degrees, furthest off", "people from 25", "people", PUBLISHED),
    "zip3": Label("ZIP3", "households", "households", CITIES),
    "county_size_class": Label("Size of county", "households", "households", CITIES, ordered=True),
    "gender": Label("Gender", "people", "people", HOMES),
    "age_sex": Label("Age and sex", "people", "people", HOMES, ordered=True),
    "education": Label("Education, ages 25 and over", "people", "people", HOMES, ordered=True),
    "employment": Label("Employment, ages 16 and over", "people", "people", HOMES),
    "education_by_age": Label("Education by age", "people", "people", PUBLISHED, ordered=True),
    "employment_by_age": Label("Employment by age", "people", "people", PUBLISHED, ordered=True),
    "living_arrangements": Label("With whom adults live", "adults", "people", PUBLISHED, ordered=True),
    "email_opt_in": Label("People who agree to e-mail advertising", "adults", "people"),
    "ad_tracking_allowed": Label("People who allow ad tracking", "people from 13", "people"),
    "spouse_gap": Label("Years that husbands are older", "couples", "people", HOMES, "years"),
    "spouses_within_2_years": Label("Spouses at most two years apart", "couples", "people", HOMES),
    "husband_3_older": Label("Husbands three or more years older", "couples", "people", HOMES),
    "wife_3_older": Label("Wives three or more years older", "couples", "people", HOMES),
    "step_child": Label("Step between neighbouring ages, living as a child", "adults of 18 to 60", "people", SMOOTH),
    "step_partnered": Label("Step between neighbouring ages, with a partner", "adults of 18 to 60", "people", SMOOTH),
    "step_degree": Label("Step between neighbouring ages, bachelor's degree", "adults of 18 to 60", "people", SMOOTH),
    "partner_degree_low": Label("Partners with a degree, householder without high school", "couples", "people", HOMES),
    "partner_degree_high": Label("Partners with a degree, householder with a graduate one", "couples", "people"),
    "mothers_age": Label("Mother's age at birth", "children", "people", STEPS, ordered=True),
    "homemakers": Label("Homemakers among women over men, 25 to 54", "homemakers", "people", PUBLISHED, "ratio"),
    "twin_pairs": Label("Twins among siblings at home", "pairs of siblings", "people", HOMES),
    "twins": Label("Children born with the sibling before", "pairs of siblings", "people", HOMES),
    "ctv_platform": Label("Platform of connected TVs", "TVs seen", "identifiers"),
    "mobile_platform": Label("Platform of phones", "phone identifiers", "identifiers"),
    "desktop_platform": Label("Platform of computers", "computer cookies", "identifiers"),
    "browser": Label("Browser of cookies", "cookies", "identifiers"),
    "att_status": Label("App tracking permission on iOS", "iOS cookies", "identifiers", ordered=True),
    "email_domain": Label("E-mail domain", "mailboxes", "identifiers"),
    "phones_by_age": Label("The oldest seen with a mobile device", "people", "identifiers"),
    "shared_emails": Label("Adults who share a mailbox", "adults", "identifiers", HOMES),
    "moves": Label("Homes that move in a year", "years of households", "households"),
    "outsiders": Label("False probabilistic links about outsiders", "false links", "identifiers"),
    "co_users": Label("True probabilistic links found in another home", "true links", "identifiers", CO_USERS),
    "recycled_emails": Label("E-mails that belong to somebody else now", "mailboxes", "identifiers"),
    "email_patterns": Label("E-mail addresses in a pattern of names", "addresses", "identifiers", LAST_RESORT),
    "respelt_emails": Label("Gmail addresses in a second spelling", "mailboxes", "identifiers"),
    "probabilistic": Label("Links found without a log-in", "cookies and mobile identifiers", "identifiers"),
    "records_by_system": Label("Records by system", "records", "records"),
    "records_twice": Label("People who are in a system twice", "people in systems", "records"),
    "events_per_person_day": Label(
        "Engagements per person and day", "days of people", "engagement", HABITS, "engagements"
    ),
    "activity_tail": Label("Engagements of the busiest tenth", "people", "engagement", TAILS),
    "content_category": Label("Content category", "engagements", "engagement", HABITS),
    "content_type": Label("Content type", "engagements", "engagement", HABITS),
    "weekdays": Label(
        "Local weekday", "engagements", "engagement", SESSIONS, ordered=True,
        names=tuple((str(day), name) for day, name in enumerate(_WEEKDAYS)),
    ),
    "clicks_on_content": Label("Clicks on content", "engagements", "engagement", EDGES),
    "shares_of_content": Label("Shares of content", "engagements", "engagement", EDGES),
    "one_publisher": Label("Sessions with one publisher", "sessions of two or more views", "engagement", HABITS),
    "first_evening": Label(
        "Sessions of the first hours, over those a week later", "sessions", "engagement", SESSIONS, "ratio"
    ),
    "busy_weeks": Label("Variance over mean of weekly sessions", "busy people", "engagement", TAILS, "ratio"),
    "weekend_desktops": Label(
        "Odds of a desktop, weekends over weekdays", "pairs of sessions in a week", "engagement", HABITS, "ratio"
    ),
    "popularity": Label("First views of the most popular tenth of items", "first views", "engagement", TAILS),
    "live_bursts": Label("Viewers of a live item within the hour", "pairs of sessions", "engagement", TAILS),
    "channel_mix": Label("Channel", "campaigns", "campaigns", CHOICES),
    "objective": Label("Objective", "campaigns", "campaigns", CHOICES),
    "flight_days": Label("Length of flight (days)", "campaigns", "campaigns", CHOICES, ordered=True),
    "budget": Label("Budget over the cost of what can run (%)", "campaigns", "campaigns", CHOICES, ordered=True),
    "holdout_share": Label("Holdout", "eligible households over all campaigns", "campaigns", EDGES),
    "spend": Label("Spend over budget, middle flight", "flights", "delivery", PLANS),
    "search_top": Label("Clicks on top of results over those below", "clicks", "response", FLIGHTS, "ratio"),
    "social_clicks": Label("Chi-square of social clicks per degree", "people", "response", TAILS, "ratio"),
    "dark_markets": Label("Dark markets", "campaigns and markets", "delivery", CROWDS),
    "market_spread": Label("Spread of delivery over markets", "campaigns and markets", "delivery", CROWDS, "sigma"),
    "ramp_up": Label("First day of a flight, of a full day", "impressions of a full day", "delivery", FLIGHTS),
    "wear_out": Label("Clicks in the last third of a flight, over the first", "clicks", "response", EDGES, "ratio"),
    "organic_visits": Label("Visits without a click", "adults", "response", EDGES, "visits per adult"),
    "season": Label(
        "Month of visits", "visits without a click", "response", EDGES, ordered=True,
        names=tuple((str(month), name) for month, name in enumerate(_MONTHS, 1)),
    ),
    "lift": Label("Purchases that ads create", "purchases anyway, at full effect", "response", EDGES),
    "in_market": Label("Visits by people in the market, over everybody's", "visits", "response", WANTS, "ratio"),
    "placebo": Label(
        "Purchases of people held out, over those of others without an ad", "purchases of people held out", "response",
        WANTS, "ratio",
    ),
    "own_hours": Label("Later steps from one to five in the night", "steps on a later day", "response", EDGES),
    "click_to_visit": Label("Clicks that become a site visit", "clicks", "response", EDGES),
    "visit_to_sign_up": Label("Visits that become a sign-up", "site visits", "response", EDGES),
    "visit_to_cart": Label("Visits that fill a cart", "site visits", "response", EDGES),
    "cart_to_purchase": Label("Carts that become a purchase", "carts", "response", EDGES),
    "sign_up_lag": Label("Time from visit to sign-up", "sign-ups", "response", EDGES, ordered=True),
    "purchase_lag": Label("Time from visit to purchase", "purchases", "response", EDGES, ordered=True),
    "basket_median": Label("Median value of a purchase", "purchases", "response", EDGES, "USD"),
    "basket_value": Label("Value of a purchase (USD, fifths)", "purchases", "response", EDGES, ordered=True),
}  # fmt: skip

_FAMILIES = {
    "confidence": ("True links among those of confidence .{} on", "links", "identifiers", CALIBRATION),
    "records_empty": ("Records without {}", "records", "records"),
    "records_empty_birth": ("Records without birth {}", "records", "records"),
    "records_empty_address": ("Records without address {}", "records", "records"),
    "records_wrong": ("Records with a wrong {}", "records with one", "records"),
    "records_wrong_birth": ("Records with a wrong birth {}", "records with one", "records"),
    "hours": ("Local hour on weekdays, {}", "engagements", "engagement", SESSIONS, "share", True),
    "hours_weekend": ("Local hour on weekends, {}", "engagements", "engagement", SESSIONS, "share", True),
    "view_ends": ("Where views end, {}", "views", "engagement", EDGES, "share", True),
    "viewable": ("Viewable impressions, {}", "impressions", "delivery", EDGES),
    "complete": ("Ads played to the end, {}", "impressions", "delivery", EDGES),
    "clicks": ("Click-through rate, {}", "impressions", "response", EDGES),
}
"""Statistics that differ in their last word alone."""
