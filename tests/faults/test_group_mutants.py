"""What is broken on purpose in groups is caught."""

from collections.abc import Callable

import pytest

from tests.faults.faults import FAULTS
from tests.faults.mutants import groups as mutants
from tests.faults.mutants import hiding as of_hiding
from tests.faults.mutants import revising as of_revising
from tests.faults.mutants import rights as of_rights
from tests.faults.mutants import running_groups as of_running
from tests.faults.mutants import signalling as of_signals
from tests.faults.mutants.registry import Mutation
from tests.faults.runner import Runner
from tests.faults.scenarios import GROUP_SCENARIOS
from tests.races import groups as races
from tests.races import handing_over, rights, rosters, signalling
from tests.races.platform import Platform
from tests.races.playing import Directions, Played, play, play_until_told
from tests.races.stage import Stage
from tests.support import tally
from tests.support.engines import fresh_tables, moto_engine

pytestmark = pytest.mark.usefixtures("roles_of_anything")

BY_FAULTS: list[tuple[Mutation, str]] = [
    (mutants.own_messages_are_not_noted, "message to a group, of someone with two devices"),
    (mutants.a_retry_takes_a_head_for_a_note, "retry of a message to a group that another has overtaken"),
    (mutants.pages_ignore_the_join_point, "everything of someone who has come back"),
    (mutants.pages_go_on_after_a_removal, "remove, and pages of who was removed"),
    (mutants.who_is_removed_stays_in_the_roster, "remove from a group with a roster"),
    (mutants.members_are_counted_as_often_as_a_change_is_sent, "add"),
    (mutants.settled_own_messages_are_forgotten, "message that settles own seqs"),
    (
        mutants.a_clear_forgets_the_own_messages_that_are_left,
        "clear of a part of a group with own seqs told by a number",
    ),
    (mutants.a_group_is_cleared_beyond_its_head, "clear of a group beyond its head"),
    (mutants.retention_clears_all_of_a_group, "history of a group to the end of retention"),
    (mutants.changes_of_membership_are_counted, "add"),
    (mutants.own_messages_that_are_passed_are_not_noted, "retry of a message to a group that another has overtaken"),
    (mutants.whoever_is_added_is_not_told, "create"),
    (
        of_rights.changes_that_are_passed_are_applied_backwards,
        "message that passes an add and a remove of the same people",
    ),
    (of_rights.an_add_clears_nothing, "add"),
    (of_rights.former_members_count_on, "leave"),
    (of_rights.the_head_has_the_number_before_it, "first message of a group"),
    (of_hiding.pages_of_groups_show_all, "messages are hidden"),
    (of_hiding.hidden_messages_mention, "messages are hidden"),
    (of_running.a_late_mute_silences_again, "late retry of mute after its end"),
    (of_running.mutes_that_are_not_applied_are_ignored, "message of somebody whose mute is not applied"),
    (of_running.mutes_of_all_hold_for_nobody, "mute of all but owner and admins, and its end"),
    (of_running.an_end_that_is_not_applied_is_ignored, "message to a group whose end is not applied"),
    (of_running.members_outlive_their_group, "login after dissolve of somebody who was away"),
    (of_running.a_group_outlives_its_last_member, "leave of the last member"),
    (of_running.a_late_name_replaces_a_newer_one, "late retry of describe after another"),
    (of_running.whoever_is_added_asks_on, "add of somebody who asks"),
    (of_running.a_refusal_concerns_members_too, "refuse"),
    (
        of_running.an_approval_ignores_who_is_blocked,
        "approve of somebody whom the owner has blocked, and of somebody who does not ask",
    ),
    (
        of_running.an_approval_may_miss_a_new_block,
        "approve of somebody whom the owner has blocked, and of somebody who does not ask",
    ),
    (
        of_running.an_approval_admits_anybody,
        "approve of somebody whom the owner has blocked, and of somebody who does not ask",
    ),
    (of_revising.groups_list_nothing_as_recalled, "recall of a message with mentions"),
    (of_revising.what_a_groups_message_passes_is_not_recalled, "message that passes recall whose author died"),
    (of_revising.what_an_edit_leaves_out_is_still_a_mention, "edit of a message with mentions"),
    (of_revising.what_an_edit_leaves_out_still_mentions_all, "edit of a message with mentions"),
    (of_revising.fan_outs_push_what_was_recalled, "recall while the fan-out of the message waits"),
    (of_revising.fan_outs_push_what_was_recalled, "recall while the fan-out from the roster waits"),
    (of_revising.members_recall_what_others_have_said, "recall and edit of what somebody else has written"),
    (of_signals.everybody_is_a_member, "a removal, and signals"),
    (of_signals.who_was_online_is_used_whoever_has_left, "a removal, and signals"),
]
BY_RACES: list[tuple[Mutation, Directions]] = [
    (of_signals.everybody_is_a_member, signalling.signals_and_a_removal),
    (mutants.a_fan_out_forgets_when_people_joined, races.a_message_and_an_add),
    (mutants.an_older_hand_over_takes_a_group_back, handing_over.a_late_hand_over_and_the_heirs),
    (mutants.rows_of_members_say_who_owns_a_group, handing_over.two_hand_overs),
    (of_rights.rights_are_judged_by_rows_alone, races.a_message_and_a_remove),
    (of_rights.rights_are_judged_once, rights.an_add_and_a_demotion_of_the_admin),
    (of_rights.a_head_is_raised_past_changes_that_are_not_applied, rights.a_message_that_passes_a_removal),
    (of_rights.a_denial_does_not_ask_what_was_said_before, rights.a_message_on_two_connections_and_a_removal),
    (of_rights.what_has_its_place_is_judged_again, rights.a_retry_of_what_was_said_before_a_removal),
    (of_rights.a_candidate_forgets_the_last_change, races.a_message_and_a_remove),
    (of_rights.the_head_alone_is_raised, rights.a_message_and_a_removal_between_two_others),
    (of_rights.a_message_is_judged_when_it_has_its_place, races.a_message_and_a_remove),
    (of_rights.a_move_keeps_the_last_change_of_the_candidate, races.a_message_and_a_remove),
    (
        of_rights.a_change_is_applied_before_those_before_it,
        rights.a_message_and_a_removal_of_somebody_whose_add_is_not_applied,
    ),
]
# Devices heal these when they read on: what they were told at first was wrong.
AT_ONCE: list[tuple[Mutation, Directions]] = [
    (mutants.the_head_is_raised_before_own_is_noted, races.an_own_message_and_a_login_on_another_device),
    (mutants.heads_are_read_after_counters_at_login, races.an_own_message_and_a_login_on_another_device),
    (mutants.the_fan_out_is_queued_before_the_head_is_raised, races.a_message_its_fan_out_and_a_login),
    (mutants.login_reads_heads_before_it_registers, races.a_message_and_a_login),
    (mutants.the_roster_is_entered_after_heads_are_read, rosters.a_message_and_a_login_with_a_roster),
]


