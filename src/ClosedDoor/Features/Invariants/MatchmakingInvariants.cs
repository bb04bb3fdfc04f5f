using ClosedDoor.Features.Reservations;

namespace ClosedDoor.Features.Invariants;

/// <summary>Timetables, the meetings that people were told of, and what has come of them.</summary>
static class MatchmakingInvariants
{
    /// <summary>A meeting that can still be called off: whoever leaves, and whatever is off, takes it with them.</summary>
    const string IsToCome = "meeting.status = 'planned' AND meeting.begins_at > @now";

    /// <summary>Two meetings of a session of which neither was over when the other began; slots may have been laid out anew.</summary>
    const string AtOneTime = """
        FROM meeting JOIN meeting AS other ON other.session_id = meeting.session_id AND other.id <> meeting.id
        WHERE meeting.status <> 'dropped' AND other.status <> 'dropped'
            AND meeting.begins_at < other.ends_at AND other.begins_at < meeting.ends_at
        """;

    public static readonly Invariant[] All =
    [
        new(
            "no_company_is_in_two_meetings_at_once",
            $"SELECT meeting.id {AtOneTime} AND other.company_id = meeting.company_id"
        ),
        new(
            "no_guest_is_in_two_meetings_at_once",
            $"SELECT meeting.id {AtOneTime} AND other.invitation_id = meeting.invitation_id"
        ),
        new(
            "a_table_has_one_meeting_at_a_time",
            $"SELECT meeting.id {AtOneTime} AND other.table_number = meeting.table_number"
        ),
        new(
            "a_company_and_a_guest_meet_once",
            """
            SELECT MIN(meeting.id) AS id FROM meeting WHERE meeting.status <> 'dropped'
            GROUP BY session_id, company_id, invitation_id HAVING COUNT(*) > 1
            """
        ),
        new(
            "a_meeting_to_come_is_of_a_company_whose_seat_is_sold",
            $"""
            SELECT meeting.id FROM meeting WHERE {IsToCome} AND NOT EXISTS
                (SELECT 1 FROM reservation WHERE reservation.session_id = meeting.session_id
                    AND reservation.company_id = meeting.company_id AND {ReservationStates.Sure})
            """
        ),
        new(
            "a_meeting_to_come_is_with_a_guest_who_has_accepted",
            $"""
            SELECT meeting.id FROM meeting JOIN invitation ON invitation.id = meeting.invitation_id
            WHERE {IsToCome} AND invitation.status <> 'accepted'
            """
        ),
        new(
            "a_meeting_to_come_is_of_two_who_declared_no_conflict",
            $"""
            SELECT meeting.id FROM meeting JOIN invitation ON invitation.id = meeting.invitation_id
            JOIN conflict_declaration AS declared ON declared.guest_id = invitation.guest_id
                AND declared.company_id = meeting.company_id
            WHERE {IsToCome} AND declared.kinds <> ''
            """
        ),
        new(
            "a_meeting_is_of_the_session_that_its_guest_is_asked_to",
            """
            SELECT meeting.id FROM meeting JOIN invitation ON invitation.id = meeting.invitation_id
            WHERE invitation.session_id <> meeting.session_id
            """
        ),
        new(
            "a_meeting_to_come_is_on_its_sessions_day",
            $"""
            SELECT meeting.id FROM meeting JOIN session ON session.id = meeting.session_id
            WHERE {IsToCome}
                AND (meeting.begins_at < session.begins_at OR meeting.ends_at > session.begins_at + 24 * 3600 * 1000)
            """
        ),
        new(
            "a_session_that_is_off_has_no_meeting_to_come",
            $"""
            SELECT meeting.id FROM meeting JOIN session ON session.id = meeting.session_id
            WHERE {IsToCome} AND session.status IN ('draft', 'cancelled')
            """
        ),
        new(
            "a_meeting_to_come_stands_in_a_published_timetable",
            $"""
            SELECT meeting.id FROM meeting WHERE {IsToCome} AND NOT EXISTS
                (SELECT 1 FROM timetable WHERE timetable.session_id = meeting.session_id AND timetable.status = 'published')
            """
        ),
        new(
            "who_came_to_a_meeting_is_said_once_it_has_begun",
            """
            SELECT meeting.id FROM meeting
            WHERE meeting.status NOT IN ('planned', 'dropped') AND meeting.begins_at > @now
            """
        ),
        new(
            "a_session_has_one_published_timetable",
            """
            SELECT MIN(timetable.id) AS id FROM timetable WHERE timetable.status = 'published'
            GROUP BY session_id HAVING COUNT(*) > 1
            """
        ),
        new(
            "a_timetable_that_people_went_by_was_published",
            """
            SELECT timetable.id FROM timetable
            WHERE timetable.status IN ('published', 'superseded') AND timetable.published_at IS NULL
            """
        ),
        new(
            "a_timetable_departs_from_one_of_its_session",
            """
            SELECT timetable.id FROM timetable JOIN timetable AS before ON before.id = timetable.based_on
            WHERE before.session_id <> timetable.session_id OR before.number >= timetable.number
            """
        ),
        new(
            "a_wish_is_about_a_guest_of_the_session",
            """
            SELECT preference.invitation_id AS id FROM preference JOIN invitation ON invitation.id = preference.invitation_id
            WHERE invitation.session_id <> preference.session_id
            """
        ),
        new(
            "an_outcome_is_of_a_meeting_of_its_session",
            """
            SELECT meeting_outcome.id FROM meeting_outcome JOIN meeting ON meeting.id = meeting_outcome.meeting_id
            WHERE meeting.session_id <> meeting_outcome.session_id OR meeting.status IN ('planned', 'dropped')
            """
        ),
        new(
            "who_proposes_an_outcome_has_said_yes_to_it",
            """
            SELECT meeting_outcome.id FROM meeting_outcome
            WHERE (proposed_by = 'company' AND company_confirmed_at IS NULL) OR (proposed_by = 'guest' AND guest_confirmed_at IS NULL)
            """
        ),
        new(
            "a_credit_for_missing_meetings_was_promised_back",
            """
            SELECT meeting_credit.company_id AS id FROM meeting_credit WHERE NOT EXISTS
                (SELECT 1 FROM refund WHERE refund.session_id = meeting_credit.session_id AND refund.because = 'goodwill'
                    AND refund.company_id = meeting_credit.company_id AND refund.created_at = meeting_credit.granted_at)
            """
        ),
    ];
}
