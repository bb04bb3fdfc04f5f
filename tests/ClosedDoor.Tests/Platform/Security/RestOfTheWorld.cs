using ClosedDoor.Domain;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;

namespace ClosedDoor.Tests.Platform.Security;

/// <summary>Objects that are one step further from the main job; those that take many steps to make are written down at once.</summary>
static class RestOfTheWorld
{
    public static async Task<Dictionary<string, string>> Make(
        TestHost host,
        ApiClient owner,
        TestCompany own,
        string session,
        string reservation,
        string invitation
    )
    {
        var named = (await own.Api.Get($"/reservations/{reservation}/delegates")).Expect(200)["items"][0];
        return new()
        {
            ["delegateId"] = named.GetProperty("id").GetString()!,
            ["fapiaoId"] = await Fapiao(host, owner, own),
            ["deviceId"] = (await owner.Post($"/sessions/{session}/door-devices", new { name = "一号门" }))
                .Expect(201)
                .Id,
            ["mappingId"] = await Row(
                host,
                "map",
                "INSERT INTO statement_mapping (id, name, columns, created_at, version) VALUES (@id, '示例', '{}', 1, 1)"
            ),
            ["lineId"] = await Row(
                host,
                "bln",
                """
                INSERT INTO bank_line (id, account, serial, received_on, amount, currency, payer_name, remark, status, created_at, version)
                VALUES (@id, '110000000000000001', 'LINE-1', '2026-03-02', 1, 'CNY', '示例企业', '', 'queued', 1, 1)
                """
            ),
            ["importId"] = await Row(
                host,
                "imp",
                """
                INSERT INTO guest_import (id, status, dry_run, all_or_nothing, total, done, created_at, finished_at, version)
                VALUES (@id, 'done', 1, 0, 0, 0, 1, 1, 1)
                """
            ),
            ["ticketId"] = await Row(
                host,
                "tkt",
                """
                INSERT INTO ticket (id, session_id, invitation_id, sequence, told_at, created_at)
                SELECT @id, session_id, id, 0, 1, 1 FROM invitation WHERE id = @invitation
                """,
                invitation
            ),
            ["benefitId"] = await Row(
                host,
                "ben",
                """
                INSERT INTO benefit (id, session_id, invitation_id, kind, amount, currency, payer_name, payer_uscc, recorded_by, recorded_at, version)
                SELECT @id, session_id, id, 'meals', 1, 'CNY', '示例主办方', '91110108MA0000001D', 'test', 1, 1
                FROM invitation WHERE id = @invitation
                """,
                invitation
            ),
            ["endorsementId"] = await Row(
                host,
                "end",
                """
                INSERT INTO endorsement (id, session_id, invitation_id, company_id, statement, statement_sha256, recorded_by, recorded_at, version)
                SELECT @id, session_id, id, @company, '示例评语', 'none', 'test', 1, 1 FROM invitation WHERE id = @invitation
                """,
                invitation,
                own.Id
            ),
        };
    }

    static async Task<string> Fapiao(TestHost host, ApiClient owner, TestCompany own)
    {
        var (_, payment) = await host.Given.AwaitingTransfer(own, await host.Given.PublishedSession());
        (await owner.Receive(host, payment)).Expect(200);
        var profile = new
        {
            kind = "ordinary",
            title = "示例企业一",
            taxId = "91110108MA0000001D",
            email = "fapiao@own.example.com",
        };
        (await own.Api.Put($"/companies/{own.Id}/fapiao-profile", profile)).Expect(200);
        var fapiao = (await own.Api.Post($"/payments/{payment}/fapiao")).Expect(201).Id;
        await host.Tamper(
            "UPDATE fapiao SET file_name = 'own-fapiao.pdf', file_sha256 = (SELECT MIN(file_sha256) FROM evidence)"
        );
        return fapiao;
    }

    static async Task<string> Row(
        TestHost host,
        string prefix,
        string sql,
        string? invitation = null,
        string? company = null
    )
    {
        var id = TypeId.New(prefix, host.Time.Now);
        await host.Tamper(
            sql,
            new
            {
                id,
                invitation,
                company,
            }
        );
        return id;
    }
}
