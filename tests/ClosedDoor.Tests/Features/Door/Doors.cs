using ClosedDoor.Tests.Features.Delegates;
using ClosedDoor.Tests.Given;

namespace ClosedDoor.Tests.Features.Door;

/// <summary>A session whose people have tickets, and devices at its door.</summary>
static class Doors
{
    public static async Task<ApiClient> Device(
        this TestHost host,
        ApiClient organizer,
        string sessionId,
        string name = "一号门"
    )
    {
        var code = (await organizer.Post($"/sessions/{sessionId}/door-devices", new { name })).Expect(201)["code"];
        return host.As(
            (await host.Anonymous.Post("/door/pair", new { code = code.GetString() })).Expect(200)["token"].GetString()!
        );
    }

    /// <summary>The text of the QR code that the person shows.</summary>
    public static async Task<string> Ticket(this ApiClient person) =>
        (
            (await person.Get("/delegate/ticket")) is { Status: 200 } own
                ? own
                : (await person.Get("/invitation/ticket")).Expect(200)
        )["text"]
            .GetString()!;

    public static async Task<Reply> Scan(
        this ApiClient device,
        string ticket,
        string nonce,
        object? scannedAt = null
    ) =>
        await device.Post(
            "/door/scans",
            new
            {
                scans = new[]
                {
                    new
                    {
                        ticket,
                        nonce,
                        scannedAt,
                    },
                },
            }
        );

    public static string Result(this Reply scan) => scan.Expect(200)["results"][0].GetProperty("result").GetString()!;

    public static string? Reason(this Reply scan) =>
        scan.Expect(200)["results"][0].TryGetProperty("reason", out var reason) ? reason.GetString() : null;

    /// <summary>Two delegates of one company, ready to come, with their tickets.</summary>
    public static async Task<(string[] Ids, string[] Tickets, ApiClient[] People)> TwoComers(
        this TestHost host,
        ApiClient organizer,
        TestCompany company,
        string seat,
        string sessionId
    )
    {
        var ids = await company.Named(seat, "示例");
        foreach (var id in ids)
            await host.Ready(organizer, id);
        (await organizer.Post($"/sessions/{sessionId}/tickets")).Expect(200);
        ApiClient[] people = [await host.DelegateOf(organizer, ids[0]), await host.DelegateOf(organizer, ids[1])];
        return (ids, [await people[0].Ticket(), await people[1].Ticket()], people);
    }
}
