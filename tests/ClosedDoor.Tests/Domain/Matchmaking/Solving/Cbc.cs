using System.Diagnostics;
using System.Globalization;
using System.Text;
using ClosedDoor.Domain;

namespace ClosedDoor.Tests.Domain.Matchmaking;

/// <summary>
/// The judge from outside: COIN-OR CBC, a mixed-integer solver (Debian: coinor-cbc), reading an LP file that is written
/// from the rules alone.
/// </summary>
static class Cbc
{
    /// <summary>Where it is installed; null where it is not.</summary>
    public static string? Program { get; } =
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Select(folder => Path.Combine(folder, "cbc"))
            .FirstOrDefault(File.Exists);

    /// <summary>Levels 1 and 2 as one linear objective, to be minimised: a missing promised meeting costs more than all points together.</summary>
    public static string LinearProgramme(TimetableProblem problem)
    {
        var (objective, rows) = (new StringBuilder("Minimize\n obj:"), new SortedDictionary<string, StringBuilder>());
        var (names, caps) = (new StringBuilder(), new Dictionary<string, int>());
        var promise = PromiseOf(problem);
        for (var c = 0; c < problem.Companies.Count; c++)
        {
            for (var g = 0; g < problem.Guests.Count; g++)
            for (var t = 0; t < problem.Slots; t++)
            {
                if (problem.Pairs[c, g].Bar != PairBar.None)
                    continue;
                if (!problem.Companies[c].Present.Contains(t) || !problem.Guests[g].Present.Contains(t))
                    continue;
                var x = $"x_{c}_{g}_{t}";
                names.Append(' ').Append(x).Append('\n');
                objective.Append($" - {problem.Pairs[c, g].Weight} {x}\n");
                Add($"pair_{c}_{g}", 1, x);
                Add($"company_{c}_{t}", 1, x);
                Add($"guest_{g}_{t}", 1, x);
                Add($"slot_{t}", problem.Tables, x);
                Add($"promise_{c}", 0, x);
            }
            objective.Append($" + {promise} s_{c}\n");
            Add($"promise_{c}", 0, $"s_{c}");
        }
        var text = new StringBuilder().Append(objective).Append("Subject To\n");
        foreach (var (name, row) in rows)
        {
            text.Append(' ').Append(name).Append(':').Append(row);
            text.Append(
                name.StartsWith("promise")
                    ? $" >= {problem.Companies[int.Parse(name[8..], CultureInfo.InvariantCulture)].Guarantee}\n"
                    : $" <= {caps[name]}\n"
            );
        }
        return text.Append("Binaries\n").Append(names).Append("End\n").ToString();

        void Add(string name, int cap, string variable)
        {
            caps[name] = cap;
            if (!rows.TryGetValue(name, out var row))
                rows[name] = row = new StringBuilder();
            row.Append(" + ").Append(variable).Append('\n');
        }
    }

    public static long PromiseOf(TimetableProblem problem)
    {
        var sum = 1L;
        foreach (var pair in problem.Pairs)
            sum += pair.Bar == PairBar.None ? pair.Weight : 0;
        return sum;
    }

    /// <summary>The greatest value that CBC proves, and how long its process took.</summary>
    public static (long Optimum, TimeSpan Took) Solve(string file)
    {
        var answer = file + ".sol";
        var start = new ProcessStartInfo(Program!) { UseShellExecute = false, RedirectStandardOutput = true };
        foreach (var word in new[] { file, "ratio", "0", "solve", "solu", answer })
            start.ArgumentList.Add(word);
        var began = Stopwatch.GetTimestamp();
        using var process = Process.Start(start)!;
        process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        var took = Stopwatch.GetElapsedTime(began);
        // First line: 'Optimal - objective value 1234.00000000'
        var first = File.ReadLines(answer).First();
        if (!first.StartsWith("Optimal"))
            throw new InvalidOperationException(first);
        var value = double.Parse(first[(first.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
        return (-(long)Math.Round(value), took);
    }
}
