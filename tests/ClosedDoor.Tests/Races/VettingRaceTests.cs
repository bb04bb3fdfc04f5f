using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Features.Vetting;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>
/// Reviewers who decide at the same moment, and companies that press a button twice. The negative control decides as
/// code does that reads the state first and writes without naming it: several must win, or the race proves nothing.
/// </summary>
public class VettingRaceTests
{
    const int Rounds = 10;
    const int Entrants = 6;

    TestHost _host = null!;
    TestHost _second = null!;
    ApiClient[] _reviewers = null!;

    [OneTimeSetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _second = _host.Another();
        _reviewers = new ApiClient[Entrants];
        for (var i = 0; i < Entrants; i++)
        {
            var reviewer = await _host.Given.Organizer(Permission.Review);
            _reviewers[i] = i % 2 == 0 ? reviewer : _second.As(reviewer.Token!);
        }
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        await _second.DisposeAsync();
        await _host.DisposeAsync();
    }

    [Test]
    public async Task Of_several_decisions_at_once_exactly_one_stands()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var id = await (await _host.Given.Company()).Submitted();

            var replies = await Race(i =>
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
    public async Task A_vetting_submitted_several_times_at_once_is_submitted_once()
    {
        for (var round = 0; round < Rounds; round++)
        {
            var company = await _host.Given.Company();
            var id = await company.Draft();

            var replies = await Race(_ => company.Api.Post($"/vettings/{id}/submit"));

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

            var replies = await Race(_ => company.Api.Post($"/companies/{company.Id}/vettings"));

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

            var replies = await Race(i =>
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

        var won = await Race(i => DecideWithoutGuard(id, i % 2 == 0 ? "rejected" : "info_requested", meet));

        Assert.That(won, Is.All.True);
    }

    async Task<bool> DecideWithoutGuard(string id, string status, Rendezvous meet)
    {
        var before = await _host.Query<string>("SELECT status FROM vetting WHERE id = @id", new { id });
        await meet.Arrive();
        if (before != "submitted")
            return false;
        return await _host.Tamper("UPDATE vetting SET status = @status WHERE id = @id", new { id, status }) == 1;
    }

    /// <summary>Starts all at the same moment, each on its own.</summary>
    static async Task<T[]> Race<T>(Func<int, Task<T>> run)
    {
        var start = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var runs = Enumerable
            .Range(0, Entrants)
            .Select(i =>
                Task.Run(async () =>
                {
                    await start.Task;
                    return await run(i);
                })
            )
            .ToArray();
        start.SetResult();
        return await Task.WhenAll(runs);
    }
}
