"""What must never happen, row by row: which tests show it, and how often before a release."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Row:
    """One line of the table.

    harness   files of tests, or single tests, as pytest takes them
    planted   the tests that show that the harness finds a defect planted for it; most harnesses
              hold theirs within a test of their own
    release   the numbers of a release, as the harness reads them from its environment; without
              them ``make test`` runs its small number
    command   what else belongs to the row, and is run beside the tests
    """

    number: int
    name: str
    passes: str
    harness: tuple[str, ...]
    planted: tuple[str, ...] = ()
    release: dict[str, str] = field(default_factory=dict)
    command: str = ""


ROWS = (
    Row(
        1, "kill -9 of the server under saves", "0 acknowledged saves lost, 0 orphan links",
        ("tests/durability/test_kills.py", "tests/durability/test_postgresql_kills.py",
         "tests/durability/test_workers.py"),
        ("tests/durability/test_kills.py::test_what_was_acknowledged_outlives_the_server",
         "tests/durability/test_postgresql_kills.py"
         "::test_the_harness_finds_a_database_that_does_not_wait_for_the_disk"),
        {"REDOGOR_KILLS": "1000", "REDOGOR_POSTGRESQL_KILLS": "300"},
    ),
    Row(
        2, "20 people edit one submission", "0 of 1,000 saves lost; every stale save is told",
        ("tests/durability/test_many_people.py", "tests/durability/test_one_list.py",
         "tests/durability/test_one_table.py", "tests/durability/test_together.py"),
        ("tests/durability/test_many_people.py::test_a_thousand_saves_by_twenty_people",),
        {"REDOGOR_ROUNDS": "20"},
    ),
    Row(
        3, "role × route × state × ownership", "every cell; an undeclared route fails",
        ("tests/test_permissions.py", "tests/rounds/test_rights.py"),
        ("tests/test_permissions.py::test_the_walk_finds_a_planted_hole",
         "tests/test_permissions.py::test_the_walk_finds_a_planted_open_door"),
    ),
    Row(
        4, "races of approving", "exactly one approval, its hash that of the frozen record",
        ("tests/test_approve_races.py", "tests/test_step_races.py", "tests/rounds/test_races.py",
         "tests/surveys/test_races.py"),
        ("tests/test_approve_races.py::test_the_harness_finds_approval_without_a_lock",
         "tests/test_approve_races.py::test_the_harness_finds_approval_of_what_was_not_shown",
         "tests/test_step_races.py::test_the_harness_finds_a_planted_defect",
         "tests/rounds/test_races.py::test_the_harness_finds_a_planted_defect"),
        {"REDOGOR_RACES": "500"},
    ),
    Row(
        5, "the export is what was approved", "text read back from the PDF equals the record",
        ("tests/export/test_generated.py",),
        ("tests/export/test_generated.py::test_what_was_changed_on_its_way_is_found",),
        release={"REDOGOR_GENERATED": "1000"},
    ),
    Row(
        6, "the workflow as a state machine", "0 violations",
        ("tests/test_state_machine.py", "tests/rounds/test_life.py"),
        ("tests/test_state_machine.py::test_the_machine_finds_a_planted_defect",
         "tests/rounds/test_life.py::test_the_machine_finds_a_planted_defect"),
        {"REDOGOR_STEPS": "100000"},
    ),
    Row(
        7, "a browser types, goes back, loses session and network", "0 characters lost",
        ("tests/browser/test_nothing_lost.py",),
        ("tests/browser/test_nothing_lost.py::test_a_planted_loss_is_found",),
        {"REDOGOR_ROUNDS": "20"},
    ),
    Row(
        8, "a sync per acknowledged save; a full disk", "never a false \"sparat\"",
        ("tests/durability/test_syncs.py", "tests/durability/test_full_disk.py",
         "tests/durability/test_fault_points.py", "tests/durability/test_small_disk.py"),
        ("tests/durability/test_syncs.py"
         "::test_the_harness_tells_a_database_that_syncs_from_one_that_does_not",
         "tests/durability/test_fault_points.py"
         "::test_the_harness_finds_a_server_that_answers_before_it_has_saved"),
        {"REDOGOR_FAULTS": "200"},
    ),
    Row(
        9, "tampering with the audit chain", "300 of 300 found",
        ("tests/test_audit.py", "tests/test_tampering.py"),
        ("tests/test_tampering.py::test_random_tampering_is_always_found",),
    ),
    Row(
        10, "backup under load, restore, damaged backups", "20/20 equal, 20/20 damaged refused",
        ("tests/durability/test_backup_under_load.py", "tests/durability/test_damaged_backups.py",
         "tests/durability/test_restore_elsewhere.py", "tests/durability/test_doctor.py"),
        ("tests/durability/test_backup_under_load.py"
         "::test_every_backup_is_whole_and_holds_what_was_acknowledged",),
        {"REDOGOR_BACKUPS": "20"},
    ),
    Row(
        11, "uploads: cut off, hostile names and contents, 25 MB ± 1",
        "0 rows, 0 files, never 2xx for a cut one",
        ("tests/bad_input", "tests/word/test_hostile.py", "tests/export/test_containers.py"),
        ("tests/bad_input/test_cut_off.py::test_an_upload_that_is_cut_off_leaves_nothing",),
        {"REDOGOR_CUTS": "50"},
    ),
    Row(
        12, "hostile texts in every field, on every page after",
        "0 executed, 0 fetched, 0 changed",
        ("tests/hostile", "tests/browser/test_hostile_texts.py",
         "tests/rounds/test_result_files.py", "tests/export/test_sheet_writing.py"),
        ("tests/hostile/test_everywhere.py"
         "::test_the_look_finds_a_template_that_forgets_to_escape",
         "tests/hostile/test_everywhere.py::test_the_look_finds_a_template_that_reckons"),
        {"REDOGOR_HOSTILE": "20"},
    ),
    Row(
        13, "migrations up and down with rows, both databases", "head equals models",
        ("tests/test_migrations.py",),
    ),
    Row(
        14, "fuzzing of specifications, answers and the API", "0 × 500",
        ("tests/test_fuzzing.py", "tests/core/test_properties.py", "tests/test_openapi.py"),
        ("tests/test_fuzzing.py::test_a_planted_error_is_found",),
        {"REDOGOR_FUZZED": "1000"},
    ),
    Row(
        15, "axe, sessions and sign-in",
        "planted defects found; locked after 10 tries; medians less than 5 ms apart",
        ("tests/browser/test_accessibility.py", "tests/test_sign_in.py", "tests/test_headers.py",
         "tests/torture/sign_in_timing.py"),
        ("tests/browser/test_accessibility.py::test_axe_finds_a_planted_defect",
         "tests/browser/test_accessibility.py::test_the_silent_look_finds_planted_defects",
         "tests/torture/sign_in_timing.py"
         "::test_the_clock_finds_accounts_whose_hash_is_cheaper_than_nobody_s"),
        {"REDOGOR_TIMED": "200"},
    ),
)  # fmt: skip
