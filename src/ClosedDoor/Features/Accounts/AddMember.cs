using ClosedDoor.Domain;
using ClosedDoor.Features.Companies;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Accounts;

/// <summary>Gives a colleague at a company an account: a member of that company does, or an organizer for them.</summary>
/// <remarks>
/// That an address is taken is said, as it is to whoever signs a company up: there is no account to give then, and each
/// address that is not taken costs whoever only tries them an account and a password hash.
/// </remarks>
public static class AddMember
{
    public sealed record Request(string? Name, string? Email, string? Password);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/companies/{companyId}/members", Handle)
            .Named("AddMember", "Add a member to a company")
            .WithMetadata(new FingerprintsItself())
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<MemberView>(201)
            .Refuses(Refusals.Invalid, Refusals.NotFound, Refusals.EmailTaken)
            .Example(new Request("示例同事", "colleague@example.com", "a-long-passphrase"));

    static async Task<IResult> Handle(
        string companyId,
        Request request,
        Caller caller,
        Database db,
        Passwords passwords
    )
    {
        FingerprintsItself.AddWithoutPassword(caller, request with { Password = null });
        return (await Execute(db, passwords, caller, companyId, request)).ToCreated(_ =>
            $"/api/v1/companies/{companyId}/members"
        );
    }

    public static async Task<Outcome<MemberView>> Execute(
        Database db,
        Passwords passwords,
        Caller caller,
        string companyId,
        Request request
    )
    {
        if (!caller.MaySee(companyId))
            return Refusals.NotFound;
        var errors = new FieldErrors();
        var name = errors.Parsed("name", PersonName.Parse(request.Name));
        var email = errors.Parsed("email", EmailAddress.Parse(request.Email));
        var password = Passwords.Check(errors, "password", request.Password);
        if (errors.Refusal is { } invalid)
            return invalid;

        var hash = await passwords.Hash(password);
        return await db.Write<MemberView>(
            caller,
            async tx =>
            {
                if (!await CompanyRow.Exists(tx, companyId))
                    return Refusals.NotFound;
                // Who is out, and is still let in by an instance that does not know it yet, would come back by this account.
                if (caller.CompanyId is not null && !await AccountTable.LockEnabledRow(tx, caller.Standing.Id))
                    return Refusals.Forbidden;
                var draft = new AccountTable.Draft(email!.Value, name!.Value, hash, companyId, Permission.None);
                if (await AccountTable.Add(tx, draft, caller.Now) is not { } id)
                    return Refusals.EmailTaken;
                return (await tx.Get<MemberRow>($"{MemberRow.Select} WHERE id = @id", new { id })).ToView();
            }
        );
    }
}
