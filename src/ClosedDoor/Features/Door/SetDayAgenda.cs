using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Door;

/// <summary>Says what happens on the day, and when.</summary>
public static class SetDayAgenda
{
    const int Most = 60;

    public sealed record Item(LocalTime? StartsAt, LocalTime? EndsAt, string? Title, string? Speaker = null);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPut(
                "/sessions/{sessionId}/agenda",
                async (string sessionId, Item[] request, Caller caller, Database db) =>
                    (await Execute(db, caller, sessionId, request)).ToOk()
            )
            .Named("SetAgenda", "Set the agenda of a session")
            .RequireAuthorization(Policy.Organize)
            .Answers<Page<AgendaItemView>>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.WrongSessionStatus)
            .Example(
                new[]
                {
                    new Item(new LocalTime(9, 0), new LocalTime(9, 20), "开场致辞", "示例嘉宾一"),
                    new Item(new LocalTime(9, 20), new LocalTime(12, 0), "一对一洽谈"),
                }
            );

    public static async Task<Outcome<Page<AgendaItemView>>> Execute(
        Database db,
        Caller caller,
        string sessionId,
        Item[] request
    )
    {
        var errors = new FieldErrors();
        if (request.Length > Most)
            errors.Add("", $"至多 {Most} 项。", $"At most {Most} items.");
        var items = new List<AgendaItemView>();
        for (var i = 0; i < Math.Min(request.Length, Most); i++)
        {
            var starts = errors.Required($"[{i}].startsAt", request[i]?.StartsAt);
            var ends = errors.Required($"[{i}].endsAt", request[i]?.EndsAt);
            var title = errors.Text($"[{i}].title", request[i]?.Title, 100);
            var speaker = errors.OptionalText($"[{i}].speaker", request[i]?.Speaker, 100);
            if (request[i] is { StartsAt: not null, EndsAt: not null } && ends <= starts)
                errors.Add($"[{i}].endsAt", "应晚于开始时间。", "Must be after the start.");
            items.Add(new(starts, ends, title, speaker));
        }
        if (errors.Refusal is { } invalid)
            return invalid;
        return await db.Write<Page<AgendaItemView>>(
            caller,
            async tx =>
            {
                if (await SessionTable.Lock(tx, sessionId) is not { } sale)
                    return Refusals.NotFound;
                if (sale.Status.HasEnded())
                    return Refusals.WrongSessionStatus;
                var sorted = items.OrderBy(item => item.StartsAt).ToList();
                await AgendaTable.Replace(tx, sessionId, sorted, caller.Now);
                return new Page<AgendaItemView>(sorted, null);
            }
        );
    }
}
