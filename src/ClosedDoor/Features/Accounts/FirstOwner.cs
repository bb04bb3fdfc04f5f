using ClosedDoor.Domain;
using ClosedDoor.Platform;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;
using NodaTime;

namespace ClosedDoor.Features.Accounts;

/// <summary>
/// At the start: makes the owner that <c>CLOSEDDOOR_OWNER_EMAIL</c> and <c>CLOSEDDOOR_OWNER_PASSWORD</c> name, while
/// there is none. Later starts change nothing, so a password changed since stays changed.
/// </summary>
public static class FirstOwner
{
    /// <exception cref="InvalidSettingException">The address or the password cannot be one.</exception>
    public static async Task Ensure(IServiceProvider services, Instant now)
    {
        var settings = services.GetRequiredService<Settings>();
        var db = services.GetRequiredService<Database>();
        if (settings.OwnerEmail is not { } email || settings.OwnerPassword is not { } password || await HasOwner(db))
            return;

        var outcome = await CreateOwner.Execute(
            db,
            services.GetRequiredService<Passwords>(),
            "job:first-owner",
            email,
            name: null,
            password,
            now
        );
        if (!outcome.Refused(out var refusal))
            return;
        // Instances that start together are all told the same address: one makes the account, and the others find it.
        if (!refusal.Is(Refusals.EmailTaken))
            throw new InvalidSettingException(
                $"CLOSEDDOOR_OWNER_EMAIL or CLOSEDDOOR_OWNER_PASSWORD: {CreateOwner.InWords(refusal)}"
            );
        if (!await HasOwner(db))
            throw new InvalidSettingException("CLOSEDDOOR_OWNER_EMAIL is the address of an account that is no owner.");
    }

    static async Task<bool> HasOwner(Database db) =>
        await db.Read(read => read.Find<string>($"SELECT id FROM account WHERE {AccountTable.IsEnabledOwner} LIMIT 1"))
            is not null;
}
