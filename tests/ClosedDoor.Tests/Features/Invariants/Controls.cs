namespace ClosedDoor.Tests.Features.Invariants;

/// <summary>For each invariant, the statements that break it on the <see cref="Market"/>.</summary>
static class Controls
{
    public static readonly (string Name, string[] Tampering)[] All =
    [
        (
            "a_seat_has_one_owner",
            [
                "DROP INDEX reservation_seat",
                "UPDATE reservation SET seat_number = 1 WHERE session_id = @Full AND seat_number = 2",
            ]
        ),
        (
            "a_reservation_with_a_seat_has_that_seats_row",
            ["UPDATE seat SET reservation_id = NULL WHERE session_id = @Full AND number = 1"]
        ),
        (
            "a_seat_is_kept_from_sale_by_a_live_reservation",
            ["UPDATE reservation SET status = 'expired' WHERE session_id = @Full AND seat_number = 1"]
        ),
        ("a_session_has_the_seats_that_its_cap_says", ["DELETE FROM seat WHERE session_id = @Open AND number = 8"]),
        ("no_session_has_sold_more_seats_than_its_cap", ["UPDATE session SET seat_cap = 1 WHERE id = @Full"]),
        (
            "a_company_has_one_live_reservation_in_a_session",
            [
                "DROP INDEX reservation_live",
                "UPDATE reservation SET company_id = @Company WHERE session_id = @Full AND seat_number IS NOT NULL",
            ]
        ),
        (
            "a_cancelled_session_keeps_nobody_waiting_for_its_day",
            ["UPDATE session SET status = 'cancelled' WHERE id = @Full"]
        ),
        ("a_draft_has_no_reservations", ["UPDATE session SET status = 'draft' WHERE id = @Full"]),
        (
            "a_promoted_company_got_its_reservation",
            ["UPDATE waitlist_entry SET reservation_id = NULL WHERE status = 'promoted'"]
        ),
        (
            "nobody_on_the_waitlist_was_overtaken",
            ["UPDATE waitlist_entry SET number = 0 WHERE status = 'waiting' AND session_id = @Full"]
        ),
        (
            "nobody_waits_while_a_seat_is_free",
            ["UPDATE seat SET reservation_id = NULL WHERE session_id = @Full AND number = 2"]
        ),
        ("nobody_waits_for_a_session_that_is_over", ["UPDATE session SET status = 'completed' WHERE id = @Full"]),
        ("a_payment_is_its_reservations", ["UPDATE payment SET session_id = @Open WHERE session_id = @Full"]),
        (
            "a_reservation_has_one_payment_at_a_time",
            [
                "DROP INDEX payment_live",
                """
                INSERT INTO payment (id, reservation_id, session_id, company_id, method, status, reference, amount, currency,
                    due_at, due_in_calendar_days, created_at, version)
                SELECT 'pay_2', reservation_id, session_id, company_id, method, status, reference, amount, currency, 1, 0, 1, 1
                FROM payment WHERE status = 'confirmed'
                """,
            ]
        ),
        (
            "a_confirmed_seat_is_paid",
            ["UPDATE payment SET status = 'awaiting_transfer' WHERE session_id = @Full AND status = 'confirmed'"]
        ),
        ("a_settled_payment_has_come_in_full", ["UPDATE receipt SET amount = amount - 1"]),
        ("no_more_goes_back_than_has_come", ["DELETE FROM receipt", OneRefund]),
        (
            "a_refund_that_is_due_is_on_its_way",
            ["UPDATE payment SET status = 'refund_due' WHERE session_id = @Full AND status = 'confirmed'"]
        ),
        ("a_seat_is_kept_only_for_a_checkout_that_can_be_paid", ["UPDATE reservation SET kept_for_checkout = 1"]),
        ("a_receipt_stands_in_the_ledger", ["UPDATE receipt SET amount = amount + 1"]),
        ("a_refund_stands_in_the_ledger", [OneRefund]),
        ("a_payout_stands_in_the_ledger", [OneRefund, "UPDATE refund SET status = 'refunded'"]),
        (
            "applied_money_has_come_in_where_it_was_applied",
            [OneRefund, "UPDATE refund SET applied_to = payment_id WHERE id = 'rfd_1'"]
        ),
        (
            "of_a_seat_that_is_gone_no_more_is_here_than_its_terms_leave",
            ["UPDATE payment SET refund_percent = 50, refund_fee = 0 WHERE status = 'confirmed'"]
        ),
        (
            "for_a_seat_that_is_gone_is_owed_what_a_bank_took_of_what_its_terms_leave",
            [
                "UPDATE payment SET refund_percent = 0, refund_fee = 0 WHERE status = 'confirmed'",
                "UPDATE ledger SET amount = amount - 1 WHERE kind = 'receipt'",
            ]
        ),
        (
            "the_books_balance",
            [
                """
                INSERT INTO bank_line (id, account, serial, received_on, amount, currency, payer_name, remark, status, created_at, version)
                VALUES ('bkl_1', '', '', '2026-03-02', 1, 'CNY', '', '', 'suspense', 1, 1)
                """,
            ]
        ),
        ("a_settled_payment_owes_nothing", ["UPDATE ledger SET amount = amount - 1 WHERE kind = 'receipt'"]),
        (
            "a_settled_payment_has_its_seat",
            [
                "UPDATE reservation SET status = 'awaiting_payment', hold_expires_at = 1 WHERE session_id = @Full AND status = 'confirmed'",
            ]
        ),
        (
            "money_that_came_for_nothing_is_due_back",
            ["UPDATE payment SET status = 'cancelled' WHERE session_id = @Full AND status = 'confirmed'"]
        ),
        (
            "a_guest_is_asked_to_a_session_once_at_a_time",
            ["DROP INDEX invitation_live", "UPDATE invitation SET guest_id = (SELECT MIN(id) FROM guest)"]
        ),
        (
            "no_more_officials_and_experts_are_asked_than_have_a_place",
            ["UPDATE quorum SET experts_least = 0, experts_most = 0"]
        ),
        ("who_said_yes_or_no_said_it_at_some_time", ["UPDATE invitation SET replied_at = NULL"]),
        ("a_ticket_is_of_its_persons_session", ["UPDATE ticket SET session_id = @Open"]),
        (
            "a_delegates_ticket_is_of_the_seats_session",
            [
                "INSERT INTO delegate (id, reservation_id, number, name, job_title, phone, email, created_at) SELECT 'dlg_1', id, 1, '', '', '', '', 1 FROM reservation WHERE status = 'confirmed'",
                "INSERT INTO ticket (id, session_id, delegate_id, sequence, told_at, created_at) VALUES ('tkt_1', @Open, 'dlg_1', 0, 1, 1)",
            ]
        ),
        (
            "nobody_is_in_twice",
            [
                "DROP INDEX check_in_live",
                "INSERT INTO check_in (id, session_id, ticket_id, device_id, scan_id, at) SELECT 'chk_2', session_id, ticket_id, device_id, scan_id, 1 FROM check_in",
            ]
        ),
        ("who_is_in_was_let_in_by_a_scan", ["UPDATE door_scan SET outcome = 'refused'"]),
        ("whom_a_scan_let_in_is_in", ["UPDATE door_scan SET outcome = 'admitted'"]),
        ("who_is_in_is_where_the_ticket_is_for", ["UPDATE door_device SET session_id = @Open"]),
        (
            "a_substitute_stands_in_for_a_place_of_the_same_session",
            ["UPDATE invitation SET session_id = @Open WHERE substitute_for IS NOT NULL"]
        ),
        ("who_was_forgotten_has_no_name_left", ["UPDATE guest SET forgotten_at = 1"]),
        (
            "a_slot_has_one_talk",
            [
                "DROP INDEX consultation_of_slot",
                "UPDATE consultation SET slot_id = (SELECT MIN(slot_id) FROM consultation)",
            ]
        ),
        ("a_talk_is_its_reservations", ["UPDATE consultation SET session_id = @Open"]),
        (
            "a_talk_to_come_is_of_a_reservation_that_stands",
            ["UPDATE reservation SET status = 'declined' WHERE session_id = @Full"]
        ),
        (
            "who_was_forgotten_comes_in_by_no_link",
            ["UPDATE guest SET forgotten_at = 1", "UPDATE personal_link SET revoked_at = NULL"]
        ),
        ("a_talk_is_in_a_slot_of_its_session", ["UPDATE consultation_slot SET session_id = @Open"]),
        ("no_company_is_in_two_meetings_at_once", [Beside("company_id", "'inv_other'", "table_number + 1")]),
        ("no_guest_is_in_two_meetings_at_once", [Beside("'cmp_other'", "invitation_id", "table_number + 1")]),
        ("a_table_has_one_meeting_at_a_time", [Beside("'cmp_other'", "'inv_other'", "table_number")]),
        (
            "a_company_and_a_guest_meet_once",
            ["DROP INDEX meeting_pair", Beside("company_id", "invitation_id", "table_number + 1")]
        ),
        (
            "a_meeting_to_come_is_of_a_company_whose_seat_is_sold",
            ["UPDATE reservation SET status = 'cancelled' WHERE session_id = @Full AND status = 'confirmed'"]
        ),
        (
            "a_meeting_to_come_is_with_a_guest_who_has_accepted",
            ["UPDATE invitation SET status = 'declined' WHERE status = 'accepted'"]
        ),
        ("a_meeting_to_come_is_of_two_who_declared_no_conflict", ["UPDATE conflict_declaration SET kinds = 'family'"]),
        ("a_meeting_is_of_the_session_that_its_guest_is_asked_to", ["UPDATE meeting SET session_id = @Open"]),
        (
            "a_meeting_to_come_is_on_its_sessions_day",
            ["UPDATE session SET begins_at = begins_at + 24 * 3600 * 1000 WHERE id = @Full"]
        ),
        ("a_session_that_is_off_has_no_meeting_to_come", ["UPDATE session SET status = 'cancelled' WHERE id = @Full"]),
        ("a_meeting_to_come_stands_in_a_published_timetable", ["UPDATE timetable SET status = 'superseded'"]),
        ("who_came_to_a_meeting_is_said_once_it_has_begun", ["UPDATE meeting SET status = 'held'"]),
        ("a_session_has_one_published_timetable", ["DROP INDEX timetable_published", NextTimetable]),
        ("a_timetable_that_people_went_by_was_published", ["UPDATE timetable SET published_at = NULL"]),
        ("a_timetable_departs_from_one_of_its_session", ["UPDATE timetable SET based_on = id"]),
        ("a_wish_is_about_a_guest_of_the_session", ["UPDATE preference SET session_id = @Open"]),
        ("an_outcome_is_of_a_meeting_of_its_session", [OneOutcome]),
        (
            "who_proposes_an_outcome_has_said_yes_to_it",
            [OneOutcome, "UPDATE meeting_outcome SET proposed_by = 'guest'"]
        ),
        (
            "a_credit_for_missing_meetings_was_promised_back",
            [
                "INSERT INTO meeting_credit (session_id, company_id, missing, amount, granted_by, granted_at) VALUES (@Full, @Company, 1, 1, 'test', 1)",
            ]
        ),
        ("a_message_is_leased_with_an_end", ["UPDATE outbox SET lease = 'x'"]),
        ("a_parked_message_is_in_nobodys_hands", ["UPDATE outbox SET parked_at = 1, lease = 'x', lease_until = 1"]),
        ("a_message_counts_its_attempts", ["UPDATE outbox SET attempts = -1"]),
        (
            "a_member_belongs_to_a_company_that_there_is",
            ["UPDATE account SET company_id = 'cmp_none' WHERE company_id = @Company"]
        ),
        ("a_disabled_account_is_signed_in_nowhere", ["UPDATE account SET disabled_at = 1"]),
        ("a_file_is_as_long_as_it_says", ["UPDATE file_content SET size = size + 1"]),
        ("a_file_is_kept_for_something", ["DELETE FROM evidence"]),
        ("evidence_has_its_file", ["UPDATE evidence SET file_sha256 = 'none'"]),
        ("a_fapiao_has_its_file", [OneFapiao]),
        ("an_invitations_approval_has_its_file", [OneInvitation]),
        (
            "an_audit_chain_ends_at_its_head",
            ["DELETE FROM audit WHERE chain = @Full AND seq = (SELECT seq FROM audit_head WHERE chain = @Full)"]
        ),
    ];

