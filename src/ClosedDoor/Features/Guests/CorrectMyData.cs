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

    /// <summary>A day, of numbers and addresses that are others'.</summary>
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
                async (Request request, Caller caller, Database db) => (await Execute(db, caller, request)).ToOk()
            )
            .Named("CorrectMyData", "Correct what is kept about the guest")
            .RequireAuthorization(Policy.Invited)
            .Answers<MyDataView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.GuestForgotten)
            .Example(new Request(Phone: "13800000000"));

    public static async Task<Outcome<MyDataView>> Execute(Database db, Caller caller, Request request)
    {
        if (await db.Write(caller.Actor, tx => Contact(tx, caller, request)) is { } guessed)
            return guessed;
        return await db.Write<MyDataView>(
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
                    null => (await ShowMyData.Find(tx, caller))!,
                    var refusal when refusal.Is(Refusals.GuestExists) => NotHere(request),
                    var refusal => refusal,
                };
            }
        );
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
            || await ChangeGuest.Take(tx, row.GuestId) is null
        )
            return null;
        var tries = await tx.Get<long>(
            "SELECT COUNT(*) FROM audit WHERE chain = @GuestId AND action = @Tried AND at > @since",
            new
            {
                row.GuestId,
                Tried,
                since = caller.Now - Duration.FromDays(1),
            }
        );
        if (tries >= MostTries)
            return Refusals.TooManyRequests with { RetryAfterSeconds = (long)Duration.FromDays(1).TotalSeconds };
        if (!await ChangeGuest.IsTaken(tx, row.GuestId, phone, email))
            return null;
        await tx.Record(caller.Now, new Change(row.GuestId, Tried, row.GuestId));
        return NotHere(request);
    }

    static Refusal NotHere(Request request)
    {
        var errors = new FieldErrors();
        foreach (var (path, value) in new[] { ("phone", request.Phone), ("email", request.Email) })
            if (value is not null)
                errors.Add(path, "无法在此登记，请联系主办方。", "This cannot be entered here: ask the organizers.");
        return errors.Refusal!;
    }
}
