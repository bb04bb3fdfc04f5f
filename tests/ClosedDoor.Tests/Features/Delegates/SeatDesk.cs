using ClosedDoor.Tests.Features.Invitations;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Delegates;

/// <summary>A company with a seat that is paid for, in a session of its own.</summary>
public abstract class SeatDesk : SessionDesk
{
    private protected TestCompany _company = null!;
    private protected string _seat = null!;

    [SetUp]
    public async Task Pay()
    {
        _company = await _host.Given.VettedCompany();
        _seat = await _host.Confirmed(_company, _session);
    }
}
