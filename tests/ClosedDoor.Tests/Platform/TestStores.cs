using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Tests.Given;
using Microsoft.Extensions.Configuration;

namespace ClosedDoor.Tests.Platform;

static class TestStores
{
    /// <summary>A handle on the database without a service around it.</summary>
    public static Database Open(this TestDatabase store) => Open(store.Location);

    public static Database Open(string location) =>
        Database.Open(
            new Settings(
                new ConfigurationBuilder().AddInMemoryCollection([new("CLOSEDDOOR_DATABASE", location)]).Build()
            )
        );
}
