"""How to distort whole columns of a dataset, or what was asked for, and which statistics must then be off target."""

from __future__ import annotations

ALIKE = {
    "individuals": {
        "education": "case when role = 'householder' then case when pmod(household_id, 2) = 0 then 'graduate'"
        " else 'less_than_high_school' end when pmod(household_id, 2) = 0 then 'high_school' else 'bachelors' end",
        "employment_status": "case when age between 25 and 54 then case when pmod(individual_id, 5) = 0"
        " then 'homemaker' else 'employed_full_time' end else employment_status end",
    }
}
PEOPLE = {
    "households": {
        "household_size": "case when household_size < 3 then 7 else household_size end",
        "household_type": "'living_alone'",
        "income_bracket": "case when pmod(household_id, 3) = 0 then '<30K' else '150K+' end",
        "has_children": "true",
        "state": "'CA'",
        "county_size_class": "'under_50k'",
        "zip3": "'900'",
    },
    "household_moves": {"city": "null"},
    "individuals": {
        "gender": "case when person_number = 1 then 'male' when person_number = 2 then 'female' else gender end",
        "age": "case when role = 'spouse' then 18 else pmod(individual_id, 100) end",
        "education": "case when pmod(individual_id, 2) = 0 then 'graduate' else 'high_school' end",
        "employment_status": "'unemployed'",
        "email_opt_in": "false",
        "ad_tracking_allowed": "true",
    },
}
WIVES = {
    "individuals": {
        "gender": "case when person_number = 1 then 'female' when person_number = 2 then 'male' else gender end",
        "age": "case when person_number = 1 then 60 when role = 'spouse' then 20 else age end",
    }
}
GRAPH = {
    "identity_mappings": {
        "platform": "case when device_type = 'ctv' then 'roku' else platform end",
        "identifier_value": "case when identifier_type = 'email' then concat(individual_id, '@gmail.example')"
        " else identifier_value end",
        "att_status": "case when att_status is not null then 'authorized' end",
        "confidence": "case when pmod(xxhash64(mapping_id), 2) = 0 then pmod(xxhash64(mapping_id, 1), 10)"
        " * 1000 + 500 else 9000 + pmod(xxhash64(mapping_id, 2), 10) * 100 + 50 end / double(10000)",
        "device_type": "case when pmod(individual_id, 5) = 0 then 'mobile' else device_type end",
    },
    "individuals": {"age": "case when pmod(individual_id, 5) = 0 then 70 else 40 end"},
    "truth_identity": {
        # Those whose confidence is raised above.
        "true_individual_id": "case when pmod(xxhash64(mapping_id), 2) = 0 then true_individual_id end",
        "relation": "case when relation in ('outsider', 'co_user') then 'stranger' else relation end",
    },
}
RECORDS = {
    "source_records": {
        "source_system": "'crm'",
        "email": "null",
        "phone": "null",
        "birth_date": "null",
        "address_line": "null",
    }
}
ERRORS = {
    "truth_records": {"corrupted_columns": "''"},
    "truth_identity": {"relation": "'owner'"},
    "identity_mappings": {
        "is_shared": "false",
        "identifier_value": "case when identifier_type = 'email' then concat('a.b', mapping_id, '@gmail.example')"
        " else identifier_value end",
    },
    "individuals": {"birth_date": "date_add(birth_date, person_number)"},
}
ENGAGEMENT = {
    "content_engagements": {
        "individual_id": "case when pmod(engagement_id, 2) = 0 then -1L"
        " else individual_id - pmod(individual_id, 80) + 17 end",
        "content_category": "'Travel'",
        "content_type": "case when content_type = 'live' then 'live' else 'game' end",
        "content_id": "case when content_type = 'live' then content_id else pmod(session_id, 20) end",
        "engagement_type": "case when pmod(engagement_id, 2) = 0 then 'click' when pmod(engagement_id, 3) = 0"
        " then 'share' else 'complete' end",
        "engagement_ts": "timestamp_micros(unix_micros(engagement_ts) -"
        " pmod(unix_micros(engagement_ts), 604800000000)"
        " + case when content_type = 'live' then pmod(xxhash64(session_id), 604800000000) else 1000000 end)",
    }
}
SESSIONS = {
    "content_engagements": {
        "engagement_ts": "timestamp_micros(1735689600000000 + pmod(xxhash64(session_id), 7776000000000))",
        "device_type": "case when pmod(xxhash64(session_id), 3) = 0 then 'desktop' when device_type = 'desktop'"
        " then 'mobile' else device_type end",
        "publisher": "concat('publisher ', pmod(engagement_id, 50))",
        "completion_rate": "case when completion_rate < 1 then 0.4 else 0.9 end",
    }
}
"""Sessions anywhere in the window, on a desktop as often on every day, with a publisher for every event."""