@pytest.mark.parametrize(("mutation", "name"), BY_FAULTS, ids=[mutation.__name__ for mutation, _ in BY_FAULTS])
def test_a_broken_group_is_caught(
    runner: Runner, monkeypatch: pytest.MonkeyPatch, mutation: Mutation, name: str
) -> None:
    (scenario,) = (scenario for scenario in GROUP_SCENARIOS if scenario.name == f"group: {name}")
    mutation(monkeypatch)
    results = (runner.anew().run(scenario, fault, until_caught=True) for fault in FAULTS)
    caught = any(result.violations for result in results)
    tally.record("faults", f"mutation {mutation.__name__}", mutations_caught=int(caught))
    assert caught


@pytest.mark.parametrize(("mutation", "race"), BY_RACES, ids=[mutation.__name__ for mutation, _ in BY_RACES])
def test_some_order_shows_that_a_group_is_broken(
    monkeypatch: pytest.MonkeyPatch, mutation: Mutation, race: Directions
) -> None:
    mutation(monkeypatch)
    _accept(mutation, _on_a_stage(monkeypatch, race, play))


@pytest.mark.parametrize(("mutation", "race"), AT_ONCE, ids=[mutation.__name__ for mutation, _ in AT_ONCE])
def test_some_order_tells_a_device_something_wrong(
    monkeypatch: pytest.MonkeyPatch, mutation: Mutation, race: Directions
) -> None:
    assert _on_a_stage(monkeypatch, race, play_until_told).violations == []
    mutation(monkeypatch)
    _accept(mutation, _on_a_stage(monkeypatch, race, play_until_told))


def _on_a_stage(
    monkeypatch: pytest.MonkeyPatch, race: Directions, judged: Callable[[Stage, Directions], Played]
) -> Played:
    with moto_engine() as client:
        return judged(Stage(Platform(client, fresh_tables(client)), monkeypatch), race)


def _accept(mutation: Mutation, played: Played) -> None:
    assert played.violations
    tally.record("races", f"mutation {mutation.__name__}", mutations_caught=1, states=played.states)
