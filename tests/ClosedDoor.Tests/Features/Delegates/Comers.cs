using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;

namespace ClosedDoor.Tests.Features.Delegates;

/// <summary>People who come to a session: delegates on their way to the door, guests who have accepted.</summary>
static class Comers
{
    /// <summary>A seat that is paid for, as a rule at a session that others share.</summary>
    public static async Task<string> Confirmed(this TestHost host, TestCompany company, string sessionId)
    {
        var (reservationId, paymentId) = await host.Given.AwaitingTransfer(company, sessionId);
        (await (await host.Given.Owner()).Receive(host, paymentId)).Expect(200);
        return reservationId;
    }

    /// <summary>The ids of the two delegates whom the company names, as they are listed.</summary>
    public static async Task<string[]> Named(this TestCompany company, string reservationId, string name) =>
        [
            .. (await company.Api.NameDelegates(reservationId, name))
                .Expect(200)["items"]
                .EnumerateArray()
                .Select(one => one.GetProperty("id").GetString()!),
        ];

    public static async Task<ApiClient> DelegateOf(this TestHost host, ApiClient organizer, string delegateId) =>
        host.As((await organizer.Post($"/delegates/{delegateId}/links")).Expect(200)["token"].GetString()!);

    /// <summary>Accepts all that is in force, as the link shows it.</summary>
    public static async Task<Reply> AcceptAll(this ApiClient person)
    {
        var shown = (await person.Get("/delegate")).Expect(200);
        return await person.Post(
            "/delegate/agreements",
            new
            {
                agreements = shown["agreements"]
                    .EnumerateArray()
                    .Select(one => new
                    {
                        kind = one.GetProperty("kind").GetString(),
                        sha256 = one.GetProperty("sha256").GetString(),
                    })
                    .ToArray(),
            }
        );
    }

    /// <summary>Approved, and everything accepted.</summary>
    public static async Task Ready(this TestHost host, ApiClient organizer, string delegateId)
    {
        (await organizer.Post($"/delegates/{delegateId}/approve")).Expect(200);
        (await (await host.DelegateOf(organizer, delegateId)).AcceptAll()).Expect(200);
    }

    /// <summary>A guest who has accepted: the guest's and the invitation's id, and the guest's own client.</summary>
    public static async Task<(string GuestId, string InvitationId, ApiClient Api)> AcceptedGuest(
        this TestHost host,
        ApiClient organizer,
        string sessionId
    )
    {
        var guest = await organizer.Expert();
        var invitation = await organizer.Invite(sessionId, guest);
        var api = await host.GuestOf(organizer, invitation);
        // How a guest answers is tested where guests are.
        await host.Tamper("UPDATE invitation SET status = 'accepted' WHERE id = @invitation", new { invitation });
        return (guest, invitation, api);
    }
}
