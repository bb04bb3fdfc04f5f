using ClosedDoor.Domain;
using ClosedDoor.Features.Sessions;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Consultations;

/// <summary>Offers a time at which an advisor talks to a company online, before the session.</summary>
public static class PublishSlot
{
    /// <summary>A talk of less is none; a longer one is two.</summary>
    static readonly Duration Shortest = Duration.FromMinutes(10);
    static readonly Duration Longest = Duration.FromHours(4);

    public sealed record Request(
        string? Advisor,
        Instant? BeginsAt,
        Instant? EndsAt,
        string? JoinUrl,
        string? AdvisorEmail = null
    );

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/sessions/{sessionId}/consultation-slots", Handle)
            .Named("PublishConsultationSlot", "Publish a slot for an online consultation")
            .RequireAuthorization(Policy.Organize)
            .Answers<SlotView>(201)
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.WrongSessionStatus)
            .Example(
                new Request(
                    "示例顾问",
                    Instant.FromUtc(2027, 2, 1, 2, 0),
                    Instant.FromUtc(2027, 2, 1, 2, 45),
                    "https://meeting.example.com/1",
                    "advisor@example.com"
                )
            );

    static async Task<IResult> Handle(string sessionId, Request request, Caller caller, Database db) =>
        (await Execute(db, caller, sessionId, request)).ToCreated(slot => $"/api/v1/consultation-slots/{slot.Id}");

    public static async Task<Outcome<SlotView>> Execute(Database db, Caller caller, string sessionId, Request request)
    {
        var errors = new FieldErrors();
        var advisor = errors.Parsed("advisor", PersonName.Parse(request.Advisor));
        var email = request.AdvisorEmail is null
            ? null
            : errors.Parsed("advisorEmail", EmailAddress.Parse(request.AdvisorEmail));
        var begins = errors.Required("beginsAt", request.BeginsAt);
        var ends = errors.Required("endsAt", request.EndsAt);
        var url = errors.Text("joinUrl", request.JoinUrl, 500);
        if (url.Length > 0 && !(Uri.TryCreate(url, UriKind.Absolute, out var parsed) && parsed.Scheme == "https"))
            errors.Add("joinUrl", "请填写 https 链接。", "Must be an https address.");
        if (
            request is { BeginsAt: not null, EndsAt: not null }
            && (ends - begins < Shortest || ends - begins > Longest)
        )
            errors.Add("endsAt", "时段应为 10 分钟至 4 小时。", "A slot lasts 10 minutes to 4 hours.");
        if (request.BeginsAt is not null && begins <= caller.Now)
            errors.Add("beginsAt", "应晚于当前时间。", "Must lie ahead.");
        if (errors.Refusal is { } invalid)
            return invalid;

        return await db.Write<SlotView>(
            caller,
            async tx =>
            {
                if (await SessionTable.Lock(tx, sessionId) is not { } sale)
                    return Refusals.NotFound;
                if (sale.Status.HasEnded())
                    return Refusals.WrongSessionStatus;
                if (ends > sale.BeginsAt)
                {
                    var late = new FieldErrors(); // Of its own: the work may run again, and would say it twice.
                    late.Add("endsAt", "咨询须在场次开始前结束。", "A consultation ends before the session begins.");
                    return late.Refusal!;
                }
                var slot = await SlotTable.Add(
                    tx,
                    new SlotRow
                    {
                        Id = TypeId.New("slt", caller.Now),
                        SessionId = sessionId,
                        Advisor = advisor!.Value,
                        AdvisorEmail = email?.Value,
                        BeginsAt = begins,
                        EndsAt = ends,
                        JoinUrl = url,
                        Version = 1,
                    },
                    caller.Now
                );
                return SlotView.Of(slot, toOrganizer: true, null, caller.Now);
            }
        );
    }
}
