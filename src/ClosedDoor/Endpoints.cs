using ClosedDoor.Features.Accounts;
using ClosedDoor.Features.AccountStatements;
using ClosedDoor.Features.Aftermath;
using ClosedDoor.Features.BankStatements;
using ClosedDoor.Features.Companies;
using ClosedDoor.Features.Conflicts;
using ClosedDoor.Features.Consultations;
using ClosedDoor.Features.Delegates;
using ClosedDoor.Features.Door;
using ClosedDoor.Features.Fapiao;
using ClosedDoor.Features.Guests;
using ClosedDoor.Features.Hospitals;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Features.Quorum;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Features.Vetting;
using ClosedDoor.Platform.Outbox;

namespace ClosedDoor;

/// <summary>Every use case of the API, by area; its address stands in its own file.</summary>
static class Endpoints
{
    public static void Map(IEndpointRouteBuilder api)
    {
        SignIn.Map(api);
        RefreshTokens.Map(api);
        SignOut.Map(api);
        ShowMe.Map(api);
        ChangePassword.Map(api);
        AddOrganizer.Map(api);
        ListOrganizers.Map(api);
        ShowOrganizer.Map(api);
        ChangeOrganizer.Map(api);
        AddApiKey.Map(api);
        ListApiKeys.Map(api);
        ShowApiKey.Map(api);
        RevokeApiKey.Map(api);
        AddMember.Map(api);
        ListMembers.Map(api);
        ChangeMember.Map(api);

        SignUpCompany.Map(api);
        ListCompanies.Map(api);
        ShowCompany.Map(api);
        ChangeCompany.Map(api);
        ShowCompanyProfile.Map(api);
        SetCompanyProfile.Map(api);

        StartVetting.Map(api);
        ListVettings.Map(api);
        ShowVetting.Map(api);
        ChangeVetting.Map(api);
        AddEvidence.Map(api);
        DownloadEvidence.Map(api);
        RemoveEvidence.Map(api);
        SubmitVetting.Map(api);
        RequestMoreEvidence.Map(api);
        RecordCreditQuery.Map(api);
        ApproveVetting.Map(api);
        RejectVetting.Map(api);
        RevokeVetting.Map(api);

        CreateSession.Map(api);
        ListSessions.Map(api);
        ShowSession.Map(api);
        ChangeSession.Map(api);
        ChangeSessionStatus.Map(api);

        AddHospital.Map(api);
        ListHospitals.Map(api);
        ShowHospital.Map(api);
        ChangeHospital.Map(api);
        AddGuest.Map(api);
        ListGuests.Map(api);
        ShowGuest.Map(api);
        ChangeGuest.Map(api);
        ImportGuests.Map(api);
        ShowGuestImport.Map(api);
        ListGuestImportRows.Map(api);
        ExportGuests.Map(api);

        InviteGuests.Map(api);
        ListInvitations.Map(api);
        ShowInvitation.Map(api);
        IssueInvitationLink.Map(api);
        RevokeInvitationLinks.Map(api);
        MoveInvitation.Map(api);
        RemindGuests.Map(api);
        FileApproval.Map(api);
        DownloadApproval.Map(api);
        ReleaseName.Map(api);
        InvitationLetter.Map(api);
        ShowQuorum.Map(api);
        SetQuorum.Map(api);
        ConfirmSession.Map(api);
        ShowGuests.Map(api);
        ShowCompaniesComing.Map(api);
        ForgetGuest.Map(api);

        ShowMyInvitation.Map(api);
        AnswerMyInvitation.Map(api);
        SetMyAvailability.Map(api);
        GiveConsent.Map(api);
        WithdrawConsent.Map(api);
        ShowMyData.Map(api);
        CorrectMyData.Map(api);
        EraseMyData.Map(api);

        ReserveSeat.Map(api);
        ListReservations.Map(api);
        ShowReservation.Map(api);
        ApproveReservation.Map(api);
        DeclineReservation.Map(api);
        CancelReservation.Map(api);
        SetDelegates.Map(api);
        ShowDelegates.Map(api);
        JoinWaitlist.Map(api);
        ShowWaitlist.Map(api);
        LeaveWaitlist.Map(api);

        ListDelegates.Map(api);
        DecideDelegate.Map(api);
        IssueDelegateLink.Map(api);
        ShowOwnDelegation.Map(api);
        AcceptAgreements.Map(api);
        ShowDelegateData.Map(api);
        EraseDelegateData.Map(api);
        ShowOwnConflicts.Map(api);
        DeclareOwnConflicts.Map(api);
        DeclareConflicts.Map(api);
        ShowDeclaredConflicts.Map(api);
        ListConflicts.Map(api);

        SetDayAgenda.Map(api);
        ShowDayAgenda.Map(api);
        IssueTickets.Map(api);
        ShowTicket.Map(api);
        DownloadDay.Map(api);
        AddDoorDevice.Map(api);
        ListDoorDevices.Map(api);
        RevokeDoorDevice.Map(api);
        PairDoorDevice.Map(api);
        ShowRoster.Map(api);
        UndoCheckIn.Map(api);
        ScanTickets.Map(api);
        PaperPack.Map(api);

        SetAttendance.Map(api);
        RecordBenefit.Map(api);
        ListBenefits.Map(api);
        VoidBenefit.Map(api);
        RecordEndorsement.Map(api);
        ListEndorsements.Map(api);
        AnswerEndorsement.Map(api);
        ShowSessionReport.Map(api);
        PrintSessionReport.Map(api);

        PublishSlot.Map(api);
        ListSlots.Map(api);
        WithdrawSlot.Map(api);
        BookConsultation.Map(api);
        MoveConsultation.Map(api);
        CancelConsultation.Map(api);
        ListConsultations.Map(api);
        ShowConsultation.Map(api);
        ListDrafts.Map(api);
        DownloadConsultation.Map(api);
        WriteDraft.Map(api);
        FinishConsultation.Map(api);

        ListPaymentMethods.Map(api);
        RequestPayment.Map(api);
        ListPayments.Map(api);
        ShowPayment.Map(api);
        CheckPayment.Map(api);
        TakeStripeEvent.Map(api);
        ReceiveTransfer.Map(api);
        RequestRefund.Map(api);
        ListRefunds.Map(api);
        ShowRefund.Map(api);
        DecideRefund.Map(api);
        PayRefundByHand.Map(api);
        ApplyRefund.Map(api);
        ListDisputes.Map(api);
        WriteOffDebt.Map(api);
        PrintReceipt.Map(api);
        ShowCompanyStatement.Map(api);
        ExportCompanyStatement.Map(api);
        ShowSessionStatement.Map(api);
        ExportSessionStatement.Map(api);

        ImportBankStatement.Map(api);
        ListBankLines.Map(api);
        ShowBankLine.Map(api);
        MatchBankLine.Map(api);
        SplitBankLine.Map(api);
        HoldBankLine.Map(api);
        ReturnBankLine.Map(api);
        ApproveBankLine.Map(api);
        PayBankLine.Map(api);
        AddBankStatementMapping.Map(api);
        ListBankStatementMappings.Map(api);
        ShowBankStatementMapping.Map(api);
        ChangeBankStatementMapping.Map(api);
        RemoveBankStatementMapping.Map(api);

        SetFapiaoProfile.Map(api);
        ShowFapiaoProfile.Map(api);
        RequestFapiao.Map(api);
        ListFapiaos.Map(api);
        ShowFapiao.Map(api);
        ExportFapiaoRequests.Map(api);
        ImportFapiaoResults.Map(api);
        FileFapiao.Map(api);
        DownloadFapiao.Map(api);
        RecordRedLetter.Map(api);

        ShowMatchmakingPlan.Map(api);
        SetMatchmakingPlan.Map(api);
        ShowCandidates.Map(api);
        SetWishes.Map(api);
        SetMatchProfile.Map(api);
        SetPresence.Map(api);
        MakeTimetable.Map(api);
        WatchTimetableSearch.Map(api);
        ShowTimetable.Map(api);
        EditTimetable.Map(api);
        ChangeTimetableStatus.Map(api);
        PublishTimetable.Map(api);
        ShowMeetings.Map(api);
        FreezeMeeting.Map(api);
        SayWhoCame.Map(api);
        ShowMeeting.Map(api);
        RecordMeeting.Map(api);
        ProposeOutcome.Map(api);
        ConfirmOutcome.Map(api);
        WithdrawOutcome.Map(api);
        ReportOutcomes.Map(api);
        GrantMeetingCredits.Map(api);

        ListParkedMessages.Map(api);
        RetryMessage.Map(api);
    }
}
