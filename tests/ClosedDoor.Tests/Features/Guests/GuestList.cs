using ClosedDoor.Domain;
using ClosedDoor.Tests.Given;

namespace ClosedDoor.Tests.Features.Guests;

/// <summary>Hospitals, guests and invitations, made through the API.</summary>
static class GuestList
{
    static int s_count;

    public static SocialCreditCode HospitalUscc(int number) =>
        SocialCreditCode.Compose($"12110108MA{number % 10_000_000:D7}");

    public static async Task<Reply> Hospital(this ApiClient organizer, string level = "tertiary", string grade = "a")
    {
        var number = Interlocked.Increment(ref s_count);
        return (
            await organizer.Post(
                "/hospitals",
                new
                {
                    name = $"示例医院{number}",
                    uscc = HospitalUscc(number).Value,
                    level,
                    grade,
                }
            )
        ).Expect(201);
    }

    /// <summary>The id of a director of a hospital of his or her own, who passes the gate unless said otherwise.</summary>
    public static async Task<string> Director(
        this ApiClient organizer,
        string post = "vice_president",
        string? hospitalId = null
    ) =>
        (
            await organizer.Post(
                "/guests",
                Person("hospital_director", post, hospitalId ?? (await organizer.Hospital()).Id)
            )
        )
            .Expect(201)
            .Id;

    public static async Task<string> Official(this ApiClient organizer) =>
        (await organizer.Post("/guests", Person("health_commission_official", null, null))).Expect(201).Id;

    public static async Task<string> Expert(this ApiClient organizer) =>
        (await organizer.Post("/guests", Person("research_expert", null, null))).Expect(201).Id;

    public static object Person(string kind, string? post, string? hospitalId)
    {
        var number = Interlocked.Increment(ref s_count);
        return new
        {
            kind,
            name = $"示例嘉宾{number}",
            post,
            title = "chief_physician",
            specialty = "03",
            unit = kind == "hospital_director" ? null : $"示例单位{number}",
            hospitalId,
            phone = $"139{number:D8}",
            email = $"guest{number}@example.com",
        };
    }

    /// <summary>The invitation's id.</summary>
    public static async Task<string> Invite(this ApiClient organizer, string sessionId, string guestId) =>
        (await organizer.Post($"/sessions/{sessionId}/invitations", new { guestIds = new[] { guestId } }))
            .Expect(200)["items"][0]
            .GetProperty("id")
            .GetString()!;

    public static async Task<string> Substitute(
        this ApiClient organizer,
        string sessionId,
        string guestId,
        string? substituteFor = null
    ) => (
            await organizer.Post(
                $"/sessions/{sessionId}/invitations",
                new
                {
                    guestIds = new[] { guestId },
                    substitutes = true,
                    substituteFor,
                }
            )
        ).Expect(200)["items"][0].GetProperty("id").GetString()!;

    /// <summary>The guest, signed in by a link.</summary>
    public static async Task<ApiClient> GuestOf(this TestHost host, ApiClient organizer, string invitationId) =>
        host.As((await organizer.Post($"/invitations/{invitationId}/links")).Expect(200)["token"].GetString()!);

    /// <summary>Gives a consent or the pledge, in the words in force.</summary>
    public static Task<Reply> Agree(this ApiClient guest, ConsentKind kind) =>
        guest.Post("/invitation/consents", new { kind, textSha256 = ConsentText.Of(kind).Sha256 });

    /// <summary>Puts the unit's approval on file.</summary>
    public static async Task<Reply> FileApproval(this ApiClient organizer, string invitationId, byte[]? file = null)
    {
        using var form = new MultipartFormDataContent
        {
            { new ByteArrayContent(file ?? "%PDF-1.7 示例批准"u8.ToArray()), "file", "批准文件.pdf" },
        };
        return await organizer.Send(HttpMethod.Post, $"/invitations/{invitationId}/approval", form);
    }
}
