"""The races notice when the service is wrong."""

import pytest

from tests.races import media_mutations, mutations
from tests.races.catching_up import (
    a_first_message_and_a_login,
    a_message_and_a_clear_of_someone_who_goes,
)
from tests.races.connecting import a_late_disconnect_and_a_new_login, two_logins_of_one_device
from tests.races.crowds import a_message_again_a_newer_one_and_a_reconnect, a_message_and_someone_who_pages
from tests.races.hiding import a_hide_and_another_device_that_asks_what_is_hidden, two_devices_hide
from tests.races.media import a_picture_twice_at_once, a_recall_and_a_forward, a_recall_twice_at_once_of_a_picture
from tests.races.mutations import Mutation
from tests.races.playing import Directions, play
from tests.races.reading import a_read_and_a_clear_of_another_device, two_devices_read
from tests.races.receipts import two_devices_choose_about_receipts
from tests.races.sending import (
    a_retry_of_what_only_has_a_candidate_and_a_message_back,
    two_devices_of_one_person_send,
    two_people_send,
)
from tests.races.stage import Stage
from tests.support import tally

pytestmark = pytest.mark.usefixtures("roles_of_anything")

CAUGHT_BY: list[tuple[Mutation, Directions]] = [
    (mutations.presence_is_read_before_the_counter_is_raised, a_first_message_and_a_login),
    (mutations.login_reads_counters_before_it_registers, a_first_message_and_a_login),
    (mutations.a_disconnect_removes_whatever_connection_is_there, a_late_disconnect_and_a_new_login),
    (mutations.an_older_connection_may_take_over, two_logins_of_one_device),
    (mutations.a_seq_is_taken_whether_or_not_it_is_free, two_people_send),
    (mutations.a_counter_may_be_lowered, two_devices_of_one_person_send),
    (mutations.a_retry_trusts_its_candidate, a_retry_of_what_only_has_a_candidate_and_a_message_back),
    (mutations.clear_sets_cleared_to_received, a_message_and_a_clear_of_someone_who_goes),
    (mutations.an_ack_deletes_everything_up_to_the_highest_seq, a_message_and_someone_who_pages),
    (mutations.a_version_is_raised_before_its_list, a_hide_and_another_device_that_asks_what_is_hidden),
    (mutations.a_list_is_read_before_its_version, a_hide_and_another_device_that_asks_what_is_hidden),
    (mutations.a_block_is_read_and_written_back, two_devices_hide),
    (mutations.a_position_may_go_back, two_devices_read),
    (mutations.a_clear_reads, a_read_and_a_clear_of_another_device),
    (mutations.the_last_choice_that_comes_stands, two_devices_choose_about_receipts),
    (media_mutations.a_forward_does_not_look_at_its_source_again, a_recall_and_a_forward),
    (media_mutations.a_forward_is_not_noted, a_recall_and_a_forward),
    (media_mutations.a_recall_deletes_what_is_shared, a_recall_and_a_forward),
    (media_mutations.what_was_recalled_stays, a_recall_twice_at_once_of_a_picture),
    (media_mutations.an_upload_is_not_kept, a_picture_twice_at_once),
    (mutations.a_push_is_counted_whatever_its_number, a_message_again_a_newer_one_and_a_reconnect),
]


@pytest.mark.parametrize(("mutation", "race"), CAUGHT_BY, ids=[mutation.__name__ for mutation, _ in CAUGHT_BY])
def test_some_order_shows_that_it_is_wrong(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, mutation: Mutation, race: Directions
) -> None:
    mutation(monkeypatch)
    played = play(stage, race)
    assert played.violations
    tally.record("races", f"mutation {mutation.__name__}", mutations_caught=1, states=played.states)
