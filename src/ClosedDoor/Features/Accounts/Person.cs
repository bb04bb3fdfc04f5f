using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Accounts;

/// <summary>
/// Who stands behind what is done: with an API key, the account that made it. Where two people must agree, nobody is two
/// by holding a key.
/// </summary>
static class Person
{
    public static async Task<string> Behind(Statements read, string actor)
    {
        while (await read.Find<string>("SELECT created_by FROM api_key WHERE id = @actor", new { actor }) is { } maker)
            actor = maker;
        return actor;
    }

    /// <summary>Whether the caller is the person who acted here before, by whatever key; false where nobody has.</summary>
    public static async Task<bool> IsBehind(Statements read, Caller caller, string? actor) =>
        actor is not null && await Behind(read, actor) == await Behind(read, caller.Actor);
}
