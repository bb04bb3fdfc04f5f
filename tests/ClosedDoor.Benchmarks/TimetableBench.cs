using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using ClosedDoor.Domain;
using ClosedDoor.Tests.Domain.Matchmaking;

namespace ClosedDoor.Benchmarks;

/// <summary>One line of the table. Times are to the proof of levels 1 to 3, or to the end of the search without it.</summary>
/// <param name="Proved">Share of the instances proved optimal in levels 1 to 3.</param>
/// <param name="WorstGap">Of the points in level 2, as a share.</param>
sealed record TimetableLine(
    string Family,
    int Instances,
    double Proved,
    double MedianMs,
    double WorstMs,
    double WorstGap,
    string Bar,
    bool Holds
)
{
    [JsonIgnore]
    public string Line =>
        $"{(Holds ? "✓" : "✗")} {Family, -58} {Instances, 4} {Proved, 7:0 %} {MedianMs, 9:0.00} {WorstMs, 9:0.0} {WorstGap, 8:0.00 %}  {Bar}";
}

/// <summary>make bench-timetable: how often and how soon the solver proves its timetables best.</summary>
static class TimetableBench
{
    const int PerFamily = 60;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web)
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    public static int Run(string output, int perFamily = PerFamily, bool large = true)
    {
        var lines = new List<TimetableLine>();
        var notes = new List<string>();
        // A service that has run for a while: the code is compiled.
        for (var round = 0; round < 4; round++)
            foreach (var (_, make) in TimetableFamilies.Small)
                for (var seed = 9_000; seed < 9_010; seed++)
                {
                    var problem = make(seed);
                    var published = Measure(problem, 200_000).Timetable.Meetings;
                    Measure(TimetableFamilies.AfterOneDropout(problem, published, seed), 0);
                }

        for (var family = 0; family < TimetableFamilies.Small.Length; family++)
        {
            var (name, make) = TimetableFamilies.Small[family];
            var problems = Enumerable.Range(0, perFamily).Select(make).ToList();
            var runs = problems.Select(problem => Measure(problem, 0)).ToList();
            lines.Add(
                Line(
                    name,
                    runs,
                    family == 0 ? "100 %, median ≤ 5 ms" : "100 % within 1 s, median ≤ 50 ms",
                    family == 0 ? 5 : 50,
                    1_000
                )
            );
            var again = problems
                .Select(
                    (problem, i) =>
                        Measure(TimetableFamilies.AfterOneDropout(problem, runs[i].Timetable.Meetings, i), 0)
                )
                .ToList();
            lines.Add(Line($"{name}: again after one dropout", again, "median ≤ 100 ms", 100, double.PositiveInfinity));
            notes.Add(Levels(name, problems));
            if (Cbc.Program is not null)
                lines.Add(Against(name, problems, runs, lines[^2].MedianMs));
        }
        if (large)
            foreach (var (name, make) in TimetableFamilies.Large)
            {
                var runs = new List<TimedRun>();
                for (var seed = 0; seed < 3; seed++)
                {
                    var clock = Stopwatch.StartNew();
                    runs.Add(Measure(make(seed), 0, new(long.MaxValue, 0), () => clock.Elapsed.TotalSeconds > 29));
                }
                var line = Line(name, runs, "gap ≤ 1 % within 30 s", 30_000, 30_000);
                lines.Add(line with { Holds = line.WorstGap <= 0.01 && line.WorstMs <= 30_000 });
            }

        Console.WriteLine(
            $"  {"levels 1 to 3", -58} {"n", 4} {"proved", 7} {"median ms", 9} {"worst ms", 9} {"worst gap", 8}  bar"
        );
        foreach (var line in lines)
            Console.WriteLine(line.Line);
        Console.WriteLine();
        foreach (var note in notes)
            Console.WriteLine(note);
        if (Cbc.Program is null)
            Console.WriteLine("CBC: not compared, it is not installed (Debian: apt-get install coinor-cbc).");
        Directory.CreateDirectory(output);
        File.WriteAllText(Path.Combine(output, "timetable.json"), JsonSerializer.Serialize(lines, Json));
        return 0;
    }

    sealed record TimedRun(Timetable Timetable, double Ms, bool Proved);

    static TimedRun Measure(
        TimetableProblem problem,
        long improvement,
        TimetableBudget? budget = null,
        Func<bool>? timeIsUp = null
    )
    {
        var settled = 0.0;
        var began = Stopwatch.GetTimestamp();
        var timetable = TimetableSolver.Solve(
            problem,
            budget ?? new TimetableBudget(Improvement: improvement),
            timeIsUp,
            progress =>
            {
                if (progress.Stage == SearchStage.Settled)
                    settled = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
            }
        );
        var broken = TimetableChecker.Broken(problem, timetable.Meetings);
        var wrong = CertificateChecker.FalseClaims(problem, timetable);
        if (broken.Count + wrong.Count > 0)
            throw new InvalidOperationException(
                string.Join('\n', wrong.Concat(broken.Select(rule => rule.ToString())))
            );
        return new(timetable, settled, timetable.Certificate.Proved);
    }

    static TimetableLine Line(string name, List<TimedRun> runs, string bar, double median, double worst)
    {
        var line = new TimetableLine(
            name,
            runs.Count,
            runs.Count(run => run.Proved) / (double)runs.Count,
            Median(runs.Select(run => run.Ms)),
            runs.Max(run => run.Ms),
            runs.Max(run => run.Timetable.Certificate.Gap),
            bar,
            false
        );
        return line with { Holds = line.Proved == 1 && line.MedianMs <= median && line.WorstMs <= worst };
    }

    static double Median(IEnumerable<double> values)
    {
        var sorted = values.Order().ToList();
        return (sorted[(sorted.Count - 1) / 2] + sorted[sorted.Count / 2]) / 2;
    }

    /// <summary>The same instances as LP files to CBC as a process, for levels 1 and 2 alone.</summary>
    static TimetableLine Against(string name, List<TimetableProblem> problems, List<TimedRun> runs, double ours)
    {
        var file = Path.Combine(Path.GetTempPath(), $"timetable-{Environment.ProcessId}.lp");
        var (times, agree) = (new List<double>(), 0);
        for (var i = 0; i < problems.Count; i++)
        {
            File.WriteAllText(file, Cbc.LinearProgramme(problems[i]));
            var (optimum, took) = Cbc.Solve(file);
            times.Add(took.TotalMilliseconds);
            var claims = runs[i].Timetable.Certificate;
            var value = claims.Weight.Value - Cbc.PromiseOf(problems[i]) * claims.Shortfall.Value;
            agree += value == optimum ? 1 : 0;
        }
        File.Delete(file);
        File.Delete(file + ".sol");
        var median = Median(times);
        var share = agree / (double)problems.Count;
        return new(
            $"{name}: CBC, levels 1 and 2",
            times.Count,
            1,
            median,
            times.Max(),
            0,
            $"our median below, optimum agrees ({share:0 %})",
            ours < median && agree == problems.Count
        );
    }

    /// <summary>How far levels 4 and 5 came within the default budget.</summary>
    static string Levels(string name, List<TimetableProblem> problems)
    {
        var began = Stopwatch.GetTimestamp();
        var some = problems.Take(8).Select(problem => Measure(problem, new TimetableBudget().Improvement)).ToList();
        var ms = Stopwatch.GetElapsedTime(began).TotalMilliseconds / some.Count;
        string Of(Func<TimetableCertificate, LevelProof> level) =>
            $"{some.Average(run => level(run.Timetable.Certificate).Value):0.0} (bound {some.Average(run => level(run.Timetable.Certificate).Bound):0.0})";
        return $"  {name}, {some.Count} with {ms:0} ms each: longest wait {Of(c => c.LongestWait)}, total wait {Of(c => c.TotalWait)}, table changes {Of(c => c.TableChanges)}";
    }
}
