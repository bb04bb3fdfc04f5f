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
using ClosedDoor.Features.Invariants;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Features.Matchmaking;
using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Ledger;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Payments.Stripe;
using ClosedDoor.Features.Quorum;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Features.Vetting;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Backup;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Http.OpenApi;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Jobs;
using ClosedDoor.Platform.Mail;
using ClosedDoor.Platform.Outbox;
using ClosedDoor.Platform.Pages;
using ClosedDoor.Platform.Telemetry;
using NodaTime;

try
{
    // Settings files lie beside the binary, whatever folder the service is started from; they are read once, so that
    // nothing need watch them.
    var builder = WebApplication.CreateSlimBuilder(
        new WebApplicationOptions
        {
            Args = ["--hostBuilder:reloadConfigOnChange=false", .. args],
            ContentRootPath = AppContext.BaseDirectory,
        }
    );
    var settings = new Settings(builder.Configuration);

    StripeSetup.Check(settings, builder.Environment.IsProduction());
    var stripe = new StripeClient(settings);

    builder.Services.AddSingleton(settings);
    builder.Services.AddSingleton(stripe);
    builder.Services.AddSingleton(TimeProvider.System);
    builder.Services.AddSingleton<IClock, SystemTime>();
    builder.Services.AddSingleton(_ => Database.Open(settings));
    builder.Services.AddSingleton<KeptAnswers>();
    builder.Services.AddSingleton<KnownTokens>();
    builder.Services.AddSingleton<Passwords>();
    builder.Services.AddSingleton<TicketKeys>();
    builder.Services.AddSingleton<Mailer>();
    builder.Services.AddOutbox(
        settings,
        new()
        {
            [SubmitVetting.Submitted] = Mailing.By(VettingMails.Submitted),
            [RequestMoreEvidence.Requested] = Mailing.By(VettingMails.InfoRequested),
            [ApproveVetting.Approved] = Mailing.By(VettingMails.Approved),
            [RejectVetting.Rejected] = Mailing.By(VettingMails.Rejected),
            [RevokeVetting.Revoked] = Mailing.By(VettingMails.Revoked),
            [ExpireVettings.Expired] = Mailing.By(VettingMails.Expired),
            [ReserveSeat.Held] = Mailing.By(ReservationMails.Held),
            [ReserveSeat.Applied] = Mailing.By(ReservationMails.Applied),
            [ApproveReservation.Approved] = Mailing.By(ReservationMails.Approved),
            [DeclineReservation.Declined] = Mailing.By(ReservationMails.Declined),
            [ReservationEnd.Expired] = Mailing.By(ReservationMails.Expired),
            [ReservationEnd.Cancelled] = Mailing.By(ReservationMails.Cancelled),
            [ReservationEnd.Moved] = Mailing.By(ReservationMails.Moved),
            [WaitlistTable.Promoted] = Mailing.By(WaitlistMails.Promoted),
            [WaitlistTable.Ended] = Mailing.By(WaitlistMails.Ended),
            [DelegateTable.Approved] = LinkedMailing.By(LinkPurpose.Delegate, DelegateMails.Approved),
            [DelegateTable.Refused] = Mailing.By(DelegateMails.Refused),
            [DelegateTable.Left] = Mailing.By(DelegateMails.Left),
            [TicketTable.ToDelegate] = LinkedMailing.By(LinkPurpose.Delegate, TicketMails.ToDelegate),
            [TicketTable.ToGuest] = LinkedMailing.By(LinkPurpose.Invitation, TicketMails.ToGuest),
            [CalendarEndTable.Ended] = CalendarEndTable.Handle,
            [Attendance.Thanked] = Mailing.By(ThankYou.Write),
            [ConsultationTable.Booked] = Mailing.By(ConsultationMails.Booked),
            [ConsultationTable.Cancelled] = Mailing.By(ConsultationMails.Cancelled),
            [ConsultationTable.Finished] = Mailing.By(ConsultationMails.Finished),
            [SlotTable.Changed] = Mailing.By(ConsultationMails.SlotChanged),
            [RunGuestImport.Begun] = RunGuestImport.Handle,
            [InvitationTable.Invited] = LinkedMailing.By(LinkPurpose.Invitation, InvitationMails.Invited),
            [RemindGuests.Reminded] = LinkedMailing.By(LinkPurpose.Invitation, InvitationMails.Reminded),
            [TellGuests.Told] = LinkedMailing.By(LinkPurpose.Invitation, InvitationMails.Told),
            [PlaceLeft.Changed] = Mailing.By(InvitationMails.ListChanged),
            [WarnOfQuorum.Missing] = Mailing.By(WarnOfQuorum.Mail),
            [RequestPayment.Requested] = Mailing.By(PaymentMails.Requested),
            [Settle.Underpaid] = Mailing.By(PaymentMails.Underpaid),
            [Settle.Overpaid] = Mailing.By(PaymentMails.Overpaid),
            [Settle.RefundDue] = Mailing.By(PaymentMails.RefundDue),
            [OpenCheckout.Opening] = OpenCheckout.By(stripe),
            [Settle.CloseCheckout] = CloseCheckout.By(stripe),
            [Refunding.Send] = SendRefund.By(stripe),
            [StripeEventTable.Received] = HandleStripeEvent.By(stripe),
            [Refunding.Paid] = Mailing.By(PaymentMails.RefundPaid),
            [Refunding.Returned] = Mailing.By(FinanceMails.RefundFailed),
            [Refunding.MadeOutside] = Mailing.By(FinanceMails.RefundedOutside),
            [Refunding.Dropped] = Mailing.By(FinanceMails.RefundDropped),
            [Settle.Disputed] = Mailing.By(FinanceMails.Disputed),
            [Refunding.CameBack] = Mailing.By(PaymentMails.RefundCameBack),
            [Settle.Confirmed] = Mailing.By(ReservationMails.Confirmed),
            [MeetingNews.Company] = Mailing.By(MeetingMails.ToCompany),
            [MeetingNews.Guest] = LinkedMailing.By(LinkPurpose.Invitation, MeetingMails.ToGuest),
            [MeetingNews.GuestLeft] = Mailing.By(MeetingMails.ToGuestWhoLeft),
            [AskWhatCame.Company] = Mailing.By(FollowUpMails.ToCompany),
            [AskWhatCame.Guest] = LinkedMailing.By(LinkPurpose.Invitation, FollowUpMails.ToGuest),
        }
    );
    builder.Services.AddSingleton<CheckInvariantsNightly>();
    builder.Services.AddSingleton<TakeSnapshots>();
    builder.Services.AddJobs(
        settings,
        jobs =>
            jobs.Every<CheckLedger>(Duration.FromDays(1), (check, now) => check.RunOnce(now))
                .Every<SweepReservations>(Duration.FromSeconds(5), (sweep, now) => sweep.RunOnce(now))
                .Every<ReconcileCheckouts>(
                    settings.ReconcileEvery ?? Duration.FromMinutes(1),
                    (reconcile, now) => reconcile.RunOnce(now)
                )
                .Every<ReconcileRefunds>(
                    settings.ReconcileEvery ?? Duration.FromMinutes(15),
                    (reconcile, now) => reconcile.RunOnce(now)
                )
                .Every<ReconcileEvents>(
                    settings.ReconcileEvery ?? Duration.FromDays(1),
                    (reconcile, now) => reconcile.RunOnce(now)
                )
                .Every<SealAuditLog>(Duration.FromMinutes(1), (seal, now) => seal.RunOnce(now))
                .Every<ExpireVettings>(Duration.FromHours(1), (expire, now) => expire.RunOnce(now))
                .Every<WarnOfQuorum>(Duration.FromMinutes(10), (warn, now) => warn.RunOnce(now))
                .Every<ForgetOldSignIns>(Duration.FromHours(1), (forget, now) => forget.RunOnce(now))
                .Every<ForgetExpiredLinks>(Duration.FromDays(1), (forget, now) => forget.RunOnce(now))
                .Every<ForgetOldGuests>(Duration.FromDays(1), (forget, now) => forget.RunOnce(now))
                .Every<ForgetOldDelegates>(Duration.FromDays(1), (forget, now) => forget.RunOnce(now))
                .Every<ForgetIdempotencyKeys>(Duration.FromHours(1), (forget, now) => forget.RunOnce(now))
                .Every<CheckInvariantsNightly>(Duration.FromMinutes(10), (check, now) => check.RunOnce(now))
                .Every<TakeSnapshots>(settings.SnapshotEvery, (snapshots, now) => snapshots.RunOnce(now))
    );
    builder.Services.AddPolicies();
    builder.Services.AddRateLimits(settings);
    builder.Services.AddApiDocument();
    builder.Services.ConfigureHttpJsonOptions(json => Json.Configure(json.SerializerOptions));
    builder.Services.Configure<RouteHandlerOptions>(routes => routes.ThrowOnBadRequest = true);
    builder.WebHost.ConfigureKestrel(Edge.Limit).UseSockets(Edge.Buffer);
    builder.AddLogs();
    builder.Services.AddSingleton<MeterReader>();
    builder.Services.AddSingleton<FollowedTraces>();
    builder.Services.AddHostedService<Drain>();
    OpenTelemetryExport.AddTo(builder.Services, settings);

    var app = builder.Build();
    var clock = app.Services.GetRequiredService<IClock>();

    if (CommandLine.VerbOf(args) is { } verb)
        return await new CommandLine(
            new Dictionary<string, CommandLine.Command>
            {
                // These two neither change nor even open what they copy or replace.
                ["backup"] = MakeBackup.Command,
                ["restore"] = RestoreBackup.Command,
                ["check-invariants"] = CommandLine.OnceMigrated(CheckInvariants.Command),
                ["create-owner"] = CommandLine.OnceMigrated(CreateOwner.Run),
                ["migrate"] = CommandLine.OnceMigrated((_, _) => Task.FromResult(0)),
                ["verify-audit"] = CommandLine.OnceMigrated(VerifyAudit.Command),
            }
        ).Run(verb, app.Services, args);

    await new Migrator(app.Services.GetRequiredService<Database>()).Apply(clock.GetCurrentInstant());
    await FirstOwner.Ensure(app.Services, clock.GetCurrentInstant());

    app.Services.GetRequiredService<FollowedTraces>();
    app.Services.GetRequiredService<MeterReader>();
    app.Services.GetRequiredService<Mailer>(); // A sender that is no address stops the start, not the first mail.

    app.UseTrustedProxies(settings);
    app.UseAccessLog(settings.AccessLog ?? app.Environment.IsProduction());
    OpenTelemetryExport.NameSpans(app, settings);
    app.UseProblemDetails();
    app.UseRouting();
    app.UseBodyLimit();
    app.UseAuthentication();
    app.UseRateLimits(); // Before tokens that are none are refused, so that guessing them is limited too.
    app.UseCaller(clock);
    app.UseAuthorization();
    app.UsePlausibility();

    Health.Map(app.MapGroup("").AnswersHead());
    MetricsPage.Map(app);
    app.MapApiDocument();
    LinkPages.Map(app);

    var api = app.MapGroup("/api/v1").AnswersHead();

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
    MoveSession.Map(api);

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
    MoveTimetable.Map(api);
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

    app.Run();
    return 0;
}
catch (Exception e) when (e is InvalidSettingException or MigrationException or BackupException)
{
    // The operator's to mend: what it is, without where in the code it was found.
    await Console.Error.WriteLineAsync(e.Message.ReplaceLineEndings(" "));
    return 1;
}

public partial class Program;
