using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Races;

/// <summary>Two instances of the service on one database, for all tests of a fixture.</summary>
public abstract class TwoInstances
{
    private protected TestHost _host = null!;
    private protected TestHost _second = null!;

    [OneTimeSetUp]
    public async Task StartBoth()
    {
        _host = await TestHost.Create();
        _second = _host.Another();
    }

    [OneTimeTearDown]
    public async Task StopBoth()
    {
        await Books.AuditIsWhole(_host);
        await _second.DisposeAsync();
        await _host.DisposeAsync();
    }

    /// <summary>Most rounds on one instance, some across two.</summary>
    private protected TestHost Instance(int round) => round % 4 == 3 ? _second : _host;
}
