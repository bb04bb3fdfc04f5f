using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Features.Invitations;
using ClosedDoor.Platform.Audit;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Guests;

/// <summary>A guest corrects what is kept, by the own link (PIPL §46).</summary>
public static class CorrectMyData
{
    const string Tried = "guest.contact_refused";

    /// <summary>A day, of numbers and addresses that are others', and of addresses that are taken.</summary>
    const int MostTries = 3;

    /// <summary>What a guest may correct. Post and hospital, which the gate goes by, are the organizer's to check.</summary>
    public sealed record Request(
        string? Name = null,
        Title? Title = null,
        string? Specialty = null,
        string? Phone = null,
        string? Email = null
    );

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPatch(
                "/invitation/data",
                async (Request request, Caller caller, Database db, KnownTokens tokens) =>
                    (await Execute(db, tokens, caller, request)).ToOk()
            )
            .Named("CorrectMyData", "Correct what is kept about the guest")
            .WithDescription(
                "Another e-mail address ends all links but the one that the call is made with. At the most three a day."
            )
            .RequireAuthorization(Policy.Invited)
            .Answers<MyDataView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.GuestForgotten)
            .Example(new Request(Phone: "13800000000"));

    public static async Task<Outcome<MyDataView>> Execute(
        Database db,
        KnownTokens tokens,
        Caller caller,
        Request request
    )
    {
        if (await db.Write(caller.Actor, tx => Contact(tx, caller, request)) is { } guessed)
            return guessed;
        var outcome = await db.Write<MyDataView>(
            caller,
            async tx =>
            {
                if (await InvitationRow.Find(tx, caller.LinkTo(LinkPurpose.Invitation)!) is not { } row)
                    return Refusals.NotFound;
                var change = new GuestRequest(
                    Name: request.Name,
                    Title: request.Title,
                    Specialty: request.Specialty,
                    Phone: request.Phone,
                    Email: request.Email
                );
                return await ChangeGuest.Lay(tx, caller, row.GuestId, change, caller.Now) switch
                {
                    // Each is sent a mail: by the guest's own word, a stranger would be too.
                    null when await Count(tx, caller, row.GuestId, TellCorrectedAddress.Corrected) > MostTries =>
                        TooOften,
                    null => (await ShowMyData.Find(tx, caller))!,
                    var refusal when refusal.Is(Refusals.GuestExists) => NotHere(request),
                    var refusal => refusal,
                };
            }
        );
        tokens.Forget();
        return outcome;
    }

    /// <summary>
    /// That a number or an address is another guest's tells that this person is in the register, which is nobody's to know. So
    /// the answer does not say why, each try stands in the audit log, and there are few: in a transaction of its own, for a
    /// refusal would take it back, and under the guest's lock, so that many tries at one time are counted one by one.
    /// </summary>
    static async Task<Refusal?> Contact(Tx tx, Caller caller, Request request)
    {
        var errors = new FieldErrors(); // What is malformed, the change itself says.
        var phone = errors.Parsed("phone", MobileNumber.Parse(request.Phone))?.Value;
        var email = errors.Parsed("email", EmailAddress.Parse(request.Email))?.Value;
        if (
            (phone ?? email) is null
            || await InvitationRow.Find(tx, caller.LinkTo(LinkPurpose.Invitation)!) is not { } row
            || await ChangeGuest.Lock(tx, row.GuestId) is null
        )
            return null;
        if (await Count(tx, caller, row.GuestId, Tried) >= MostTries)
            return TooOften;
        if (!await ChangeGuest.IsTaken(tx, row.GuestId, phone, email))
            return null;
        await tx.Record(caller.Now, new Change(row.GuestId, Tried, row.GuestId));
        return NotHere(request);
    }

    /// <summary>How often the guest did something by the own links within a day.</summary>
    static Task<long> Count(Tx tx, Caller caller, string guestId, string action) =>
        tx.Get<long>(
            "SELECT COUNT(*) FROM audit WHERE chain = @guestId AND action = @action AND actor = @Actor AND at > @since",
            new
            {
                guestId,
                action,
                caller.Actor,
                since = caller.Now - Duration.FromDays(1),
            }
        );

    static Refusal TooOften =>
        Refusals.TooManyRequests with
        {
            RetryAfterSeconds = (long)Duration.FromDays(1).TotalSeconds,
        };

    static Refusal NotHere(Request request)
    {
        var errors = new FieldErrors();
        foreach (var (path, value) in new[] { ("phone", request.Phone), ("email", request.Email) })
            if (value is not null)
                errors.Add(path, "无法在此登记，请联系主办方。", "This cannot be entered here: ask the organizers.");
        return errors.Refusal!;
    }
}
