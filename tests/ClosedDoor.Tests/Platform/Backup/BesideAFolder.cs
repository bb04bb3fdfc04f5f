using ClosedDoor.Platform;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform.Backup;

/// <summary>A service and an empty folder for its backups, of each test's own.</summary>
public abstract class BesideAFolder
{
    private protected TestHost _host = null!;
    private protected string _folder = null!;

    [SetUp]
    public async Task Start()
    {
        _host = await TestHost.Create();
        _folder = Directory.CreateTempSubdirectory("closeddoor-test-").FullName;
    }

    [TearDown]
    public async Task Stop()
    {
        await _host.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    private protected Settings Settings => _host.Get<Settings>();

    private protected string InFolder(string name = "backup") => Path.Combine(_folder, name);
}
