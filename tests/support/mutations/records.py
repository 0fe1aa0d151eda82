"""Mutations of source_records and truth_records; see `mutation`."""

from __future__ import annotations

from support.mutations.mutation import DAY, moved, mutation

_NAMED = "record_id in (select t.record_id from {{truth_records}} t where t.corrupted_columns = '{}')"
_CLEAN = _NAMED.format("")
_TWICE = (
    "record_id in (select min(t.record_id) from {truth_records} t join {source_records} r"
    " on t.record_id = r.record_id group by t.true_individual_id, r.source_system having count(*) = 2)"
)

RECORDS = [
    mutation("structure.truth_records.every_record", "truth_records", "corrupted_columns = 'birth_date'", how="remove"),
    mutation("structure.truth_records.record_fk", "source_records", _CLEAN, how="remove"),
    mutation(
        "structure.truth_records.individual_fk",
        "truth_records",
        true_individual_id="(select max(i.individual_id) + 16 from {individuals} i)",
    ),
    mutation(
        "records.adults",
        "truth_records",
        true_individual_id="(select min(i.individual_id) from {individuals} i where i.age < 18)",
        also=("records.provenance", "records.state"),
    ),
    mutation("records.state", "source_records", "state <> 'WY'", state="'WY'"),
    mutation("records.email_reserved", "source_records", "email is not null", email="'a@example.com'"),
    mutation("records.phone_reserved", "source_records", "phone is not null", phone="'+12025550123'"),
    mutation("records.updated_in_lookback", "source_records", updated_ts=moved("updated_ts", 28 * DAY)),
    mutation(
        "records.sure_cell",
        "source_records",
        "source_system = 'web_signup'",
        email="cast(null as string)",
        also=("records.empty_cells",),
    ),
    mutation(
        "records.place_whole",
        "source_records",
        "source_system = 'crm' and address_line is not null",
        address_line="cast(null as string)",
        also=("records.empty_cells",),
    ),
    mutation("records.corrupted_names", "truth_records", "corrupted_columns = ''", corrupted_columns="'state'"),
    mutation("records.provenance", "source_records", _CLEAN, first_name="concat(first_name, 'x')"),
    mutation(
        "records.empty_cells",
        "truth_records",
        "corrupted_columns = 'phone' and record_id in"
        " (select r.record_id from {source_records} r where r.phone is null)",
        corrupted_columns="''",
    ),
    mutation(
        "records.two_per_system", "truth_records", _TWICE, how="add", also=("structure.truth_records.key_unique",)
    ),
]
