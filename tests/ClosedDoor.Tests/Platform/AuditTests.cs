using ClosedDoor.Platform.Audit;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

public class AuditTests : SealedChains
{
    async Task<string> Breach()
    {
        var breach = (await Verify()).Broken;
        Assert.That(breach, Is.Not.Null, "The breach was not found.");
        return $"{breach!.Where}: {breach.Why}";
    }

    [Test]
    public async Task An_untouched_log_is_whole_and_is_counted()
    {
        var report = await Verify();

        Assert.That(report, Is.EqualTo(new AuditReport(2, 14, 2, report.LastSeal, null)));
        Assert.That(report.LastSeal, Has.Length.EqualTo(64));
    }

    [TestCase("actor", "'acc_other'")]
    [TestCase("after", "'{\"status\":\"confirmed\"}'")]
    [TestCase("before", "NULL")]
    [TestCase("at", "at + 1")]
    [TestCase("action", "'seat.released'")]
    [TestCase("subject", "'rsv_other'")]
    [TestCase("request_id", "'another'")]
    public async Task An_edited_row_is_found(string column, string value)
    {
        await _host.Tamper($"UPDATE audit SET {column} = {value} WHERE chain = 'ses_a' AND seq = 3");

        Assert.That(await Breach(), Does.StartWith("row 3 of chain ses_a: its content does not have its hash"));
    }

    [Test]
    public async Task An_edited_row_with_a_fresh_hash_is_found_by_the_row_after_it()
    {
        await Forge(3);

        Assert.That(await Breach(), Does.StartWith("row 4 of chain ses_a: it does not carry the hash"));
    }

    [Test]
    public async Task A_missing_row_in_the_middle_is_found()
    {
        await _host.Tamper("DELETE FROM audit WHERE chain = 'ses_a' AND seq = 4");

        Assert.That(await Breach(), Does.StartWith("row 4 of chain ses_a: it is missing"));
    }

    [Test]
    public async Task A_missing_first_row_is_found()
    {
        await _host.Tamper("DELETE FROM audit WHERE chain = 'ses_a' AND seq = 1");

        Assert.That(await Breach(), Does.StartWith("row 1 of chain ses_a: it is missing"));
    }

    [Test]
    public async Task A_missing_last_row_is_found_by_the_head()
    {
        await _host.Tamper("DELETE FROM audit WHERE chain = 'ses_a' AND seq = 9");

        Assert.That(await Breach(), Does.StartWith("row 9 of chain ses_a: it is missing: the chain's head is row 9"));
    }

    [Test]
    public async Task A_tail_cut_off_together_with_its_head_is_found_by_the_seal()
    {
        await _host.Tamper("DELETE FROM audit WHERE chain = 'ses_a' AND seq > 6");
        await _host.Tamper(
            """
            UPDATE audit_head SET seq = 6, sealed_seq = 6, unsealed = 0,
                hash = (SELECT hash FROM audit WHERE chain = 'ses_a' AND seq = 6)
            WHERE chain = 'ses_a'
            """
        );

        Assert.That(await Breach(), Does.StartWith("row 8 of chain ses_a: it is missing, and seal 2 vouches for it"));
    }

    [Test]
    public async Task A_whole_chain_taken_away_is_found_by_the_seal()
    {
        await _host.Tamper("DELETE FROM audit WHERE chain = 'ses_b'");
        await _host.Tamper("DELETE FROM audit_head WHERE chain = 'ses_b'");

        Assert.That(await Breach(), Does.StartWith("row 5 of chain ses_b: it is missing, and seal 1 vouches for it"));
    }

    [Test]
    public async Task A_whole_chain_rewritten_with_fresh_hashes_is_found_by_the_seal()
    {
        await Forge(1);
        for (var seq = 2; seq <= 9; seq++)
            await Relink(seq);
        await _host.Tamper(
            """
            UPDATE audit_head SET hash = (SELECT hash FROM audit WHERE chain = 'ses_a' AND seq = 9)
            WHERE chain = 'ses_a'
            """
        );

        Assert.That(await Breach(), Does.StartWith("row 5 of chain ses_a: its hash is another one, and seal 1"));
    }

    [Test]
    public async Task Two_swapped_rows_are_found()
    {
        await _host.Tamper("UPDATE audit SET seq = 100 WHERE chain = 'ses_a' AND seq = 3");
        await _host.Tamper("UPDATE audit SET seq = 3 WHERE chain = 'ses_a' AND seq = 4");
        await _host.Tamper("UPDATE audit SET seq = 4 WHERE chain = 'ses_a' AND seq = 100");

        Assert.That(await Breach(), Does.StartWith("row 3 of chain ses_a"));
    }

    [Test]
    public async Task A_row_added_behind_the_services_back_is_found()
    {
        await _host.Tamper(
            """
            INSERT INTO audit (chain, seq, at, actor, action, subject, previous_hash, hash)
            SELECT chain, 10, at, actor, action, subject, hash, hash FROM audit WHERE chain = 'ses_a' AND seq = 9
            """
        );

        Assert.That(await Breach(), Does.StartWith("row 10 of chain ses_a"));
    }

