using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Domain;
using ClosedDoor.Tests.Given;
using FsCheck;
using FsCheck.Fluent;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

/// <summary>
/// As MoneyModelTests, through the real client, inbox and jobs against the sandbox: checkouts that are paid, declined,
/// late or left, events that come twice, in any order or never, connections that drop, disputes, refunds in the
/// dashboard. In the end Stripe's books are ours.
/// </summary>
public class CheckoutModelTests
{
    const int Runs = 16;
    const int Longest = 90;

    [Test]
    public async Task No_order_of_events_at_Stripe_loses_money_or_a_seat()
    {
        await using var till = await Till.Open();
        var owner = await till.Host.Given.Owner();
        var other = await till.Host.Given.Organizer(Permission.Finance);
        var steps =
            from move in Gen.Choose(0, CheckoutModel.Moves.Length - 1)
            from who in Gen.Choose(0, 2)
            from dice in Gen.Choose(0, 100_000)
            select (move, who, dice);
        var sequences =
            from length in Gen.Choose(20, Longest)
            from moves in steps.ListOf(length)
            select moves.ToArray();

        Properties.Hold(sequences, moves => Play(till, owner, other, moves).GetAwaiter().GetResult(), Runs);
        await till.Host.HasSeen(
            "checkout.attempted",
            "payment.open",
            "payment.expiring",
            "payment.expired",
            "payment.confirmed",
            "payment.refund_due",
            "payment.refunded",
            "refund.refunded"
        );
    }

    static async Task<bool> Play(Till till, ApiClient owner, ApiClient other, (int Move, int Who, int Dice)[] moves)
    {
        var sessionId = await till.Host.Given.PublishedSession(seatCap: 2);
        var model = new CheckoutModel(till, sessionId, await till.Host.Given.VettedCompanies(3), owner, other);
        for (var i = 0; i < moves.Length; i++)
        {
            var (move, who, dice) = moves[i];
            await model.Make(move, who, dice);
            if (await model.Faults() is { Count: > 0 } faults)
                Fail(moves[..(i + 1)], faults);
        }
        await model.Reconcile();
        if (await model.FaultsAtTheEnd() is { Count: > 0 } left)
            Fail(moves, left);
        await till.BooksAgree();
        return true;
    }

    static void Fail((int Move, int Who, int Dice)[] moves, IReadOnlyList<string> faults) =>
        throw new AssertionException(
            $"{string.Join("; ", faults)} after {string.Join(", ", moves.Select(one => $"{CheckoutModel.Moves[one.Move]} ({one.Who}, {one.Dice})"))}"
        );
}
