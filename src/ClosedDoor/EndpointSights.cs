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
        [Sight.Companies] = ["ShowCompaniesComing", "ShowOwnConflicts", "DeclareOwnConflicts"],
        [Sight.Venue] =
        [
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
        ],
        [Sight.GuestList | Sight.Venue] = ["InvitationLetter"],
        [Sight.Nothing] =
        [
            "ShowMyData",
            "CorrectMyData",
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
            "RequestPayment",
            "ListPayments",
            "ShowPayment",
            "ReceiveTransfer",
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
            "IssueDelegateLink",
            "IssueTickets",
            "ListBenefits",
            "ListCheckIns",
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
            "ScanTickets",
            "SetAgenda",
            "SetAttendance",
            "ShowAgenda",
            "ShowDelegateTicket",
            "ShowDoorRoster",
            "ShowGuestTicket",
            "ShowOwnDelegation",
            "ShowSessionReport",
            "UndoCheckIn",
            "UndoCheckInByOrganizer",
            "VoidBenefit",
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
