using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Accounts;

/// <summary>
/// The command <c>create-owner EMAIL [--name N]</c>: an owner's account, also while the service runs and when nobody can
/// sign in any more. The password comes from <c>CLOSEDDOOR_OWNER_PASSWORD</c>, or else from standard input (asked for
/// without echo at a terminal): never from an argument, which every process list shows.
/// </summary>
public static class CreateOwner
{
    /// <summary>Exit codes: the account was made; it was refused, with the reason on standard error; the command line is wrong.</summary>
    public const int Done = 0,
        Refused = 1,
        Usage = 2;

    const string DefaultName = "所有者";

    internal static Task<int> Run(IServiceProvider services, string[] args) =>
        Run(services, args, AskForPassword, Console.Out, Console.Error);

    internal static async Task<int> Run(
        IServiceProvider services,
        string[] args,
        Func<TextWriter, string?> ask,
        TextWriter output,
        TextWriter error
    )
    {
        if (Read(args) is not { } given)
        {
            await error.WriteLineAsync(
                "Usage: create-owner EMAIL [--name NAME], the password in CLOSEDDOOR_OWNER_PASSWORD or on standard input."
            );
            return Usage;
        }
        var password = services.GetRequiredService<Settings>().OwnerPassword ?? ask(error);
        var outcome = await Execute(
            services.GetRequiredService<Database>(),
            services.GetRequiredService<Passwords>(),
            "command:create-owner",
            given.Email,
            given.Name,
            password,
            services.GetRequiredService<IClock>().GetCurrentInstant()
        );
        if (outcome.Refused(out var refusal))
        {
            await error.WriteLineAsync(InWords(refusal));
            return Refused;
        }
        await output.WriteLineAsync(outcome.Value);
        return Done;
    }

    /// <returns>The account's id.</returns>
    public static async Task<Outcome<string>> Execute(
        Database db,
        Passwords passwords,
        string actor,
        string? email,
        string? name,
        string? password,
        Instant now
    )
    {
        var errors = new FieldErrors();
        var address = errors.Parsed("email", EmailAddress.Parse(email));
        var person = errors.Parsed("name", PersonName.Parse(name ?? DefaultName));
        var checkedPassword = Passwords.Check(errors, "password", password);
        if (errors.Refusal is { } invalid)
            return invalid;

        var hash = await passwords.Hash(checkedPassword);
        var draft = new AccountTable.Draft(address!.Value, person!.Value, hash, null, Permission.Owner);
        return await db.Write(actor, tx => AccountTable.Add(tx, draft, now)) is { } id ? id : Refusals.EmailTaken;
    }

    internal static string InWords(Refusal refusal) =>
        string.Join(
            Environment.NewLine,
            (refusal.Fields ?? new Dictionary<string, IReadOnlyList<Text>>())
                .SelectMany(field => field.Value.Select(text => $"{field.Key}: {text.En}"))
                .Prepend(Problems.TitleOf(refusal).En)
        );

    static (string Email, string? Name)? Read(string[] args) =>
        args switch
        {
            [var email] when !email.StartsWith('-') => (email, null),
            [var email, "--name", var name] when !email.StartsWith('-') => (email, name),
            ["--name", var name, var email] when !email.StartsWith('-') => (email, name),
            _ => null,
        };

    static string? AskForPassword(TextWriter prompt)
    {
        if (Console.IsInputRedirected)
            return Console.In.ReadLine();
        prompt.Write("Password: ");
        var typed = new System.Text.StringBuilder();
        while (Console.ReadKey(intercept: true) is { Key: not ConsoleKey.Enter } key)
        {
            if (key.Key is not ConsoleKey.Backspace)
                typed.Append(key.KeyChar);
            else if (typed.Length > 0)
                typed.Length--;
        }
        prompt.WriteLine();
        return typed.ToString();
    }
}
