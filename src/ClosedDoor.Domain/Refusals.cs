namespace ClosedDoor.Domain;

/// <summary>
/// Every reason for which the product says no, by its stable code. Parsers add their own, which stand under the field
/// that they name. The service gives each a status and words; a test checks that none is forgotten.
/// </summary>
public static class Refusals
{
    // The form of a request.
    public static readonly Refusal Malformed = new("malformed_request");
    public static readonly Refusal Invalid = new("invalid_fields");
    public static readonly Refusal TooLarge = new("too_large");
    public static readonly Refusal SheetTypeRefused = new("sheet_type_refused");
    public static readonly Refusal SheetUnreadable = new("sheet_unreadable");
    public static readonly Refusal UnsupportedMediaType = new("unsupported_media_type");
    public static readonly Refusal MethodNotAllowed = new("method_not_allowed");
    public static readonly Refusal NotFound = new("not_found");
    public static readonly Refusal StaleVersion = new("stale_version");
    public static readonly Refusal InvalidCursor = new("invalid_cursor");
    public static readonly Refusal TooManyRequests = new("too_many_requests");
    public static readonly Refusal IdempotencyKeyReused = new("idempotency_key_reused");
    public static readonly Refusal IdempotencyInProgress = new("idempotency_in_progress");
    public static readonly Refusal InternalError = new("internal_error");
    public static readonly Refusal Unavailable = new("temporarily_unavailable");

    // Who calls.
    public static readonly Refusal Unauthenticated = new("unauthenticated");
    public static readonly Refusal Forbidden = new("forbidden");
    public static readonly Refusal WrongCredentials = new("wrong_credentials");
    public static readonly Refusal TooManyAttempts = new("too_many_attempts");
    public static readonly Refusal RefreshTokenInvalid = new("refresh_token_invalid");
    public static readonly Refusal OwnAccount = new("own_account");
    public static readonly Refusal LastOwner = new("last_owner");

    // Companies and vetting.
    public static readonly Refusal CompanyExists = new("company_exists");
    public static readonly Refusal EmailTaken = new("email_taken");
    public static readonly Refusal VettingOpen = new("vetting_open");
    public static readonly Refusal VettingIncomplete = new("vetting_incomplete");
    public static readonly Refusal WrongVettingStatus = new("wrong_vetting_status");
    public static readonly Refusal SecondReviewerNeeded = new("second_reviewer_needed");
    public static readonly Refusal CreditBlocked = new("credit_blocked");
    public static readonly Refusal CreditQueryNeeded = new("credit_query_needed");
    public static readonly Refusal FileTypeRefused = new("file_type_refused");

    // Sessions and seats.
    public static readonly Refusal WrongSessionStatus = new("wrong_session_status");
    public static readonly Refusal SessionNotOnSale = new("session_not_on_sale");
    public static readonly Refusal SessionFull = new("session_full");
    public static readonly Refusal SessionBegun = new("session_begun");
    public static readonly Refusal AdmissionByApproval = new("admission_by_approval");
    public static readonly Refusal SeatsBlockDay = new("seats_block_day");
    public static readonly Refusal SeatsTaken = new("seats_taken");
    public static readonly Refusal SeatsAvailable = new("seats_available");
    public static readonly Refusal CompanyNotVetted = new("company_not_vetted");
    public static readonly Refusal CertificateExpiresBeforeSession = new("certificate_expires_before_session");
    public static readonly Refusal AlreadyReserved = new("already_reserved");
    public static readonly Refusal AlreadyWaiting = new("already_waiting");
    public static readonly Refusal CompaniesWaiting = new("companies_waiting");
    public static readonly Refusal WrongReservationStatus = new("wrong_reservation_status");
    public static readonly Refusal HoldLapsed = new("hold_lapsed");
    public static readonly Refusal DelegatesClosed = new("delegates_closed");

    // Consultations.
    public static readonly Refusal SlotTaken = new("slot_taken");
    public static readonly Refusal SlotPast = new("slot_past");
    public static readonly Refusal ConsultationExists = new("consultation_exists");
    public static readonly Refusal WrongConsultationStatus = new("wrong_consultation_status");
    public static readonly Refusal DraftMissing = new("cooperation_draft_missing");
    public static readonly Refusal DraftBlocked = new("cooperation_model_blocked");
    public static readonly Refusal ConsultationNeeded = new("consultation_needed");

