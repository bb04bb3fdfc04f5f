using System.Text.RegularExpressions;
using ClosedDoor.Domain;
using ClosedDoor.Features.Reservations;
using ClosedDoor.Platform.Data;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Reservations;

/// <summary>What makes double booking impossible, and which query an index serves, depends on it: the code's lists are the schema's.</summary>
public partial class ReservationStatesTests
{
    static readonly string Schema = Migrator.Known.Single(migration => migration.Name == "0005_reservations.sql").Sql;

    [TestCase("reservation_seat")]
    [TestCase("reservation_live")]
    [TestCase("reservation_lapsing")]
    public void Each_list_is_its_indexs_own(string index)
    {
        var list = index switch
        {
            "reservation_seat" => ReservationStates.TakesSeat,
            "reservation_live" => ReservationStates.Live,
            _ => ReservationStates.HasDeadline,
        };
        var states = list.Replace("reservation.status", "status").Replace(" = 1", "");
        var definition = Schema[Schema.IndexOf($"INDEX {index} ", StringComparison.Ordinal)..];
        definition = definition[..definition.IndexOf(';')];

        Assert.That(definition, Does.Contain($"{states},").Or.Contain($"{states})").Or.EndsWith($" WHERE {states}"));
    }

    [TestCase("AND NOT {ReservationStates.Live}")]
    [TestCase("AND NOT ({ReservationStates.TakesSeat} OR kept = 1)")]
    [TestCase("WHERE not (number > 1 AND {ReservationStates.LapsedInSession})")]
    public void Control_a_condition_that_is_negated_is_found(string sql) => Assert.That(Negated().IsMatch(sql));

    [Test]
    public void No_statement_negates_a_condition_that_may_be_null()
    {
        var sources = Directory.GetFiles(Path.Combine(Readme.Root, "src"), "*.cs", SearchOption.AllDirectories);

        Assert.That(sources.Where(file => Negated().IsMatch(File.ReadAllText(file))), Is.Empty);
    }

    [GeneratedRegex(
        @"\bNOT\s*(\([^()]*)?\{ReservationStates\.(TakesSeat|Live|LapsedInSession)\}",
        RegexOptions.ExplicitCapture | RegexOptions.IgnoreCase,
        1000
    )]
    private static partial Regex Negated();

    [Test]
    public void Whoever_has_a_seat_or_a_deadline_is_live()
    {
        foreach (var status in Enum.GetValues<ReservationStatus>())
        {
            Assert.That(
                status.IsLive(),
                Is.EqualTo(status.TakesSeat() || status == ReservationStatus.Applied),
                $"{status}"
            );
            Assert.That(status.HasDeadline() && !status.TakesSeat(), Is.False, $"{status}");
        }
    }
}
