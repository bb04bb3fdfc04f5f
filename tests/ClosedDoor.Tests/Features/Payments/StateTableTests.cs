using System.Globalization;
using System.Reflection;
using System.Text.RegularExpressions;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>How a payment moves, row by row. The tests of a row are named after it: Row_4_5_… is of rows 4 and 5.</summary>
public partial class StateTableTests
{
    static readonly string[] Rows =
    [
        "1: none to held. A vetted company, a free seat.",
        "2: held to opening to open. What is sent to Stripe is frozen before the call.",
        "3: open or expiring to confirmed. Stripe, when asked, says that it is paid.",
        "4: open or expiring to processing. Completed and not paid yet: the seat stays.",
        "5: processing to confirmed or failed.",
        "6: open to expiring. The seat is still held.",
        "7: expiring to expired. Only once Stripe proves that it can be paid no more; then the waitlist moves up.",
        "8: expired to late paid, to confirmed or refund due. A free seat, or the money goes back, or pays for the next.",
        "9: held to awaiting transfer to confirmed. By bank: reference, amount and payer.",
        "10: awaiting transfer to underpaid or overpaid.",
        "11: awaiting transfer to expired. The deadline and the banks' two days; later money is row 8.",
        "12: confirmed to refund due. By the policy or the organizer, never more than has come.",
        "13: refund due to refund pending. Stripe is asked.",
        "14: refund pending to refunded or failed; what was refunded may still fail.",
        "15: refund failed to manual payout to refunded. Two people, and the bank's serial as the proof.",
        "16: confirmed to external refund. One that we did not start.",
        "17: confirmed to disputed to confirmed or charged back. Nothing is refunded meanwhile.",
    ];

    [Test]
    public void Each_row_of_the_state_table_has_a_test() =>
        Assert.That(
            Enumerable
                .Range(1, Rows.Length)
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
