using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Accounts;

/// <summary>Gives a colleague an account. Without permissions it may look, and change nothing.</summary>
public static class AddOrganizer
{
    public sealed record Request(string? Email, string? Name, string? Password, string[]? Permissions);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/organizers", Handle)
            .Named("AddOrganizer", "Add an organizer")
            .WithMetadata(new FingerprintsItself())
            .RequireAuthorization(Policy.Owner)
            .Answers<OrganizerView>(201)
            .Refuses(Refusals.Invalid, Refusals.EmailTaken)
            .Example(new Request("organizer@example.com", "示例组织者", "a-long-passphrase", ["organize", "review"]));

    static async Task<IResult> Handle(Request request, Caller caller, Database db, Passwords passwords)
    {
        FingerprintsItself.AddWithoutPassword(caller, request with { Password = null });
        return (await Execute(db, passwords, caller, request)).ToCreated(added => $"/api/v1/organizers/{added.Id}");
    }

    public static async Task<Outcome<OrganizerView>> Execute(
        Database db,
        Passwords passwords,
        Caller caller,
        Request request
    )
    {
        var errors = new FieldErrors();
        var email = errors.Parsed("email", EmailAddress.Parse(request.Email));
        var name = errors.Parsed("name", PersonName.Parse(request.Name));
        var password = Passwords.Check(errors, "password", request.Password);
        var permissions = Permissions.Check(errors, "permissions", request.Permissions, Permissions.All);
        if (errors.Refusal is { } invalid)
            return invalid;

        var hash = await passwords.Hash(password);
        return await db.Write<OrganizerView>(
            caller,
            async tx =>
            {
                // Who is an owner no longer, and is still let in by an instance that does not know it yet, would come back by it.
                if (!(await AccountTable.LockOwnerRows(tx)).Contains(caller.Standing.Id))
                    return Refusals.Forbidden;
                var draft = new AccountTable.Draft(email!.Value, name!.Value, hash, null, permissions);
                return await AccountTable.Add(tx, draft, caller.Now) is { } id
                    ? (await OrganizerView.Find(tx, id))!
                    : Refusals.EmailTaken;
            }
        );
    }
}
