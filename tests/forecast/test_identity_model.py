"""The model of identifiers: every dial moves the types it is about, in the plot and in the estimate alike."""

from __future__ import annotations

from datetime import date

import pytest

from idgraph_widgets.config import GenerationConfig, SizeDistribution
from idgraph_widgets.config.browsers import ON_PLATFORM, browsers_by_device
from idgraph_widgets.config.identity import BROWSERS, DESKTOP_PLATFORMS
from idgraph_widgets.config.walking import walk
from idgraph_widgets.forecast import estimate, identifiers_per_household
from idgraph_widgets.studio.expected import cards
from idgraph_widgets.studio.paths import read, write
from idgraph_widgets.studio.session import WizardStep

pytestmark = pytest.mark.quick

IDENTITY = "demographics_config.identity_mappings"
MAIL = {"email", "hashed_email", "uid2_like"}
COOKIES = {"first_party_cookie", "third_party_cookie"}
ALL = {*MAIL, *COOKIES, "phone", "hashed_phone", "mobile_ad_id", "ctv_id", "ip_address"}

DIALS = [
    # What is moved, to where, and the types whose number that changes.
    (f"{IDENTITY}.smartphone_ownership", {"13-17": 0.5, "18-29": 0.9, "30-49": 0.7, "50-64": 0.5, "65+": 0.3},
     ALL - {"ctv_id", "ip_address"}),
    (f"{IDENTITY}.ios_share", 0.1, {*COOKIES, "mobile_ad_id"}),
    (f"{IDENTITY}.personal_computer_share", 0.1, COOKIES),
    (f"{IDENTITY}.shared_desktop_share", 1.0, COOKIES),
    (f"{IDENTITY}.shared_tablet_share", 1.0, {"mobile_ad_id"}),
    (f"{IDENTITY}.ctv_home_share", 0.3, {"ctv_id"}),
    (f"{IDENTITY}.ctv_devices_per_home", 4.0, {"ctv_id"}),
    (f"{IDENTITY}.ctv_platform_shares", {"roku": 1.0}, set()),
    (f"{IDENTITY}.desktop_platform_shares", {"macos": 0.9, "windows": 0.1}, COOKIES),
    (f"{IDENTITY}.browser_shares", {"chrome": 0.5, "safari": 0.1, "firefox": 0.4}, COOKIES),
    (f"{IDENTITY}.cookie_lifetime_days", 20.0, COOKIES),
    (f"{IDENTITY}.safari_cookie_days", 1.0, {"first_party_cookie"}),
    (f"{IDENTITY}.emails_per_adult", 4.0, {"email", "hashed_email"}),
    (f"{IDENTITY}.email_domain_shares", {"yahoo.example": 1.0}, {"email"}),
    (f"{IDENTITY}.shared_email_share", 0.5, MAIL),
    (f"{IDENTITY}.recycled_email_share", 0.5, {"hashed_email"}),
    (f"{IDENTITY}.email_variant_share", 1.0, {"email"}),
    (f"{IDENTITY}.email_opt_in_share", 0.1, set()),
    (f"{IDENTITY}.att_shares", {"authorized": 0.9, "denied": 0.1}, {"mobile_ad_id"}),
    (f"{IDENTITY}.android_opt_out_share", 0.8, {"mobile_ad_id"}),
    (f"{IDENTITY}.opt_out_per_90_days", 0.9, set()),
    (f"{IDENTITY}.moves_per_year", 0.5, {"ip_address"}),
    (f"{IDENTITY}.phone_life_days", 365, {"mobile_ad_id"}),
    (f"{IDENTITY}.mailbox_churn_per_90_days", 0.5, {"email", "hashed_email"}),
    (f"{IDENTITY}.home_ip_rotation_days", 10.0, {"ip_address"}),
    (f"{IDENTITY}.public_ip_share", 0.6, {"ip_address"}),
    (f"{IDENTITY}.public_ip_pool_size", 100, set()),
    (f"{IDENTITY}.hot_ip_share", 0.9, set()),
    (f"{IDENTITY}.observation_shares", 0.9, ALL),
    (f"{IDENTITY}.probabilistic_share", 1.0, set()),
    (f"{IDENTITY}.probabilistic_confidence", {"alpha": 1.0, "beta": 9.0}, set()),
    (f"{IDENTITY}.typo_share", 1.0, {"hashed_email"}),
    (f"{IDENTITY}.hash_variant_share", 0.5, {"hashed_email"}),
    (f"{IDENTITY}.twin_share", 1.0, set()),
    (f"{IDENTITY}.namesake_share", 1.0, set()),
    (f"{IDENTITY}.same_household_false_share", 1.0, set()),
    (f"{IDENTITY}.outsider_share", 0.0, set()),
    (f"{IDENTITY}.co_user_share", 1.0, set()),
    (f"{IDENTITY}.deterministic_error_share", 0.05, set()),
    (f"{IDENTITY}.first_seen_days", 30.0, ALL),
    ("demographics_config.age_range", (18, 90), ALL - {"ctv_id"}),
    ("household_config.size_distribution", SizeDistribution(mean=3.4, std_dev=1.6), ALL),
    ("end_date", date(2025, 9, 30), ALL),
]  # fmt: skip