    // Guests.
    public static readonly Refusal HospitalExists = new("hospital_exists");
    public static readonly Refusal GuestExists = new("guest_exists");
    public static readonly Refusal GuestForgotten = new("guest_forgotten");
    public static readonly Refusal GuestUnderRank = new("guest_under_rank");
    public static readonly Refusal HospitalNotGradeA = new("hospital_not_grade_a");
    public static readonly Refusal AlreadyInvited = new("already_invited");
    public static readonly Refusal GuestListFull = new("guest_list_full");
    public static readonly Refusal WrongInvitationStatus = new("wrong_invitation_status");
    public static readonly Refusal UnitApprovalMissing = new("unit_approval_missing");
    public static readonly Refusal ConsentTextChanged = new("consent_text_changed");
    public static readonly Refusal QuorumMissing = new("quorum_missing");

    // The door.
    public static readonly Refusal TicketInvalid = new("ticket_invalid");
    public static readonly Refusal NonceReused = new("nonce_reused");
    public static readonly Refusal PairingCodeInvalid = new("pairing_code_invalid");
    public static readonly Refusal GuestNotComing = new("guest_not_coming");
    public static readonly Refusal DelegateReplaced = new("delegate_replaced");
    public static readonly Refusal CheckInUndone = new("check_in_undone");
    public static readonly Refusal NotCheckedIn = new("not_checked_in");

    // After the day.
    public static readonly Refusal BenefitToOfficial = new("benefit_to_official");
    public static readonly Refusal PayerIsCompany = new("payer_is_company");
    public static readonly Refusal BenefitForPromotion = new("benefit_for_promotion");
    public static readonly Refusal BenefitVoided = new("benefit_voided");
    public static readonly Refusal SessionNotBegun = new("session_not_begun");

    // Delegates.
    public static readonly Refusal DelegateDecided = new("delegate_decided");
    public static readonly Refusal DelegateCheckedIn = new("delegate_checked_in");
    public static readonly Refusal SeatNotConfirmed = new("seat_not_confirmed");
    public static readonly Refusal DelegateNotVetted = new("delegate_not_vetted");
    public static readonly Refusal AgreementsMissing = new("agreements_missing");

    // Matchmaking.
    public static readonly Refusal NobodyToMatch = new("nobody_to_match");
    public static readonly Refusal WrongTimetableStatus = new("wrong_timetable_status");
    public static readonly Refusal TimetableOutdated = new("timetable_outdated");
    public static readonly Refusal TimetableRulesBroken = new("timetable_rules_broken");
    public static readonly Refusal WrongMeetingStatus = new("wrong_meeting_status");
    public static readonly Refusal MeetingsStand = new("meetings_stand");
    public static readonly Refusal TimetableInTheMaking = new("timetable_in_the_making");
    public static readonly Refusal SearchStopped = new("search_stopped");
    public static readonly Refusal MeetingNotBegun = new("meeting_not_begun");
    public static readonly Refusal DayNotOver = new("day_not_over");
    public static readonly Refusal MeetingsUndecided = new("meetings_undecided");
    public static readonly Refusal OutcomeExists = new("outcome_exists");
    public static readonly Refusal OutcomeConfirmed = new("outcome_confirmed");

    // Payments.
    public static readonly Refusal PaymentExists = new("payment_exists");
    public static readonly Refusal PaymentMethodUnavailable = new("payment_method_unavailable");
    public static readonly Refusal WrongPaymentStatus = new("wrong_payment_status");
    public static readonly Refusal WrongRefundStatus = new("wrong_refund_status");
    public static readonly Refusal RefundTooLarge = new("refund_too_large");
    public static readonly Refusal SecondPersonNeeded = new("second_person_needed");
    public static readonly Refusal FapiaoProfileMissing = new("fapiao_profile_missing");
    public static readonly Refusal FapiaoRequested = new("fapiao_requested");
    public static readonly Refusal FapiaoNotIssued = new("fapiao_not_issued");
    public static readonly Refusal RedLetterRecorded = new("red_letter_recorded");
    public static readonly Refusal RedLetterNeeded = new("red_letter_needed");
    public static readonly Refusal WrongBankLineStatus = new("wrong_bank_line_status");
    public static readonly Refusal BankSerialRecorded = new("bank_serial_recorded");
}
