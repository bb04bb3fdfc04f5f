using System.Net.Http.Headers;
using ClosedDoor.Tests.Features.Consultations;
using ClosedDoor.Tests.Features.Door;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Given;

namespace ClosedDoor.Tests.Features.Invariants;

/// <summary>Something of everything: seats confirmed and awaited, a waitlist that has moved, messages, evidence, a meeting.</summary>
/// <param name="Full">A session of two seats with one confirmed, one held by whom the waitlist promoted, and one waiting.</param>
/// <param name="Open">A session nobody has booked.</param>
/// <param name="Company">Whose seat is confirmed.</param>
sealed record Market(string Full, string Open, string Company)
{
    public static async Task<Market> Fill(TestHost host)
    {
        var owner = await host.Given.Owner();
        var full = await host.Given.PublishedSession(seatCap: 2);
        var open = await host.Given.PublishedSession();
        var companies = await host.Given.VettedCompanies(4);

        var (paidFor, paymentId) = await host.Given.AwaitingTransfer(companies[0], full);
        (
            await owner.Post(
                $"/payments/{paymentId}/receive",
                new
                {
                    bankSerial = "20260001",
                    amount = new { amount = 3_880_000, currency = "CNY" },
                    payerName = companies[0].Name,
                    receivedOn = "2026-03-02",
                }
            )
        ).Expect(200);

        var second = await host.Given.Hold(companies[1], full);
        foreach (var company in companies[2..])
            (await company.Api.Post($"/sessions/{full}/waitlist")).Expect(201);
        (await companies[1].Api.Post($"/reservations/{second}/cancel", new { reason = "行程有变" })).Expect(200);

        var applicant = await host.Given.Company();
        var vetting = (
            await applicant.Api.Post($"/companies/{applicant.Id}/vettings", new { technology = "技术水平" })
        ).Expect(201);
        var file = new ByteArrayContent("%PDF-1.7\n"u8.ToArray());
        file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        using var form = new MultipartFormDataContent { { file, "file", "evidence.pdf" } };
        (await applicant.Api.Send(HttpMethod.Post, $"/vettings/{vetting.Id}/evidence", form)).Expect(201);
        var invited = await owner.Invite(full, await owner.Director());
        (await owner.Patch($"/sessions/{full}/quorum", new { expertsMost = 5 })).Expect(200);
        var expert = await owner.Invite(full, await owner.Expert());
        var coming = await host.GuestOf(owner, expert);
        (await coming.Post("/invitation/accept")).Expect(200);
        (await owner.Post($"/sessions/{full}/tickets")).Expect(200);
        var ticket = await coming.Ticket();
        (await (await host.Device(owner, full)).Scan(ticket, "first")).Expect(200);
        (await (await host.Device(owner, full, "二号门")).Scan(ticket, "second")).Expect(200);
        await owner.Substitute(full, await owner.Director(), invited);
        var held = (await companies[2].Api.Get($"/reservations?sessionId={full}")).Expect(200)["items"][0];
        foreach (var talker in new[] { paidFor, held.GetProperty("id").GetString()! })
            (await owner.Book(talker, await owner.Slot(host, full))).Expect(201);
        await Meet(owner, full, (companies[0], paidFor), (coming, expert));
        return new(full, open, companies[0].Id);
    }

    /// <summary>A wish, and a published timetable with one meeting, which is to come.</summary>
    static async Task Meet(
        ApiClient owner,
        string session,
        (TestCompany Of, string ReservationId) seat,
        (ApiClient Api, string InvitationId) guest
    )
    {
        var nothing = new[] { new { companyId = seat.Of.Id, kinds = Array.Empty<string>() } };
        (await guest.Api.Put("/invitation/conflicts", nothing)).Expect(200);
        var wish = new[] { new { id = guest.InvitationId, wish = "want" } };
        (await seat.Of.Api.Put($"/reservations/{seat.ReservationId}/preferences", wish)).Expect(200);
        var draft = (await owner.Post($"/sessions/{session}/timetables")).Expect(201);
        (await owner.Post($"/timetables/{draft.Id}/review")).Expect(200);
        (await owner.Post($"/timetables/{draft.Id}/publish")).Expect(200);
    }
}
