using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>The rows of the payments' state table, each by the tests that are named after it: Row_4_5_… is of rows 4 and 5.</summary>
public partial class StateTableTests
{
    const int Rows = 17;

    [Test]
    public void Each_row_of_the_state_table_has_a_test() =>
        Assert.That(
            Enumerable
                .Range(1, Rows)
                .Except(
                    from type in typeof(StateTableTests).Assembly.GetTypes()
                    from test in type.GetMethods()
                    where test.IsDefined(typeof(TestAttribute)) || test.IsDefined(typeof(TestCaseAttribute))
                    from row in Numbers().Match(test.Name).Groups["row"].Captures
                    select int.Parse(row.Value, CultureInfo.InvariantCulture)
                ),
            Is.Empty
        );

    [GeneratedRegex("^Row_((?<row>[0-9]+)_)+", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Numbers();
}
