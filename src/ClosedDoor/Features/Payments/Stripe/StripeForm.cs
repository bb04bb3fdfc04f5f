using System.Globalization;

namespace ClosedDoor.Features.Payments.Stripe;

/// <summary>
/// Parameters in the order in which they were added, as Stripe's form encoding names them: <c>metadata[payment]</c>. The
/// same parameters give the same bytes, which a repetition under one idempotency key must have.
/// </summary>
public sealed class StripeForm
{
    readonly List<KeyValuePair<string, string>> _pairs = [];

    public IReadOnlyList<KeyValuePair<string, string>> Pairs => _pairs;

    public StripeForm Add(string name, string value)
    {
        _pairs.Add(new(name, value));
        return this;
    }

    public StripeForm Add(string name, long value) => Add(name, value.ToString(CultureInfo.InvariantCulture));
}