    [TestCase("seq = seq + 1", "row 10 of chain ses_a: it is missing")]
    [TestCase("seq = seq - 1, unsealed = 0", "row 9 of chain ses_a: it follows row 8, which is the chain's head")]
    [TestCase("hash = previous.hash", "row 9 of chain ses_a: its hash is not the one in the chain's head")]
    [TestCase("sealed_seq = 9, unsealed = 0", "seal 3: it is missing: row 9 of chain ses_a is marked as sealed")]
    public async Task An_edited_head_is_found(string change, string found)
    {
        await _host.Tamper($"UPDATE audit_head SET {change.Replace("previous.hash", "'0000'")} WHERE chain = 'ses_a'");

        Assert.That(await Breach(), Does.StartWith(found));
    }

    [Test]
    public async Task A_missing_head_is_found()
    {
        await _host.Tamper("DELETE FROM audit_head WHERE chain = 'ses_b'");

        Assert.That(await Breach(), Does.StartWith("chain ses_b: it has rows and no head"));
    }

    [TestCase("at = at + 1")]
    [TestCase("heads = '[]'")]
    [TestCase("previous_hash = hash")]
    [TestCase("hash = previous_hash")]
    public async Task An_edited_seal_is_found(string change)
    {
        await _host.Tamper($"UPDATE audit_seal SET {change} WHERE number = 1");

        Assert.That(await Breach(), Does.StartWith("seal 1: its content does not have its hash"));
    }

    [TestCase("not JSON")]
    [TestCase("[null]")]
    [TestCase("[{}]")]
    [TestCase("[]")]
    public async Task A_last_seal_rewritten_with_a_fresh_hash_is_found(string heads)
    {
        var seal = await _host.Query<AuditSeal>($"{AuditSeal.Select} WHERE number = 2");
        seal = seal with { Heads = heads };
        await _host.Tamper(
            "UPDATE audit_seal SET heads = @Heads, hash = @ComputedHash WHERE number = 2",
            new { seal.Heads, seal.ComputedHash }
        );

        Assert.That(await Breach(), Does.StartWith(heads == "[]" ? "seal 3: it is missing" : "seal 2: its heads"));
    }

    [TestCase(1, "seal 1: it is missing: seal 2 comes next")]
    [TestCase(2, "seal 2: it is missing: row 8 of chain ses_a is marked as sealed")]
    public async Task A_missing_seal_is_found(int number, string found)
    {
        await _host.Tamper("DELETE FROM audit_seal WHERE number = @number", new { number = (long)number });

        Assert.That(await Breach(), Does.StartWith(found));
    }

    [Test]
    public async Task Erasing_a_persons_data_breaks_nothing()
    {
        var company = await _host.Given.VettedCompany();
        var sessionId = await _host.Given.PublishedSession();
        var reservationId = await _host.Given.Hold(company, sessionId);
        (
            await company.Api.Put(
                $"/reservations/{reservationId}/delegates",
                new[]
                {
                    new
                    {
                        name = "示例代表",
                        jobTitle = "总监",
                        phone = "13800000000",
                        email = "delegate@example.com",
                    },
                }
            )
        ).Expect(200);
        await Seal();

        await _host.Tamper("DELETE FROM delegate");
        await _host.Tamper("UPDATE company SET contact_name = '', contact_email = '', contact_phone = ''");
        await _host.Tamper("UPDATE account SET name = '', email = id");

        Assert.That((await Verify()).Broken, Is.Null);
        var told = await _host.Query<long>(
            "SELECT COUNT(*) FROM audit WHERE after LIKE '%示例代表%' OR after LIKE '%delegate@example.com%' OR after LIKE '%13800000000%'"
        );
        Assert.That(told, Is.Zero);
    }

    [Test]
    public async Task The_command_answers_0_for_a_whole_log_and_1_for_a_broken_one()
    {
        Assert.That(await VerifyAudit.Command(_host.Services, []), Is.Zero);

        await _host.Tamper("UPDATE audit SET actor = 'acc_other' WHERE chain = 'ses_a' AND seq = 3");
        Assert.That(await VerifyAudit.Command(_host.Services, []), Is.EqualTo(1));
    }

    /// <summary>Changes a row as somebody would who knows how hashes are made.</summary>
    async Task Forge(int seq)
    {
        await _host.Tamper(
            "UPDATE audit SET actor = 'acc_other' WHERE chain = 'ses_a' AND seq = @seq",
            new { seq = (long)seq }
        );
        await Rehash(seq);
    }

    async Task Relink(int seq)
    {
        await _host.Tamper(
            """
            UPDATE audit SET previous_hash = (SELECT hash FROM audit WHERE chain = 'ses_a' AND seq = @before)
            WHERE chain = 'ses_a' AND seq = @seq
            """,
            new { seq = (long)seq, before = seq - 1L }
        );
        await Rehash(seq);
    }

    async Task Rehash(int seq)
    {
        var row = await _host.Query<AuditRow>(
            "SELECT * FROM audit WHERE chain = 'ses_a' AND seq = @seq",
            new { seq = (long)seq }
        );
        await _host.Tamper(
            "UPDATE audit SET hash = @hash WHERE chain = 'ses_a' AND seq = @seq",
            new { seq = (long)seq, hash = AuditLog.HashOf(row) }
        );
    }
}
