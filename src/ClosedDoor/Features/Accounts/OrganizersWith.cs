using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Accounts;

/// <summary>The organizers whom a mail concerns: those who may do what it is about.</summary>
static class OrganizersWith
{
    /// <summary>In the order in which they joined.</summary>
    public static async Task<List<string>> Addresses(Statements read, Permission permission) =>
        [
            .. (
                await read.All<Row>(
                    "SELECT email, permissions FROM account WHERE role = 'organizer' AND disabled_at IS NULL ORDER BY id"
                )
            )
                .Where(one => Permissions.FromStored(one.Permissions).Allows(permission))
                .Select(one => one.Email),
        ];

    sealed record Row
    {
        public string Email { get; init; } = "";
        public string Permissions { get; init; } = "";
    }
}
