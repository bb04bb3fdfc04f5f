using ClosedDoor.Domain;
using NUnit.Framework;

namespace ClosedDoor.Tests.Domain.Matchmaking;

/// <summary>Judges that share nothing with the solver: the checker of rules and claims, and CBC where it is installed.</summary>
public sealed class TimetableJudgesTests
{
    const int Seeds = 60;

    static readonly TimetableBudget ProofAlone = new(Improvement: 0);

    [Test]
    public void Every_small_instance_is_proved_best_and_passes_the_checker([Range(0, 3)] int family)
    {
        for (var seed = 0; seed < Seeds; seed++)
        {
            var problem = TimetableFamilies.Small[family].Make(seed);
            var timetable = TimetableSolver.Solve(problem, new TimetableBudget(Improvement: 5_000));
            Assert.That(TimetableChecker.Broken(problem, timetable.Meetings), Is.Empty, $"seed {seed}");
            Assert.That(CertificateChecker.FalseClaims(problem, timetable), Is.Empty, $"seed {seed}");
            Assert.That(timetable.Certificate.Proved, $"seed {seed}");
            Assert.That(timetable.Certificate.End, Is.EqualTo(SearchEnd.Finished));
        }
    }

    [Test]
    public void Cbc_finds_the_same_optimum_for_guarantees_and_weight([Range(0, 3)] int family)
    {
        if (Cbc.Program is null)
            NotTried.For("CBC is not installed (Debian: apt-get install coinor-cbc).");
        var file = Path.Combine(Path.GetTempPath(), $"timetable-{Environment.ProcessId}-{family}.lp");
        try
        {
            for (var seed = 0; seed < Seeds; seed++)
            {
                var problem = TimetableFamilies.Small[family].Make(seed);
                var claims = TimetableSolver.Solve(problem, ProofAlone).Certificate;
                File.WriteAllText(file, Cbc.LinearProgramme(problem));
                Assert.That(
                    claims.Weight.Value - Cbc.PromiseOf(problem) * claims.Shortfall.Value,
                    Is.EqualTo(Cbc.Solve(file).Optimum),
                    $"seed {seed}"
                );
            }
        }
        finally
        {
            File.Delete(file);
            File.Delete(file + ".sol");
        }
    }
}
