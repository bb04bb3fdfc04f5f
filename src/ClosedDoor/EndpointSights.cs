using ClosedDoor.Features.Hospitals;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Quorum;
using ClosedDoor.Features.Reservations;

namespace ClosedDoor;

/// <summary>
/// The other half of the table: what of a session's closed matters each endpoint can show at all, to whoever may see it.
/// An answer holds what stands both here and under <see cref="Visibility.Of(Viewing)"/>. Organizers' own endpoints, which
/// nobody else may call, stand under <see cref="Sight.GuestList"/> where guests are named in them.
/// </summary>
public static class EndpointSights
{
    static readonly Dictionary<Sight, string[]> Rows = new()
    {
        [Sight.Roster] = ["ListCheckIns", "ScanTickets", "ShowDoorRoster", "UndoCheckIn", "UndoCheckInByOrganizer"],
        [Sight.Counts | Sight.Venue] =
        [
            "ListSessions",
            "ShowSession",
            "CreateSession",
            "ChangeSession",
            "PublishSession",
            "CloseSession",
            "CompleteSession",
            "CancelSession",
            "ConfirmSession",
            "ShowQuorum",
            "SetQuorum",
        ],
        [
            Sight.Counts
                | Sight.Specialties
                | Sight.Tiers
                | Sight.ConsentedNames
                | Sight.ReleasedOfficials
                | Sight.Venue
        ] = ["ShowGuests"],
        [Sight.Companies] =
        [
            "ShowCompaniesComing",
            // A guest's own past names the companies that were met, endorsed or declared.
            "ShowMyData",
            "CorrectMyData",
            "ShowOwnConflicts",
            "DeclareOwnConflicts",
            "ShowMyMatches",
            "ShowMyAgenda",
            "DownloadMyAgenda",
            "PrintMyAgenda",
        ],
        [Sight.Specialties | Sight.Tiers | Sight.ConsentedNames | Sight.ReleasedOfficials] =
        [
            "ShowCandidates",
            "ShowCompanyAgenda",
            "DownloadCompanyAgenda",
            "PrintCompanyAgenda",
        ],
        [Sight.Specialties | Sight.Tiers | Sight.ConsentedNames | Sight.ReleasedOfficials | Sight.Companies] =
        [
            // Shown to those who are in the meeting.
            "ShowMeeting",
            "SayWhoCame",
            "RecordMeeting",
            "ProposeOutcome",
            "ConfirmOutcome",
            "WithdrawOutcome",
        ],
        [Sight.Venue] =
        [
            "ShowDelegateTicket",
            "ShowDelegateTicketPage",
            "ShowGuestTicket",
            "ShowGuestTicketPage",
            "DownloadDelegateCalendar",
            "DownloadGuestCalendar",
            // A guest's own invitation. The guest's own data is no closed matter to the guest.
            "ShowMyInvitation",
            "AcceptInvitation",
            "DeclineInvitation",
            "SetMyAvailability",
            "GiveConsent",
            "WithdrawConsent",
        ],
        [Sight.GuestList] =
        [
            "AddHospital",
            "ChangeHospital",
            "ListHospitals",
            "ShowHospital",
            "AddGuest",
            "ChangeGuest",
            "ForgetGuest",
            "ListGuests",
            "ShowGuest",
            "ImportGuests",
            "ShowGuestImport",
            "ListGuestImportRows",
            "ExportGuests",
            "InviteGuests",
            "ListInvitations",
            "ShowInvitation",
            "AcceptForGuest",
            "DeclineForGuest",
            "WithdrawInvitation",
            "RemindGuests",
            "ReleaseName",
            "FileApproval",
            "DownloadApproval",
            "IssueInvitationLink",
            "RevokeInvitationLinks",
            "ListMeetings",
            "PrintMeetings",
            "FreezeMeeting",
            "UnfreezeMeeting",
        ],
        [Sight.GuestList | Sight.Venue] = ["InvitationLetter"],
        [Sight.Nothing] =
        [
            "EraseMyData",
            // Who calls.
            "SignIn",
            "SignOut",
            "RefreshTokens",
            "ShowMe",
            "ChangePassword",
            "AddOrganizer",
            "ChangeOrganizer",
            "ListOrganizers",
            "ShowOrganizer",
            "AddApiKey",
            "ListApiKeys",
            "ShowApiKey",
            "RevokeApiKey",
            "AddMember",
            "ListMembers",
            // A company's file: its own members' and the organizers'.
            "SignUpCompany",
            "ListCompanies",
            "ShowCompany",
            "ChangeCompany",
            "ShowCompanyProfile",
            "SetCompanyProfile",
            "StartVetting",
            "ListVettings",
            "ShowVetting",
            "ChangeVetting",
            "AddEvidence",
            "DownloadEvidence",
            "RemoveEvidence",
            "SubmitVetting",
            "RequestMoreEvidence",
            "RecordCreditQuery",
            "ApproveVetting",
            "RejectVetting",
            "RevokeVetting",
            "ReserveSeat",
            "ListReservations",
            "ShowReservation",
            "ApproveReservation",
            "DeclineReservation",
            "CancelReservation",
            "SetDelegates",
            "ShowDelegates",
            "JoinWaitlist",
            "ShowWaitlist",
            "ShowWaitlistEntry",
            "LeaveWaitlist",
            "ListPaymentMethods",
            "RequestPayment",
            "ListPayments",
            "ShowPayment",
            "ReceiveTransfer",
            "ApplyRefund",
            "ApproveRefund",
            "BounceRefund",
            "ExportCompanyStatement",
            "ExportSessionStatement",
            "ListDisputes",
            "ListRefunds",
            "PayRefund",
            "PrintReceipt",
            "RedirectRefund",
            "RequestRefund",
            "RetryRefund",
            "ShowCompanyStatement",
            "ShowRefund",
            "ShowSessionStatement",
            "WithdrawRefund",
            "WriteOffDebt",
            // Consultations.
            "PublishConsultationSlot",
            "WithdrawConsultationSlot",
            "ListConsultationSlots",
            "BookConsultation",
            "MoveConsultation",
            "CancelConsultation",
            "FinishConsultation",
            "ListConsultations",
            "ShowConsultation",
            "ShowConsultationCalendar",
            "ListCooperationDrafts",
            "WriteCooperationDraft",
            "AcceptAgreements",
            "AddDoorDevice",
            "AnswerEndorsement",
            "ApproveDelegate",
            "DeclareConflicts",
            "ShowDeclaredConflicts",
            "IssueDelegateLink",
            "IssueTickets",
            "ListBenefits",
            "ListConflicts",
            "ListDelegates",
            "ListDoorDevices",
            "ListEndorsements",
            "ListOwnEndorsements",
            "PairDoorDevice",
            "PrintPaperPack",
            "PrintSessionReport",
            "RecordBenefit",
            "RecordEndorsement",
            "RefuseDelegate",
            "RevokeDoorDevice",
            "SetAgenda",
            "SetAttendance",
            "ShowAgenda",
            "ShowOwnDelegation",
            "ShowDelegateData",
            "EraseDelegateData",
            "ShowSessionReport",
            "VoidBenefit",
            "AddBankStatementMapping",
            "ChangeBankStatementMapping",
            "DownloadFapiao",
            "ExportFapiaoRequests",
            "FileFapiao",
            "ApproveBankLine",
            "HoldBankLine",
            "ImportBankStatement",
            "ImportFapiaoResults",
            "ListBankLines",
            "ListFapiaos",
            "ListBankStatementMappings",
            "MatchBankLine",
            "PayBankLine",
            "RecordRedLetter",
            "RemoveBankStatementMapping",
            "RequestFapiao",
            "ReturnBankLine",
            "SetFapiaoProfile",
            "ShowBankLine",
            "ShowFapiao",
            "ShowFapiaoProfile",
            "ShowBankStatementMapping",
            "SplitBankLine",
            "CheckPayment",
            "TakeStripeEvent",
            // Matchmaking: ids alone, or what one said oneself.
            "ShowMatchmakingPlan",
            "SetMatchmakingPlan",
            "SetCompanyPreferences",
            "SetMyPreferences",
            "SetCompanyMatchProfile",
            "SetMyMatchProfile",
            "SetPresence",
            "MakeTimetable",
            "ShowTimetableSearch",
            "StopTimetableSearch",
            "ShowTimetable",
            "ListTimetables",
            "EditTimetable",
            "ReviewTimetable",
            "DiscardTimetable",
            "PublishTimetable",
            "ReportOutcomes",
            "ExportOutcomes",
            "ChartOutcomes",
            "GrantMeetingCredits",
            // The operator's.
            "ListParkedMessages",
            "RetryMessage",
        ],
    };

    static readonly Dictionary<string, Sight> ByOperation = Rows.SelectMany(row =>
            row.Value.Select(operation => (operation, row.Key))
        )
        .ToDictionary(row => row.operation, row => row.Key, StringComparer.Ordinal);

    /// <summary>What the operation can show; null for one without a row, which a test does not let through.</summary>
    public static Sight? Of(string operationId) => ByOperation.TryGetValue(operationId, out var sight) ? sight : null;

    /// <summary>Every operation that has a row.</summary>
    public static IReadOnlyCollection<string> All => ByOperation.Keys;
}
