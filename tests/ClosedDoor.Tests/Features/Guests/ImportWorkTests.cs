using System.Diagnostics;
using System.Text;
using ClosedDoor.Domain;
using ClosedDoor.Features.Guests;
using ClosedDoor.Platform.Outbox;
using ClosedDoor.Platform.Sheets;
using ClosedDoor.Tests.Given;
using NodaTime;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Guests;

/// <summary>Imports at work: long ones, ones that are stopped half-way, and workers that meet.</summary>
public class ImportWorkTests : ImportDesk
{
    [Test]
    public async Task Five_thousand_rows_take_seconds()
    {
        var csv = new StringBuilder(Header);
        for (var i = 0; i < 5_000; i++)
            csv.Append(i % 2 == 0 ? Director(i, GuestList.HospitalUscc(810_000 + i / 20).Value) : Expert(i));
        var watch = Stopwatch.StartNew();

        var import = await Import(csv.ToString());

        TestContext.Out.WriteLine($"5,000 rows in {watch.Elapsed.TotalSeconds:F1} s");
        Assert.That(import["created"].GetInt64(), Is.EqualTo(5_000));
        Assert.That(watch.Elapsed, Is.LessThan(TimeSpan.FromSeconds(60)));
    }

    [Test]
    public async Task Two_workers_on_one_import_take_each_row_once()
    {
        var id = (await Begin(Experts(450))).Expect(201).Id;
        await using var second = _host.Another();

        await Task.WhenAll(
            _host.Get<OutboxWorker>().RunOnce(_host.Time.Now),
            second.Get<OutboxWorker>().RunOnce(_host.Time.Now + Duration.FromMinutes(10))
        );

        Assert.That((await Shown(id))["created"].GetInt64(), Is.EqualTo(450));
        Assert.That(await Guests(), Is.EqualTo(450));
    }

    [TestCase(false, 200)]
    [TestCase(true, 0)]
    public async Task An_import_that_dies_in_the_middle_goes_on_where_it_stood(bool allOrNothing, int atTheStop)
    {
        var id = (await Begin(Experts(450), allOrNothing: allOrNothing)).Expect(201).Id;
        // Something in the second batch that cannot be written, as when the process is killed there.
        await _host.Tamper(
            "INSERT INTO guest_import_row (import_id, number, outcome) VALUES (@id, 300, 'invalid')",
            new { id }
        );
        await Work();

        var stopped = await Shown(id);
        Assert.That(
            (stopped["status"].GetString(), stopped["done"].GetInt64()),
            Is.EqualTo(("running", (long)atTheStop))
        );
        Assert.That(await Guests(), Is.EqualTo(atTheStop));

        await _host.Tamper("DELETE FROM guest_import_row WHERE import_id = @id AND number = 300", new { id });
        _host.Time.Advance(Duration.FromHours(1));
        await Work();
        var done = await Shown(id);
        Assert.That(
            (done["status"].GetString(), done["done"].GetInt64(), done["created"].GetInt64()),
            Is.EqualTo(("done", 450L, 450L))
        );
        Assert.That(await Guests(), Is.EqualTo(450));
    }

    [Test]
    public async Task A_hospital_that_another_import_registers_meanwhile_is_created_once_and_there_for_the_other()
    {
        var csv = Header + $",,,,,,,,示例医院,{GuestList.HospitalUscc(820_001).Value},三级,甲等\n";
        var row = SheetReader.Read(Encoding.UTF8.GetBytes(csv), GuestColumns.All).Value.Rows.Single();
        var now = _host.Time.Now;

        var outcomes = await _host.Data.Write(
            "test",
            async tx =>
            {
                // Both have judged it before either has written it.
                var judged = await GuestLine.Judge(tx, row, new Dictionary<int, int>(), Zones.Today(now));
                var first = await GuestImportTable.Create(tx, judged, now);
                var second = await GuestImportTable.Create(tx, judged, now);
                Assert.That(second.HospitalId, Is.EqualTo(first.HospitalId).And.Not.Null);
                return (first.Outcome, second.Outcome);
            }
        );

        Assert.That(outcomes, Is.EqualTo((GuestImportOutcome.HospitalCreated, GuestImportOutcome.Exists)));
    }

    [Test]
    public async Task Two_imports_of_the_same_people_at_once_make_each_once_and_both_show_their_progress()
    {
        await using var second = _host.Another();
        var file = Experts(600);
        var ids = new[] { (await Begin(file)).Expect(201).Id, (await Begin(file)).Expect(201).Id };
        using var over = new CancellationTokenSource();
        var seen = ids.ToDictionary(id => id, _ => new List<long>());
        var watching = Task.Run(async () =>
        {
            while (!over.IsCancellationRequested)
                foreach (var id in ids)
                    seen[id].Add((await Shown(id))["done"].GetInt64());
        });

        await Task.WhenAll(
            _host.Get<OutboxWorker>().RunOnce(_host.Time.Now),
            second.Get<OutboxWorker>().RunOnce(_host.Time.Now)
        );
        _host.Time.Advance(Duration.FromHours(1)); // Who lost a race for a lock is tried again.
        await Work();
        await over.CancelAsync();
        await watching;

        var imports = new List<Reply>();
        foreach (var id in ids)
            imports.Add(await Shown(id));
        Assert.That(imports.Select(one => one["status"].GetString()), Is.All.EqualTo("done"));
        Assert.That(imports.Sum(one => one["created"].GetInt64()), Is.EqualTo(600));
        Assert.That(imports.Sum(one => one["exists"].GetInt64()), Is.EqualTo(600));
        Assert.That(await Guests(), Is.EqualTo(600));
        foreach (var steps in seen.Values)
            Assert.That(steps, Is.Ordered.And.All.LessThanOrEqualTo(600));
    }
}
