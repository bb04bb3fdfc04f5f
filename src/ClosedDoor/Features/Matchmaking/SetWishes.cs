using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Outbox;
using NodaTime;

namespace ClosedDoor.Features.Matchmaking;

/// <summary>
/// What each side wishes of the other, in place of what it said before. A timetable that is published already does not
/// change by it; the next one does. Where a guest does not wish a meeting that is published, the organizers are told.
/// </summary>
public static class SetWishes
{
    /// <param name="Id">An invitation, for a company; a company, for a guest.</param>
    /// <param name="Wish">A company: must, want, neutral, no. A guest: must, want, neutral, veto, recuse.</param>
    public sealed record Request(string? Id, string? Wish);

    /// <summary>How many wishes stand now.</summary>
    public sealed record Kept(int Wishes);

    const int Most = 100;

    public static void Map(IEndpointRouteBuilder api)
    {
        api.MapPut(
                "/reservations/{reservationId}/preferences",
                async (string reservationId, Request[] request, Caller caller, Database db) =>
                    (await ByCompany(db, caller, reservationId, request)).ToOk()
            )
            .Named("SetCompanyPreferences", "Rank the guests whom a company would meet")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<Kept>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.WrongReservationStatus)
            .Example(new[] { new Request("inv_01jw4v9x6fe8rtb3n5m2k7q0ah", "must") });
        api.MapPut(
                "/invitation/preferences",
                async (Request[] request, Caller caller, Database db) => (await ByGuest(db, caller, request)).ToOk()
            )
            .Named("SetMyPreferences", "Rank the companies that a guest would meet, or keep away from one")
            .RequireAuthorization(Policy.Invited)
            .Answers<Kept>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.WrongInvitationStatus)
            .Example(new[] { new Request("cmp_01jw4v9x6fe8rtb3n5m2k7q0ah", "veto") });
    }

    public static Task<Outcome<Kept>> ByCompany(Database db, Caller caller, string reservationId, Request[] request) =>
        db.Write<Kept>(
            caller,
            async tx => await Keep(tx, await Speaker.OfCompany(tx, caller, reservationId), request, caller.Now)
        );

    public static Task<Outcome<Kept>> ByGuest(Database db, Caller caller, Request[] request) =>
        db.Write<Kept>(caller, async tx => await Keep(tx, await Speaker.OfGuest(tx, caller), request, caller.Now));

    static async Task<Outcome<Kept>> Keep(Tx tx, Outcome<Speaker> found, Request[] request, Instant now)
    {
        if (found.Refused(out var refusal))
            return refusal;
        var speaker = found.Value;
        var input = (await MatchInput.Load(tx, speaker.SessionId))!;
        var read =
            speaker.Side is MeetingSide.Company
                ? Read(request, input.Guests.Where(input.Plan.Lets).Select(one => one.Id), WishWords.MayBeSaidByCompany)
                : Read(request, input.Companies.Select(one => one.Id), WishWords.MayBeSaidByGuest);
        if (read.Refused(out var invalid))
            return invalid;
        if (speaker.Side is MeetingSide.Guest)
            await TellOfUnwanted(tx, speaker, read.Value, now);
        await PreferenceTable.Replace(tx, speaker, read.Value, now);
        return new Kept(read.Value.Count);
    }

    /// <summary>
    /// Once for each company that the guest kept not away from before. The caller holds the session's row: a timetable that is
    /// being published just now either sees the wish or has its meetings seen here.
    /// </summary>
    static async Task TellOfUnwanted(Tx tx, Speaker guest, Dictionary<string, Wish> wishes, Instant now)
    {
        var unwanted = wishes.Where(one => one.Value.KeepsAway()).Select(one => one.Key).ToHashSet();
        if (unwanted.Count == 0)
            return;
        unwanted.ExceptWith(await PreferenceTable.KeptAwayFrom(tx, guest.SessionId, guest.Id));
        foreach (var row in await MeetingRow.Live(tx, guest.SessionId))
            if (row.InvitationId == guest.Id && unwanted.Contains(row.CompanyId) && row.MayBeCalledOff(now))
                await tx.Send(MeetingNews.Unwanted, new Notice(row.Id), now);
    }

    static Outcome<Dictionary<string, Wish>> Read(
        Request[] request,
        IEnumerable<string> others,
        Func<Wish, bool> mayBeSaid
    )
    {
        var (errors, known, wishes) = (new FieldErrors(), others.ToHashSet(), new Dictionary<string, Wish>());
        if (request.Length > Most)
            errors.Add("", $"至多 {Most} 项。", $"At most {Most}.");
        for (var i = 0; i < Math.Min(request.Length, Most); i++)
        {
            var (id, word) = (request[i]?.Id, request[i]?.Wish);
            var wish = Words.TryParse<Wish>(word);
            if (wish is not { } said || !mayBeSaid(said))
                errors.Add($"[{i}].wish", "不是可用的意向。", "Not a wish that can be said here.");
            if (id is null || !known.Contains(id))
                errors.Add($"[{i}].id", "本场次没有这一对象。", "Nobody by this id can be met in this session.");
            else if (!wishes.TryAdd(id, wish.GetValueOrDefault()))
                errors.Add($"[{i}].id", "重复。", "Given twice.");
        }
        return errors.Refusal is { } invalid ? invalid : wishes;
    }
}
