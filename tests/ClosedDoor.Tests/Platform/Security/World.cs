using System.Net.Http.Headers;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Consultations;
using ClosedDoor.Tests.Features.Door;
using ClosedDoor.Tests.Features.Guests;
using ClosedDoor.Tests.Given;

namespace ClosedDoor.Tests.Platform.Security;

/// <summary>One of every kind of object, all of one company's where a company has them, and one of every kind of caller.</summary>
sealed class World
{
    public required TestHost Host { get; init; }

    /// <summary>By the name of the route parameter that takes it.</summary>
    public required IReadOnlyDictionary<string, string> Ids { get; init; }

    /// <summary>By who it is; <c>nobody</c> has no token, <c>own</c> is the company whose objects these are, <c>other</c> another.</summary>
    public required IReadOnlyDictionary<string, Func<Task<ApiClient>>> Callers { get; init; }

    /// <summary>What no other company's member may ever be shown.</summary>
    public required string[] OwnSecrets { get; init; }

    public static async Task<World> Create(TestHost host)
    {
        var given = host.Given;
        var owner = await given.Owner();
        var own = await given.VettedCompany();
        var other = await given.VettedCompany();
        var third = await given.VettedCompany();

        var session = await given.PublishedSession(seatCap: 1);
        var (reservation, payment) = await given.AwaitingTransfer(own, session);
        (
            await own.Api.Put(
                $"/reservations/{reservation}/delegates",
                new[]
                {
                    new
                    {
                        name = "示例代表",
                        jobTitle = "总监",
                        phone = "13812345678",
                        email = "delegate@own.example.com",
                    },
                }
            )
        ).Expect(200);

        var full = await given.PublishedSession(seatCap: 1);
        await given.Hold(third, full);
        var entry = (await own.Api.Post($"/sessions/{full}/waitlist")).Expect(201).Id;

        var vetting = (
            await own.Api.Post($"/companies/{own.Id}/vettings", new { technology = "只有本企业知道的技术" })
        ).Expect(201);
        var evidence = (await own.Api.Send(HttpMethod.Post, $"/vettings/{vetting.Id}/evidence", Form())).Expect(201);

        var organizer = await owner.Post(
            "/organizers",
            new
            {
                email = "colleague@example.com",
                name = "示例同事",
                password = "a-long-passphrase",
                permissions = new[] { "door" },
            }
        );
        var member = await own.Api.Post(
            $"/companies/{own.Id}/members",
            new
            {
                email = "second@own.example.com",
                name = "示例同事",
                password = "a-long-passphrase",
            }
        );
        var key = await Key(owner, "organize", "review", "finance");
        var doorKey = await Key(owner, "door");

        var paid = await given.PublishedSession();
        var (givenUp, settled) = await given.AwaitingTransfer(own, paid);
        (
            await owner.Post(
                $"/payments/{settled}/receive",
                new
                {
                    bankSerial = "OWN-SERIAL-1",
                    amount = new { amount = 3_880_000, currency = "CNY" },
                    payerName = own.Name,
                    receivedOn = "2026-03-02",
                }
            )
        ).Expect(200);
        (await own.Api.Post($"/reservations/{givenUp}/cancel", new { reason = "行程有变" })).Expect(200);
        var refund = (await own.Api.Get("/refunds")).Expect(200)["items"][0].GetProperty("id").GetString()!;

        var guest = await owner.Director();
        var hospital = (await owner.Get($"/guests/{guest}")).Expect(200)["hospitalId"].GetString()!;
        var invitation = await owner.Invite(session, guest);
        var link = (await owner.Post($"/invitations/{invitation}/links")).Expect(200)["token"].GetString()!;
        var slot = await owner.Slot(host, session);
        var consultation = (await own.Api.Book(reservation, slot)).Expect(201).Id;

        var timetable = ClosedDoor.Domain.TypeId.New("ttb", host.Time.Now);
        var meeting = ClosedDoor.Domain.TypeId.New("mtg", host.Time.Now);
        await host.Tamper(
            """
            INSERT INTO timetable (id, session_id, number, status, plan, edited, made_by, created_at, version)
            VALUES (@timetable, @session, 1, 'draft', '{"slots":[],"meetings":[]}', 0, 'test', 1, 1)
            """,
            new { timetable, session }
        );
        await host.Tamper(
            """
            INSERT INTO meeting (id, session_id, company_id, invitation_id, begins_at, ends_at, table_number, status, frozen,
                sequence, changed_at, version)
            VALUES (@meeting, @session, @Id, @invitation, 1, 2, 1, 'planned', 0, 0, 1, 1)
            """,
            new
            {
                meeting,
                session,
                own.Id,
                invitation,
            }
        );

        var elsewhere = await owner.Invite(await given.PublishedSession(), await owner.Director());
        var otherLink = (await owner.Post($"/invitations/{elsewhere}/links")).Expect(200)["token"].GetString()!;
        var rest = await RestOfTheWorld.Make(host, owner, own, session, reservation, invitation);
        var delegateLink = (await owner.Post($"/delegates/{rest["delegateId"]}/links"))
            .Expect(200)["token"]
            .GetString()!;
        var device = await host.Device(owner, session);

        return new()
        {
            Host = host,
            Ids = new Dictionary<string, string>(rest)
            {
                ["companyId"] = own.Id,
                ["vettingId"] = vetting.Id,
                ["evidenceId"] = evidence.Id,
                ["sessionId"] = session,
                ["reservationId"] = reservation,
                ["paymentId"] = payment,
                ["refundId"] = refund,
                ["entryId"] = entry,
                ["memberId"] = member.Expect(201).Id,
                ["organizerId"] = organizer.Expect(201).Id,
                ["keyId"] = key.Id,
                ["guestId"] = guest,
                ["hospitalId"] = hospital,
                ["invitationId"] = invitation,
                ["slotId"] = slot,
                ["timetableId"] = timetable,
                ["meetingId"] = meeting,
                ["kind"] = "photo",
                ["stage"] = "intention",
                ["consultationId"] = consultation,
                ["messageId"] = await host.Query<string>("SELECT MIN(id) FROM outbox"),
            },
            Callers = new Dictionary<string, Func<Task<ApiClient>>>
            {
                ["nobody"] = () => Task.FromResult(host.Anonymous),
                ["own"] = () => given.SignedIn(own.AccountId),
                ["other"] = () => given.SignedIn(other.AccountId),
                ["look"] = () => given.Organizer(Permission.None),
                ["organize"] = () => given.Organizer(Permission.Organize),
                ["review"] = () => given.Organizer(Permission.Review),
                ["finance"] = () => given.Organizer(Permission.Finance),
                ["door"] = () => given.Organizer(Permission.Door),
                ["owner"] = () => given.Owner(),
                ["key"] = () => Task.FromResult(host.As(key["key"].GetString()!)),
                ["guest"] = () => Task.FromResult(host.As(link)),
                ["other guest"] = () => Task.FromResult(host.As(otherLink)),
                ["delegate"] = () => Task.FromResult(host.As(delegateLink)),
                ["device"] = () => Task.FromResult(device),
                ["door key"] = () => Task.FromResult(host.As(doorKey["key"].GetString()!)),
            },
            OwnSecrets =
            [
                own.Email,
                "second@own.example.com",
                "delegate@own.example.com",
                "13812345678",
                "只有本企业知道的技术",
                "only-own.pdf",
                reservation,
                payment,
                refund,
                entry,
                vetting.Id,
                consultation,
                rest["fapiaoId"],
                "own-fapiao.pdf",
                "fapiao@own.example.com",
            ],
        };
    }

    /// <summary>A file as evidence.</summary>
    public static MultipartFormDataContent Form(string name = "only-own.pdf")
    {
        var file = new ByteArrayContent("%PDF-1.7\n"u8.ToArray());
        file.Headers.ContentType = new MediaTypeHeaderValue("application/pdf");
        return new() { { file, "file", name } };
    }

    static async Task<Reply> Key(ApiClient owner, params string[] scopes) =>
        (await owner.Post("/api-keys", new { name = string.Join(' ', scopes), scopes })).Expect(201);
}
