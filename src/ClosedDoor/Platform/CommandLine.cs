using ClosedDoor.Features.Accounts;
using ClosedDoor.Platform.Audit;

namespace ClosedDoor.Platform;

/// <summary>What the same binary does besides serving: <c>ClosedDoor.dll VERB</c>. Without a verb it serves.</summary>
static class CommandLine
{
    public delegate Task<int> Command(IServiceProvider services, string[] args);

    static readonly SortedDictionary<string, Command> Verbs = new(StringComparer.Ordinal)
    {
        ["create-owner"] = CreateOwner.Run,
        // The migrations have run by the time that any command does.
        ["migrate"] = (_, _) => Task.FromResult(0),
        ["verify-audit"] = VerifyAudit.Command,
    };

    /// <summary>The first argument, unless it is an option of the host (<c>--urls …</c>).</summary>
    public static string? VerbOf(string[] args) => args.Length > 0 && !args[0].StartsWith('-') ? args[0] : null;

    /// <returns>The process's exit code: 0 when all is well, 2 for a command that there is none of.</returns>
    public static async Task<int> Run(string verb, IServiceProvider services, string[] args)
    {
        if (Verbs.TryGetValue(verb, out var command))
            return await command(services, args[1..]);
        await Console.Error.WriteLineAsync($"There is no command '{verb}'. Commands: {string.Join(", ", Verbs.Keys)}.");
        return 2;
    }
}
