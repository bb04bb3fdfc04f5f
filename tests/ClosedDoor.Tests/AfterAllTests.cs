using ClosedDoor.Tests.Given;
using NUnit.Framework;

namespace ClosedDoor.Tests;

/// <summary>What the tests share ends with them.</summary>
[SetUpFixture]
sealed class AfterAllTests
{
    [OneTimeTearDown]
    public Task Dispose() => TestDatabase.DisposeAll();
}
