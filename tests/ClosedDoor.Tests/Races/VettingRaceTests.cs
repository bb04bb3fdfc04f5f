using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Vetting;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>
/// Reviewers who decide at the same moment, and companies that press a button twice. Each has its control, which does it
/// as code does that reads first and writes without naming what it saw: several must win, or the race proves nothing.
/// </summary>
public class VettingRaceTests : TwoInstances
{
    const int Rounds = 10;
    const int Entrants = 6;

    ApiClient[] _reviewers = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _reviewers = new ApiClient[Entrants];
        for (var i = 0; i < Entrants; i++)
        {
            var reviewer = await _host.Given.Organizer(Permission.Review);
            _reviewers[i] = i % 2 == 0 ? reviewer : _second.As(reviewer.Token!);
        }
    }

    [Test]
    public async Task Of_several_decisions_at_once_exactly_one_stands()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var id = await (await _host.Given.Company()).Submitted();

            var replies = await Race.Run(
                Entrants,
                i =>
                    (i % 3) switch
                    {
                        0 => _reviewers[i].Approve(id),
                        1 => _reviewers[i].Post($"/vettings/{id}/reject", new { reasonCode = "compliance" }),
                        _ => _reviewers[i].Post($"/vettings/{id}/request-info", new { message = "请补充" }),
                    }
            );

            var won = replies.Where(reply => reply.Status == 200).ToArray();
            Assert.That(won, Has.Length.EqualTo(1));
            Assert.That(
                replies.Where(reply => reply.Status != 200).Select(reply => $"{reply.Status} {reply.Code}"),
                Is.All.EqualTo("409 wrong_vetting_status")
            );
            var stands = await _reviewers[0].Get($"/vettings/{id}");
            Assert.That(stands["status"].GetString(), Is.EqualTo(won[0]["status"].GetString()));
            Assert.That(
                await _host.Query<long>(
                    """
                    SELECT COUNT(*) FROM audit WHERE subject = @id
                        AND action IN ('vetting.approved', 'vetting.rejected', 'vetting.info_requested')
                    """,
                    new { id }
                ),
                Is.EqualTo(1)
            );
        }
    }

    [Test]
    public async Task A_company_that_is_renamed_as_it_is_submitted_is_renamed_before_or_not_at_all()
    {
        var renamed = 0;
        for (var round = 0; round < Rounds; round++)
        {
            var company = await _host.Given.Company();
            var id = await company.Draft();

            var (submit, rename) = await Race.Pair(
                round,
                () => company.Api.Post($"/vettings/{id}/submit"),
                () =>
                    Instance(round)
                        .As(company.Api.Token!)
                        .Patch($"/companies/{company.Id}", new { name = $"新名{company.Id}" })
            );

            submit.Expect(200);
            if (rename.Status == 200)
                renamed++;
            else
                rename.Expect(409, "wrong_vetting_status");
            Assert.That(await RenamedSinceSubmission(_host, company.Id), Is.False);
        }
        Assert.That(renamed, Is.InRange(1, Rounds - 1));
    }

    [Test]
    public async Task Control_a_name_that_is_changed_by_what_was_read_before_is_changed_under_the_reviewers_eyes()
    {
        var company = await _host.Given.Company();
        var id = await company.Draft();
        var meet = new Rendezvous(2);
        var submitted = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);

        await Race.Run(
            2,
            async i =>
            {
                if (i == 0)
                {
                    await meet.Arrive();
                    (await company.Api.Post($"/vettings/{id}/submit")).Expect(200);
                    submitted.SetResult();
                    return i;
                }
                var status = await _host.Query<string>("SELECT status FROM vetting WHERE id = @id", new { id });
                await meet.Arrive();
                await submitted.Task.WaitAsync(TimeSpan.FromSeconds(60));
                if (status == "draft")
                    await _host.Data.Write(
                        "test",
                        async tx =>
                        {
                            await tx.Record(_host.Time.Now, new(company.Id, "company.changed", company.Id));
                            return true;
                        }
                    );
                return i;
            }
        );

        Assert.That(await RenamedSinceSubmission(_host, company.Id), Is.True);
    }

    static async Task<bool> RenamedSinceSubmission(TestHost host, string companyId) =>
        await host.Query<long>(
            """
            SELECT COUNT(*) FROM audit AS renamed JOIN audit AS submitted ON submitted.chain = renamed.chain
            WHERE renamed.chain = @companyId AND renamed.action = 'company.changed'
                AND submitted.action = 'vetting.submitted' AND submitted.seq < renamed.seq
            """,
            new { companyId }
        ) > 0;

    [Test]
    public async Task A_vetting_submitted_several_times_at_once_is_submitted_once()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var company = await _host.Given.Company();
            var id = await company.Draft();

            var replies = await Race.Run(Entrants, _ => company.Api.Post($"/vettings/{id}/submit"));

            Assert.That(replies.Count(reply => reply.Status == 200), Is.EqualTo(1));
            Assert.That(await _host.Notices("vetting.submitted.v1", id), Is.EqualTo(1));
        }
    }

    [Test]
    public async Task A_company_that_starts_several_at_once_has_one()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var company = await _host.Given.Company();

            var replies = await Race.Run(Entrants, _ => company.Api.Post($"/companies/{company.Id}/vettings"));

            Assert.That(replies.Count(reply => reply.Status == 201), Is.EqualTo(1));
            Assert.That(
                replies.Where(reply => reply.Status != 201).Select(reply => reply.Code),
                Is.All.EqualTo("vetting_open")
            );
        }
    }

    [Test]
    public async Task A_file_removed_while_others_upload_it_stays_whole()
    {
        for (var round = 0; round < Rounds; round++)
        {
            byte[] content = [.. Applications.Pdf, (byte)round];
            var vettings = new List<(TestCompany Company, string Id)>();
            for (var i = 0; i < Entrants; i++)
            {
                var company = await _host.Given.Company();
                vettings.Add((company, (await company.Api.Post($"/companies/{company.Id}/vettings")).Expect(201).Id));
            }
            var (first, firstId) = vettings[0];
            var old = (await first.Api.Upload(firstId, Applications.File(content))).Expect(201);

            var replies = await Race.Run(
                Entrants,
                i =>
                    i == 0
                        ? first.Api.Delete($"/vettings/{firstId}/evidence/{old.Id}")
                        : vettings[i].Company.Api.Upload(vettings[i].Id, Applications.File(content))
            );

            replies[0].Expect(204);
            for (var i = 1; i < Entrants; i++)
            {
                var file = await vettings[i].Company.Api.Get(replies[i].Expect(201).Headers["Location"]);
                Assert.That(file.Expect(200).Body, Is.EqualTo(content));
            }
        }
    }

    [Test]
    public async Task Control_decisions_that_do_not_name_the_state_they_leave_overwrite_each_other()
    {
        var id = await (await _host.Given.Company()).Submitted();
        var meet = new Rendezvous(Entrants);

        var won = await Race.Run(
            Entrants,
            i => UnguardedVettings.Decide(_host, id, i % 2 == 0 ? "rejected" : "info_requested", meet)
        );

        Assert.That(won, Is.All.True);
    }

    [Test]
    public async Task Control_a_draft_that_is_looked_at_first_and_submitted_later_is_submitted_twice()
    {
        var id = await (await _host.Given.Company()).Draft();
        var meet = new Rendezvous(2);

        await Race.Run(2, _ => UnguardedVettings.Submit(_host, id, meet));

        Assert.That(await _host.Notices("vetting.submitted.v1", id), Is.EqualTo(2));
    }

    [Test]
    public async Task Control_without_the_index_a_company_that_looks_first_has_two_under_way()
    {
        await using var host = await TestHost.Create();
        await host.Tamper("DROP INDEX vetting_one_open");
        var company = await host.Given.Company();
        var meet = new Rendezvous(2);

        await Race.Run(2, _ => UnguardedVettings.Begin(host, company.Id, meet));

        Assert.That(
            await host.Query<long>("SELECT COUNT(*) FROM vetting WHERE company_id = @Id", new { company.Id }),
            Is.EqualTo(2)
        );
    }

    [Test]
    public async Task Control_a_file_whose_references_are_counted_first_is_taken_from_under_who_uploads_it()
    {
        await using var host = await TestHost.Create();
        await Unguarded.TakeConstraints(host, "evidence");
        var (first, other) = (await host.Given.Company(), await host.Given.Company());
        var id = (await first.Api.Post($"/companies/{first.Id}/vettings")).Expect(201).Id;
        var otherId = (await other.Api.Post($"/companies/{other.Id}/vettings")).Expect(201).Id;
        var old = (await first.Api.Upload(id, Applications.File(Applications.Pdf))).Expect(201);
        var sha256 = old["sha256"].GetString()!;
        var meet = new Rendezvous(2);

        var went = await Race.Run(
            2,
            i =>
                i == 0
                    ? UnguardedVettings.Remove(host, old.Id, sha256, meet)
                    : UnguardedVettings.Upload(host, otherId, sha256, meet)
        );

        Assert.That(went, Is.All.True);
        Assert.That(
            await host.Query<long>(
                "SELECT COUNT(*) FROM evidence WHERE file_sha256 NOT IN (SELECT sha256 FROM file_content)"
            ),
            Is.EqualTo(1)
        );
    }
}
