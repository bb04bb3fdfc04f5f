using ClosedDoor.Platform.Identity;
using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Payments;

/// <summary>Two people of finance, a company and a session of two seats, for each test; and the books in order after it.</summary>
public abstract class RefundDesk
{
    private protected TestHost _host = null!;
    private protected ApiClient _finance = null!;
    private protected ApiClient _other = null!;
    private protected TestCompany _company = null!;
    private protected string _sessionId = null!;

    /// <summary>Fen beyond which a second person must approve.</summary>
    private protected virtual string ApprovalLimit => "5000000";

    [SetUp]
    public async Task Open()
    {
        _host = await TestHost.Create(("CLOSEDDOOR_REFUND_APPROVAL_FEN", ApprovalLimit));
        _finance = await _host.Given.Organizer(Permission.Finance);
        _other = await _host.Given.Organizer(Permission.Finance);
        _company = await _host.Given.VettedCompany();
        _sessionId = await _host.Given.PublishedSession(seatCap: 2);
    }

    [TearDown]
    public async Task Close()
    {
        await Books.AreInOrder(_host, _sessionId);
        await _host.DisposeAsync();
    }

    /// <summary>A seat that is paid by card with this payment intent.</summary>
    private protected async Task<(string ReservationId, string PaymentId)> PaidByCard(string intent)
    {
        var reservationId = await _host.Given.Hold(_company, _sessionId);
        var paymentId = (await _host.Checkout(reservationId))!;
        if (!await _host.PaidByCheckout(paymentId, intent))
            throw new InvalidOperationException($"{intent} was not taken.");
        return (reservationId, paymentId);
    }
}
