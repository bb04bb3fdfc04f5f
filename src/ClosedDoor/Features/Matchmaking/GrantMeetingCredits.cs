using ClosedDoor.Domain;
using ClosedDoor.Features.Payments;
using ClosedDoor.Features.Payments.Refunds;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// After the day, a company that had fewer meetings than it was promised, through no fault of its own, gets a part of its
/// money back: a refund like any other, through the ledger, with a second approver where the amount asks for one. Asked
/// twice, it is granted once.
/// </summary>
public static class GrantMeetingCredits
{
    const string Why = "一对一洽谈少于保证次数";

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost(
                "/sessions/{sessionId}/meeting-credits",
                async (string sessionId, Caller caller, Database db) => (await Execute(db, caller, sessionId)).ToOk()
            )
            .Named("GrantMeetingCredits", "Credit the companies that had fewer meetings than promised")
            .RequireAuthorization(Policy.Finance)
            .Answers<MeetingCreditsView>()
            .Refuses(Refusals.NotFound, Refusals.DayNotOver, Refusals.MeetingsUndecided);

    public static Task<Outcome<MeetingCreditsView>> Execute(Database db, Caller caller, string sessionId) =>
        db.Write<MeetingCreditsView>(
            caller,
            async tx =>
            {
                if (
                    await SessionTable.Lock(tx, sessionId) is null
                    || await MatchInput.Load(tx, sessionId) is not { } input
                )
                    return Refusals.NotFound;
                var meetings = await MeetingRow.Live(tx, sessionId);
                if (caller.Now < input.Plan.At(input.Plan.EndsAt))
                    return Refusals.DayNotOver;
                if (meetings.Any(one => !one.IsSettled))
                    return Refusals.MeetingsUndecided;

                var plans = await TimetableRow.EverPublished(tx, sessionId);
                var refused = plans
                    .SelectMany(plan => plan.Refused)
                    .Concat(input.Refused)
                    .ToLookup(one => one.CompanyId);
                foreach (var company in input.Companies)
                {
                    var own = meetings.Where(one => one.CompanyId == company.Id).ToList();
                    var had = own.Count(one => one.State.CountsForGuarantee());
                    await Credit(tx, input, company, Promised(input, company, own, refused[company.Id]) - had, caller);
                }
                var rows = await tx.All<MeetingCreditRow>(
                    "SELECT company_id, missing, amount FROM meeting_credit WHERE session_id = @sessionId ORDER BY company_id",
                    new { sessionId }
                );
                return new MeetingCreditsView([.. rows.Select(row => row.ToView(input.Plan.PriceCurrency))]);
            }
        );

    /// <summary>
    /// The guarantee, less what the company itself has made impossible: whoever says no to guests, declares a conflict
    /// of interest with them, stays out of the matching or away for the day is not paid for meetings that it did not want.
    /// Too few guests are not its doing. A no that a published timetable went by counts although it was taken back since,
    /// unless the two have a meeting after all.
    /// </summary>
    static long Promised(
        MatchInput input,
        MatchCompany company,
        List<MeetingRow> meetings,
        IEnumerable<RefusedMeeting> refused
    )
    {
        var no = refused.Select(one => one.InvitationId).ToHashSet();
        var stayedOut = no.Contains(null);
        if (company.Said.Automatic == 0 || company.Said.Absent == 1 || stayedOut && meetings.Count == 0)
            return 0;
        var met = meetings.Select(one => one.InvitationId).ToHashSet();
        var lost = input.Guests.Count(guest => !met.Contains(guest.Id) && (stayedOut || no.Contains(guest.Id)));
        var guarantee = input.Plan.Guarantee;
        return Math.Min(
            Left(input.Guests.Count, input.Guests.Count - lost),
            Left(input.Grid.Slots.Count, input.SlotsOf(company)) // It came late, or left early.
        );

        // What the company has left of its guarantee, of which it has made a part impossible itself.
        long Left(int all, int left) => guarantee - Math.Min(guarantee, all) + Math.Min(guarantee, left);
    }

    static async Task Credit(Tx tx, MatchInput input, MatchCompany company, long missing, Caller caller)
    {
        var sessionId = input.Plan.SessionId;
        if (missing <= 0 || input.Plan.CreditAmount == 0)
            return;
        var paymentId = await tx.Find<string>(
            $"""
            SELECT payment.id FROM payment JOIN reservation ON reservation.id = payment.reservation_id
            WHERE reservation.session_id = @sessionId AND reservation.company_id = @Id
                AND {ReservationStates.Comes} AND {PaymentStates.Settled}
            """,
            new { sessionId, company.Id }
        );
        if (paymentId is null)
            return;
        var amount = Math.Min(checked(missing * input.Plan.CreditAmount), await Refundable.Of(tx, paymentId));
        if (amount == 0 || !await MeetingCreditTable.Add(tx, sessionId, company.Id, missing, amount, caller.Now))
            return;
        await Refunding.Request(
            tx,
            await PaymentTable.Get(tx, paymentId),
            new(amount, RefundCause.Goodwill, Why),
            caller.Now
        );
    }

    sealed record MeetingCreditRow
    {
        public string CompanyId { get; init; } = "";
        public long Missing { get; init; }
        public long Amount { get; init; }

        public MeetingCreditView ToView(string currency) => new(CompanyId, Missing, new(Amount, currency));
    }
}

/// <summary>All credits of the session, those of this request and of earlier ones.</summary>
public sealed record MeetingCreditsView(IReadOnlyList<MeetingCreditView> Items);

/// <param name="Missing">Meetings that the company was promised and did not have.</param>
public sealed record MeetingCreditView(string CompanyId, long Missing, MoneyView Amount);