    /// <summary>Another meeting, that begins while the first goes on.</summary>
    static string Beside(string company, string invitation, string table) =>
        $"""
            INSERT INTO meeting (id, session_id, company_id, invitation_id, begins_at, ends_at, table_number, status, frozen,
                sequence, changed_at, version)
            SELECT 'mtg_2', session_id, {company}, {invitation}, begins_at + 1, ends_at, {table}, status, 0, 0, 1, 1
            FROM meeting WHERE session_id = @Full
            """;

    const string NextTimetable = """
        INSERT INTO timetable (id, session_id, number, status, plan, edited, made_by, created_at, published_at, version)
        SELECT 'ttb_2', session_id, number + 1, status, plan, 0, made_by, 1, 1, 1 FROM timetable WHERE session_id = @Full
        """;

    const string OneOutcome = """
        INSERT INTO meeting_outcome (id, meeting_id, session_id, stage, proposed_by, company_confirmed_at, created_at, version)
        SELECT 'otc_1', id, session_id, 'intention', 'company', 1, 1, 1 FROM meeting WHERE session_id = @Full
        """;

    const string OneRefund = """
        INSERT INTO refund (id, payment_id, receipt_id, reservation_id, session_id, company_id, method, status, because, amount,
            currency, payee_name, by_hand, requested_by, out_of_price, given, created_at, version)
        SELECT 'rfd_1', id, 'rcp_1', reservation_id, session_id, company_id, 'stripe', 'refund_due', 'goodwill', 1,
            currency, '', 0, 'test', 1, 0, 1, 1 FROM payment WHERE session_id = @Full AND status = 'confirmed'
        """;

    const string OneInvitation = """
        INSERT INTO invitation (id, session_id, guest_id, kind, number, status, approval_sha256, created_at, version)
        SELECT 'inv_1', id, 'gst_none', 'research_expert', 99, 'invited', 'none', 1, 1 FROM session WHERE id = @Full
        """;

    const string OneFapiao = """
        INSERT INTO fapiao (id, payment_id, session_id, company_id, status, profile, amount, currency, file_sha256, requested_at, version)
        SELECT 'fap_1', id, session_id, company_id, 'requested', '{}', 1, currency, 'none', 1, 1
        FROM payment WHERE session_id = @Full AND status = 'confirmed'
        """;
}
