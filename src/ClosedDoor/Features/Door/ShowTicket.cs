using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Calendars;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Pages;
using NodaTime;

namespace ClosedDoor.Features.Door;

/// <summary>A ticket, to the person whose it is: as data, and as a page with a QR code to be shown or printed.</summary>
public static class ShowTicket
{
    public static void Map(IEndpointRouteBuilder api)
    {
        MapBoth(api, "/delegate/ticket", "ShowDelegateTicket", LinkPurpose.Delegate, Policy.DelegateByLink);
        MapBoth(api, "/invitation/ticket", "ShowGuestTicket", LinkPurpose.Invitation, Policy.Invited);
    }

    static void MapBoth(IEndpointRouteBuilder api, string path, string name, LinkPurpose purpose, string policy)
    {
        api.MapGet(
                path,
                async (Caller caller, Database db, TicketKeys keys) => (await Execute(db, keys, caller, purpose)).ToOk()
            )
            .Named(name, "One's own ticket, by a personal link")
            .RequireAuthorization(policy)
            .Answers<TicketView>()
            .Refuses(Refusals.NotFound);
        api.MapGet(
                $"{path}/page",
                async (Caller caller, Database db, TicketKeys keys) =>
                {
                    var own = await Execute(db, keys, caller, purpose);
                    return own.Refused(out var refusal) ? Answer.Refuse(refusal) : Page(own.Value);
                }
            )
            .Named($"{name}Page", "One's own ticket as a page to print, by a personal link")
            .RequireAuthorization(policy)
            .Produces(200, contentType: "text/html")
            .Refuses(Refusals.NotFound);
    }

    /// <summary>Null for who is not expected any more, and so is not told where it takes place, either.</summary>
    internal static async Task<(PersonRow Person, DaySheet Day)?> Expected(
        Database db,
        Caller caller,
        LinkPurpose purpose
    )
    {
        if (caller.LinkTo(purpose) is not { } id)
            return null;
        var (person, day) = await db.Read(async read =>
        {
            var person =
                purpose is LinkPurpose.Delegate
                    ? await PersonRow.OfDelegate(read, id)
                    : await PersonRow.OfInvitation(read, id);
            return (person, person is null ? null : await DaySheet.Find(read, person.SessionId));
        });
        return person is null || day is null || day.IsCancelled || person.CalledOff ? null : (person, day);
    }

    public static async Task<Outcome<TicketView>> Execute(
        Database db,
        TicketKeys keys,
        Caller caller,
        LinkPurpose purpose
    )
    {
        if (await Expected(db, caller, purpose) is not var (person, day))
            return Refusals.NotFound;
        return new TicketView(
            person.TicketId,
            await keys.Sign(person.TicketId, person.SessionId, caller.Now),
            person.Name,
            day.Title,
            day.BeginsAt,
            day.Place,
            person.Barred?.Code
        );
    }

    static PrintPage Page(TicketView ticket) =>
        new(
            "入场凭证",
            Html.Of(
                $"""
                <h1>{ticket.SessionTitle}</h1>
                <div class="card">{QrCode.Svg(
                    ticket.Text
                )}<p class="name">{ticket.Name}</p><p>{ticket.Place}</p><p class="small">请在签到处出示二维码。Show this code at the door.</p></div>
                """
            )
        );
}

/// <param name="Text">What stands in the QR code: signed, and without anything about a person.</param>
/// <param name="Barred">Why it would not open the door as things stand, as a problem code.</param>
public sealed record TicketView(
    string Id,
    string Text,
    string Name,
    string SessionTitle,
    Instant BeginsAt,
    string Place,
    string? Barred
);