def moved(path: str, value) -> GenerationConfig:
    """The defaults with one dial moved."""
    config = GenerationConfig()
    if path.endswith("observation_shares"):
        value = dict.fromkeys(read(config, path), value)
    write(config, path, value)
    config.check()
    return config


def drawn(config: GenerationConfig) -> dict[str, float]:
    """The bars of the studio's plot of identifiers, in the order of the types."""
    (card,) = [card for card in cards(WizardStep.IDENTITY_GRAPH) if card.key == "identifiers"]
    return dict(zip(identifiers_per_household(config), card.draw(config, {}).figure["data"][0]["x"], strict=True))


def test_every_dial_of_the_identity_graph_is_moved():
    dials = {f"{IDENTITY}.{path}" for path, *_ in walk(GenerationConfig().demographics_config.identity_mappings)}
    assert {path for path, *_ in DIALS if path.startswith(IDENTITY)} == dials


@pytest.mark.parametrize(("path", "value", "types"), DIALS, ids=[dial[0].rpartition(".")[2] for dial in DIALS])
def test_a_dial_moves_its_types_in_plot_and_estimate(path, value, types):
    config, before = moved(path, value), drawn(GenerationConfig())
    after = drawn(config)
    assert {name for name in after if abs(after[name] / before[name] - 1) > 1e-5} == types
    rows = estimate(config).tables["identity_mappings"].rows
    assert sum(after.values()) * config.household_config.num_households == pytest.approx(rows, rel=1e-4)


def test_ways_to_hash_an_address_lift_the_hashes_alone():
    before, after = drawn(GenerationConfig()), drawn(moved(f"{IDENTITY}.hash_variant_share", 0.5))
    assert after["hashed_email"] > 2 * before["hashed_email"]
    assert {name: n for name, n in after.items() if name != "hashed_email"} == {
        name: n for name, n in before.items() if name != "hashed_email"
    }


def test_browsers_are_fitted_as_the_population_is():
    import numpy as np

    from idgraph_widgets.population import rake

    identity = GenerationConfig().demographics_config.identity_mappings
    phones = np.array([identity.ios_share, 1 - identity.ios_share])
    computers = np.array([identity.desktop_platform_shares[name] for name in DESKTOP_PLATFORMS])
    wanted = np.array([identity.browser_shares[name] for name in BROWSERS])
    seed = np.array([ON_PLATFORM[name] for name in ("ios", "android", *DESKTOP_PLATFORMS)])
    table = rake(seed, np.concatenate([phones, computers]), wanted)
    on_phones, on_computers = browsers_by_device(identity)
    assert [*on_phones.values()] == pytest.approx(phones @ table[:2], abs=1e-6)
    assert [*on_computers.values()] == pytest.approx(computers @ table[2:], abs=1e-6)
