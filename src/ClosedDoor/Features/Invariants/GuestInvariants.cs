using ClosedDoor.Features.Reservations;

namespace ClosedDoor.Features.Invariants;

/// <summary>Guests, and the talks that go before a session's day.</summary>
static class GuestInvariants
{
    public static readonly Invariant[] All =
    [
        new(
            "a_guest_is_asked_to_a_session_once_at_a_time",
            """
            SELECT MIN(invitation.id) AS id FROM invitation
            WHERE invitation.status IN ('standby', 'invited', 'opened', 'accepted')
            GROUP BY session_id, guest_id HAVING COUNT(*) > 1
            """
        ),
        new(
            "a_substitute_stands_in_for_a_place_of_the_same_session",
            """
            SELECT invitation.id FROM invitation JOIN invitation AS place ON place.id = invitation.substitute_for
            WHERE place.session_id <> invitation.session_id
            """
        ),
        new(
            "no_more_officials_and_experts_are_asked_than_have_a_place",
            """
            SELECT quorum.session_id AS id FROM quorum JOIN
                (SELECT session_id, COUNT(*) AS asked FROM invitation
                WHERE status IN ('invited', 'opened', 'accepted') AND kind <> 'hospital_director' GROUP BY session_id) AS list
                ON list.session_id = quorum.session_id
            WHERE list.asked > quorum.experts_most
            """
        ),
        new(
            "who_said_yes_or_no_said_it_at_some_time",
            """
            SELECT invitation.id FROM invitation
            WHERE invitation.status IN ('accepted', 'declined') AND invitation.replied_at IS NULL
            """
        ),
        new(
            "who_was_forgotten_has_no_name_left",
            """
            SELECT guest.id FROM guest
            WHERE guest.forgotten_at IS NOT NULL AND (guest.name <> '' OR guest.phone IS NOT NULL OR guest.email IS NOT NULL)
            """
        ),
        new(
            "who_was_forgotten_comes_in_by_no_link",
            """
            SELECT personal_link.id FROM personal_link JOIN invitation ON invitation.id = personal_link.subject_id
            JOIN guest ON guest.id = invitation.guest_id
            WHERE guest.forgotten_at IS NOT NULL AND personal_link.purpose = 'invitation' AND personal_link.revoked_at IS NULL
            """
        ),
        new(
            "a_slot_has_one_talk",
            """
            SELECT MIN(consultation.id) AS id FROM consultation WHERE consultation.status IN ('booked', 'finished')
            GROUP BY slot_id HAVING COUNT(*) > 1
            """
        ),
        new(
            "a_talk_is_its_reservations",
            """
            SELECT consultation.id FROM consultation JOIN reservation ON reservation.id = consultation.reservation_id
            WHERE reservation.session_id <> consultation.session_id OR reservation.company_id <> consultation.company_id
            """
        ),
        new(
            "a_talk_to_come_is_of_a_reservation_that_stands",
            $"""
            SELECT consultation.id FROM consultation JOIN consultation_slot ON consultation_slot.id = consultation.slot_id
            WHERE consultation.status = 'booked' AND consultation_slot.begins_at > @now AND NOT EXISTS
                (SELECT 1 FROM reservation WHERE reservation.id = consultation.reservation_id AND {ReservationStates.Live})
            """
        ),
        new(
            "a_talk_is_in_a_slot_of_its_session",
            """
            SELECT consultation.id FROM consultation JOIN consultation_slot ON consultation_slot.id = consultation.slot_id
            WHERE consultation_slot.session_id <> consultation.session_id
            """
        ),
    ];
}
