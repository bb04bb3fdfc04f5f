using System.Diagnostics;
using ClosedDoor.Benchmarks.Show;

namespace ClosedDoor.Benchmarks.Lines;

/// <summary>What an instance takes before anybody comes: time to start, memory, disk.</summary>
static class Cost
{
    const int Starts = 5;

    public static async Task Measure(Bed bed)
    {
        var database = await bed.NewDatabase("cost");
        await using (var db = await Bed.Opened(database))
            await Market.Open(db, 40, 8, Bed.Now());

        var starts = new List<double>();
        var firsts = new List<double>();
        var idle = new List<double>();
        for (var i = 0; i < Starts; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await using var service = await bed.Service(database);
            starts.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            using var client = new HttpClient();
            began = Stopwatch.GetTimestamp();
            (await client.GetAsync($"http://127.0.0.1:{service.Port}/api/v1/sessions")).EnsureSuccessStatusCode();
            firsts.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            await Task.Delay(TimeSpan.FromSeconds(2)); // Its loops have gone round once.
            idle.Add(service.ResidentMegabytes);
        }
        void Below(string name, List<double> values, string unit, double? bar)
        {
            values.Sort();
            bed.Lines.Add(Measurement.Below($"cost: {name}", bed.Engine, values[values.Count / 2], unit, bar));
        }
        Below("start to the first 200", starts, "ms", 1200);
        Below("first request after start", firsts, "ms", 300);
        Below("memory when idle (RSS)", idle, "MB", 130);
        var size = new DirectoryInfo(Path.GetDirectoryName(bed.ServiceDll)!)
            .EnumerateFiles("*", SearchOption.AllDirectories)
            .Sum(file => file.Length);
        Below("published output", [size / 1e6], "MB", null);
    }
}
