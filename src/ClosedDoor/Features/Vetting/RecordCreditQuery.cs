using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Vetting;

/// <summary>
/// Records what a look-up of the company's procurement credit said, who looked and when. The latest day counts: when it
/// forbids an approval, the one that the company has is revoked in the same commit, and the company is told.
/// </summary>
public static class RecordCreditQuery
{
    /// <param name="QueriedOn">The day of the look-up (Asia/Shanghai); today or earlier.</param>
    /// <param name="Rating">none, general (一般), medium (中等), serious (严重) or extremely_serious (特别严重).</param>
    /// <param name="DishonestDebtor">失信被执行人.</param>
    /// <param name="ScreenshotSha256">SHA-256 of the screenshot, 64 hexadecimal digits.</param>
    public sealed record Request(
        LocalDate? QueriedOn,
        string? Rating,
        bool? DishonestDebtor = null,
        string? ScreenshotSha256 = null
    );

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/vettings/{vettingId}/credit-queries", Handle)
            .Named("RecordCreditQuery", "Record a look-up of the company's procurement credit")
            .RequireAuthorization(Policy.Review)
            .Answers<CreditQueryView>(201)
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.WrongVettingStatus)
            .Example(new Request(new LocalDate(2026, 3, 1), "none", false));

    static async Task<IResult> Handle(string vettingId, Request request, Caller caller, Database db) =>
        (await Execute(db, caller, vettingId, request)).ToCreated(_ => $"/api/v1/vettings/{vettingId}");

    public static async Task<Outcome<CreditQueryView>> Execute(
        Database db,
        Caller caller,
        string vettingId,
        Request request
    )
    {
        var errors = new FieldErrors();
        var queriedOn = errors.Required("queriedOn", request.QueriedOn);
        errors.NotAfter(Zones.Today(caller.Now), "queriedOn", queriedOn);
        var rating = Words.TryParse<CreditRating>(request.Rating);
        if (rating is null)
            errors.Add("rating", FieldErrors.OneOf<CreditRating>());
        var screenshot = string.IsNullOrWhiteSpace(request.ScreenshotSha256)
            ? null
            : request.ScreenshotSha256.Trim().ToLowerInvariant();
        if (screenshot is not null && (screenshot.Length != 64 || !screenshot.All(char.IsAsciiHexDigit)))
            errors.Add("screenshotSha256", "应为 64 位十六进制。", "Must be 64 hexadecimal digits.");
        if (errors.Refusal is { } invalid)
            return invalid;

        return await db.Write<CreditQueryView>(
            caller,
            async tx =>
            {
                if (await VettingTable.Lock(tx, caller, vettingId) is not { } vetting)
                    return Refusals.NotFound;
                if (caller.Stale(vetting.Version) is { } stale)
                    return stale;
                if (!vetting.StateOn(Zones.Today(caller.Now)).IsAlive())
                    return Refusals.WrongVettingStatus;
                var record = new CreditRecord(queriedOn, rating!.Value, request.DishonestDebtor ?? false);
                var id = await CreditQueryTable.Add(tx, vetting, record, screenshot, caller.Now);
                await VettingTable.Touch(tx, vetting);
                await EndApproval(tx, vetting.CompanyId, caller.Now);
                return (await CreditQueryTable.Get(tx, id)).ToView();
            }
        );
    }

    static async Task EndApproval(Tx tx, string companyId, Instant now)
    {
        if (
            (await CreditQueryTable.Latest(tx, companyId))?.ToRecord() is not { Forbids: true }
            || await VettingTable.LockApproved(tx, companyId) is not { } approved
            || approved.HasRunOut(Zones.Today(now))
        )
            return;
        var decision = new VettingTable.Decision(VettingReason.CreditForbids);
        if (await VettingTable.Transition(tx, approved, VettingTrigger.Revoke, now, decision) is not null)
            await tx.Send(RevokeVetting.Revoked, new Notice(approved.Id), now);
    }
}
