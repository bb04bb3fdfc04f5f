using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Calendars;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Door;

/// <summary>The day as a calendar file, to the person whose it is: the same appointment as the mail's.</summary>
public static class DownloadDay
{
    public static void Map(IEndpointRouteBuilder api)
    {
        MapOne(api, "/delegate/calendar", "DownloadDelegateCalendar", LinkPurpose.Delegate, Policy.DelegateByLink);
        MapOne(api, "/invitation/calendar", "DownloadGuestCalendar", LinkPurpose.Invitation, Policy.Invited);
    }

    static void MapOne(IEndpointRouteBuilder api, string path, string name, LinkPurpose purpose, string policy) =>
        api.MapGet(
                path,
                async (Caller caller, Database db, Settings settings) =>
                    await ShowTicket.Expected(db, caller, purpose) is var (person, day)
                        ? new CalendarAnswer(
                            TicketMails.Calendar(person, day, settings, CalendarMethod.Publish),
                            "closeddoor"
                        )
                        : Answer.Refuse(Refusals.NotFound)
            )
            .Named(name, "The day as a calendar file, by a personal link; the same appointment as the mail's")
            .RequireAuthorization(policy)
            .Produces<string>(200, "text/calendar")
            .Refuses(Refusals.NotFound);
}
