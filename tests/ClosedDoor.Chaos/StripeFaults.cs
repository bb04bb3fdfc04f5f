namespace ClosedDoor.Chaos;

/// <summary>What goes wrong at Stripe or on the way to it, beside whatever else does: an outage there waits for none of ours.</summary>
sealed class StripeFaults(Sandbox stripe, Random random)
{
    /// <summary>One after the other, each at least once, in an order of the seed's, until told to stop.</summary>
    /// <param name="say">What begins.</param>
    public async Task Run(Action<string> say, CancellationToken stop)
    {
        (string Name, Func<Task> Begin, Func<Task> End)[] faults =
        [
            ("Stripe is gone", () => stripe.BreakDown("gone"), stripe.Recover),
            ("Stripe fails now and then", () => stripe.BreakDown("failing"), stripe.Recover),
            ("Stripe does not answer", () => stripe.BreakDown("hanging"), stripe.Recover),
            ("Stripe's webhooks are cut", stripe.CutWebhooks, stripe.MendWebhooks),
            (
                "Stripe takes its time for refunds",
                () => stripe.RefundsBegin("pending"),
                () => stripe.RefundsBegin("succeeded")
            ),
        ];
        for (var turn = 0; turn == 0 || !stop.IsCancellationRequested; turn++)
        {
            random.Shuffle(faults);
            foreach (var (name, begin, end) in faults)
            {
                await Task.Delay(random.Next(1000, 4000), CancellationToken.None);
                if (turn > 0 && stop.IsCancellationRequested)
                    return;
                say(name);
                await begin();
                await Task.Delay(random.Next(500, 3000), CancellationToken.None);
                await end();
            }
        }
    }
}
