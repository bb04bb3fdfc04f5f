using ClosedDoor.Platform.Data;
using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests.Platform;

/// <summary>A database without a service around it, for each test.</summary>
public abstract class OwnDatabase
{
    private protected TestDatabase _store = null!;
    private protected Database _database = null!;

    /// <summary>Without a table, unless said otherwise.</summary>
    private protected virtual Task<TestDatabase> Make() => TestDatabase.Create();

    [SetUp]
    public async Task Open()
    {
        _store = await Make();
        _database = _store.Open();
    }

    [TearDown]
    public async Task Close()
    {
        await _database.DisposeAsync();
        await _store.DisposeAsync();
    }
}