ADS = {
    "campaigns": {"channel": "channel"},
    "campaign_exposures": {"is_viewable": "false", "completion_rate": "0.5"},
    "response_events": {
        "response_ts": "case when response_type = 'purchase' then timestamp_micros(unix_micros(response_ts) +"
        " 1728000000000) when response_type = 'sign_up' then timestamp_micros(unix_micros(response_ts) +"
        " 1728000000000) else response_ts end",
        "revenue": "case when response_type = 'purchase' then revenue * 20 end",
    },
}
# What was asked for may be wrong as well as what is found.
ASKED = {
    "click_through_rates": {"search": 0.3, "social": 0.1, "display": 0.1, "video": 0.1, "audio": 0.3, "email": 0.2},
    "click_to_visit": 0.05,
    "visit_to_sign_up": 0.6,
    "visit_to_cart": 0.8,
    "cart_to_purchase": 0.95,
    "ramp_up_days": 10,
    "wear_out": 1.5,
    "click_readiness_sigma": 0.0,
    "holdout_share": 0.4,
    "organic_visits_per_person_90_days": 0.5,
    "ad_lift": 0.0,
}
JANUARY = {"response_events": {"response_ts": "timestamp_micros(1735776000000000 + pmod(response_id, 1000000000))"}}
ONE_CHANNEL = {"campaigns": {"channel": "'ctv'"}}

HELD_OUT = {
    # Two people, one of them held out; who is held out buys.
    "audience_attributes": {"individual_id": "case when pmod(xxhash64(attribute_id), 2) = 0 then 17L else 33L end"},
    "campaign_holdouts": {"household_id": "1"},
    "response_events": {"individual_id": "17L"},
}
NIGHTS = {
    # Four in the morning in the east, one in the west.
    "response_events": {
        "response_ts": "case when response_type in ('site_visit', 'click') then response_ts else"
        " timestamp_micros(unix_micros(response_ts) - pmod(unix_micros(response_ts), 86400000000) + 32400000000) end"
    }
}
EMPTY_EVENING = {
    "content_engagements": {
        "engagement_ts": "case when unix_micros(engagement_ts) < 1735707600000000"
        " then timestamp_micros(unix_micros(engagement_ts) + 43200000000) else engagement_ts end"
    }
}
STRANGERS = {"audience_attributes": {"individual_id": "individual_id + 16"}}

DELIVERY = {
    "campaign_exposures": {
        "placement": "case when placement = 'search_top' then 'search_bottom' when placement = 'search_bottom'"
        " then 'search_top' else placement end",
        "cost": "cast(cost / 20 as decimal(18,6))",
        # Clicks of everybody, dealt to a few hundred people at random.
        "individual_id": "17 + 16 * pmod(xxhash64(exposure_id), 400)",
    },
    "households": {"market_code": "concat('market ', pmod(xxhash64(household_id), 40))"},
}
"""Search results upside down, nearly free ads, people who click alike, and markets that are none."""

TERMS = {
    "campaigns": {
        "objective": "'awareness'",
        "end_date": "date_add(start_date, 14)",
        "budget_per_1000_households": "0.01",
    }
}

BROKEN = {
    "people": (
        PEOPLE,
        (
            "moves household_size household_type income_bracket own_children income_by_type state county_size_class"
            " gender education employment email_opt_in ad_tracking_allowed age_sex education_by_age"
            " employment_by_age living_arrangements step_child step_partnered step_degree spouse_gap"
            " spouses_within_2_years husband_3_older state_alone state_married state_degree zip3"
        ),
    ),
    "alike": (ALIKE, "partner_degree_low partner_degree_high homemakers education education_by_age employment"),
    "wives": (WIVES, "wife_3_older spouse_gap state_old mothers_age"),
    "graph": (
        GRAPH,
        "ctv_platform email_domain phones_by_age att_status outsiders co_users "
        + " ".join(f"confidence_{low:02d}" for low in (*range(0, 90, 10), *range(90, 100))),
    ),
    "records": (
        RECORDS,
        (
            "records_by_system records_twice records_empty_email records_empty_phone records_empty_birth_date"
            " records_empty_address_line"
        ),
    ),
    "errors": (
        ERRORS,
        (
            "records_wrong_birth_date records_wrong_email shared_emails recycled_emails respelt_emails email_patterns"
            " twins twin_pairs"
        ),
    ),
    "engagement": (
        ENGAGEMENT,
        (
            "events_per_person_day activity_tail content_category content_type hours_mobile hours_desktop"
            " hours_tv weekdays clicks_on_content shares_of_content popularity live_bursts"
        ),
    ),
    "sessions": (
        SESSIONS,
        (
            "hours_weekend_mobile hours_weekend_desktop hours_weekend_tv one_publisher busy_weeks weekend_desktops"
            " view_ends_article view_ends_video view_ends_live view_ends_audio view_ends_game"
        ),
    ),
    "ads": (
        ADS,
        (
            "viewable_search viewable_social viewable_display viewable_video viewable_ctv viewable_audio"
            " viewable_email complete_video complete_ctv complete_audio sign_up_lag purchase_lag basket_median"
            " basket_value"
        ),
    ),
    "asked": (
        {},
        (
            "clicks_search clicks_social clicks_display clicks_video clicks_audio clicks_email click_to_visit"
            " visit_to_sign_up visit_to_cart cart_to_purchase ramp_up wear_out holdout_share organic_visits"
            " lift"
        ),
    ),
    "delivery": (DELIVERY, "search_top spend social_clicks dark_markets market_spread"),
    "january": (JANUARY, "season"),
    "held_out": (HELD_OUT, "placebo"),
    "strangers": (STRANGERS, "in_market"),
    "nights": (NIGHTS, "own_hours"),
    "empty_evening": (EMPTY_EVENING, "first_evening"),
    "one_channel": (ONE_CHANNEL, "channel_mix"),
    "terms": (TERMS, "objective flight_days budget"),
}

NOT_JUDGED = ("mobile_platform", "desktop_platform", "browser", "probabilistic")
"""Statistics that are shown without a verdict."""
