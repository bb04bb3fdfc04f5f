using ClosedDoor.Tests.Given;
using ClosedDoor.Tests.Races;
using NUnit.Framework;

namespace ClosedDoor.Tests.Features.Invitations;

/// <summary>A host for each test, with a session on sale and the organizer who runs it.</summary>
public abstract class SessionDesk
{
    private protected TestHost _host = null!;
    private protected ApiClient _organizer = null!;
    private protected string _session = null!;

    private protected virtual (string Name, string Value)[] Configured => [];

    [SetUp]
    public async Task Open()
    {
        _host = await TestHost.Create(Configured);
        _organizer = await _host.Given.Owner();
        _session = await _host.Given.PublishedSession();
    }

    [TearDown]
    public async Task Close()
    {
        await Books.AuditIsWhole(_host);
        await _host.DisposeAsync();
    }
}
