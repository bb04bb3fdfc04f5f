using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments.Stripe;

/// <summary>A till of its own for each test.</summary>
public abstract class AtTheTill
{
    private protected Till _till = null!;

    [SetUp]
    public async Task Open() => _till = await Till.Open();

    [TearDown]
    public async Task Close() => await _till.DisposeAsync();
}
