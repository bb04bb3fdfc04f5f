using System.Data.Common;
using System.Net.Sockets;
using ClosedDoor.Platform.Data;
using NodaTime;

namespace ClosedDoor.Platform;

/// <summary>What the same binary does besides serving: <c>ClosedDoor.dll VERB</c>. Without a verb it serves.</summary>
sealed class CommandLine(IReadOnlyDictionary<string, CommandLine.Command> commands)
{
    /// <returns>The process's exit code.</returns>
    public delegate Task<int> Command(IServiceProvider services, string[] args);

    /// <summary>
    /// The first argument, unless it is an option of the host (<c>--urls …</c>). Who asks what there is, in whichever form,
    /// wants no service started.
    /// </summary>
    public static string? VerbOf(string[] args) =>
        args is not [var first, ..] ? null
        : IsForHelp(first) ? first
        : first is "--version" ? "version"
        : first.StartsWith('-') ? null
        : first;

    static bool IsForHelp(string argument) => argument is "--help" or "-h" or "-?";

    /// <summary>
    /// A command that takes nothing but the host's options: of a file that is named to it, it would be believed to have
    /// looked at that.
    /// </summary>
    public static Command OfNothing(Command command) =>
        async (services, args) =>
        {
            if (args is not [var surplus, ..] || surplus.StartsWith('-'))
                return await command(services, args);
            await Console.Error.WriteLineAsync(
                $"Nothing was done: this command takes no '{surplus}'. It works on the database of the settings."
            );
            return 2;
        };

    /// <summary>A command that works on the database, brought up to this release's schema.</summary>
    public static Command OnceMigrated(Command command) =>
        async (services, args) =>
        {
            await new Migrator(services.GetRequiredService<Database>()).Apply(
                services.GetRequiredService<IClock>().GetCurrentInstant()
            );
            return await command(services, args);
        };

    /// <summary>
    /// The same, for a command that says whether a database is in order: of one that was made for it by a misspelt path
    /// everything holds.
    /// </summary>
    public static Command OnExisting(Command command) => OnOurs(OnceMigrated(command));

    /// <summary>
    /// A command that works on a database which this service has been on, in whichever release: a copy of a file that is
    /// there by a misspelt path, and empty, would be kept for a backup.
    /// </summary>
    public static Command OnOurs(Command command) =>
        async (services, args) =>
        {
            var settings = services.GetRequiredService<Settings>();
            if (!settings.IsOnPostgres && !File.Exists(settings.Database))
                throw new MigrationException($"There is no database {settings.Database}.");
            // Not PostgreSQL's connection string, which has the password.
            var named = settings.IsOnPostgres ? "The database" : $"The database {settings.Database}";
            try
            {
                // Before it is opened to be written, which makes a database of an empty file, and changes anybody's.
                if (!await Migrator.HasBegun(settings))
                    throw new MigrationException($"{named} holds nothing of this service.");
            }
            catch (Exception e) when (e is DbException or SocketException)
            {
                throw new MigrationException($"{named} cannot be read: {e.Message}"); // It may be none.
            }
            return await command(services, args);
        };

    /// <returns>The process's exit code: 0 when all is well, 2 for a command that there is none of.</returns>
    public async Task<int> Run(string verb, IServiceProvider services, string[] args)
    {
        foreach (var unknown in services.GetRequiredService<Settings>().Unknown)
            await Console.Error.WriteLineAsync(unknown.ToString());
        if (commands.TryGetValue(verb, out var command))
            return await command(services, args[1..]);
        var known = string.Join(", ", commands.Keys.Order(StringComparer.Ordinal));
        if (IsForHelp(verb))
        {
            Console.WriteLine($"Without a command it serves. Commands: {known}.");
            return 0;
        }
        await Console.Error.WriteLineAsync($"There is no command '{verb}'. Commands: {known}.");
        return 2;
    }
}
