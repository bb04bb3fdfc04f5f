using ClosedDoor.Domain;
using ClosedDoor.Features.Accounts;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Companies;

/// <summary>Registers a company by its social credit code, with the account of the person who signs it up.</summary>
public static class SignUpCompany
{
    public sealed record Request(string? Name, string? Uscc, ContactRequest? Contact, string? Password);

    public sealed record ContactRequest(string? Name, string? Email, string? Phone);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPost("/companies", Handle)
            .Named("SignUpCompany", "Sign a company up")
            .WithMetadata(new FingerprintsItself(), new IgnoresToken())
            .Answers<CompanyView>(201)
            .Refuses(Refusals.Invalid, Refusals.CompanyExists, Refusals.EmailTaken)
            .Example(
                new Request(
                    "示例企业一",
                    "91110108MA0000001A",
                    new("示例联系人", "contact@example.com", "13800000000"),
                    "a-long-passphrase"
                )
            );

    static async Task<IResult> Handle(Request request, Caller caller, Database db, Passwords passwords)
    {
        FingerprintsItself.AddWithoutPassword(caller, request with { Password = null });
        return (await Execute(db, passwords, caller, request)).ToCreated(company => $"/api/v1/companies/{company.Id}");
    }

    public static async Task<Outcome<CompanyView>> Execute(
        Database db,
        Passwords passwords,
        Caller caller,
        Request request
    )
    {
        var errors = new FieldErrors();
        var name = errors.Text("name", request.Name, 100, shortest: 2);
        var uscc = errors.Parsed("uscc", SocialCreditCode.Parse(request.Uscc));
        if (uscc is { MayTakeSeat: false })
            errors.Add(
                "uscc",
                "仅限企业、个体工商户、农民专业合作社（代码以 91、92、93 开头）。",
                "Only enterprises, sole traders and cooperatives (prefix 91, 92 or 93) may sign up."
            );
        var contactName = errors.Parsed("contact.name", PersonName.Parse(request.Contact?.Name));
        var email = errors.Parsed("contact.email", EmailAddress.Parse(request.Contact?.Email));
        var phone = errors.Parsed("contact.phone", MobileNumber.Parse(request.Contact?.Phone));
        var password = Passwords.Check(errors, "password", request.Password);
        if (errors.Refusal is { } invalid)
            return invalid;

        var passwordHash = await passwords.Hash(password);
        return await db.Write<CompanyView>(
            caller,
            async tx =>
            {
                var company = new CompanyTable.Draft(name, uscc!, contactName!.Value, email!.Value, phone!.Value);
                if (await CompanyTable.Add(tx, company, caller.Now) is not { } id)
                    return Refusals.CompanyExists;
                if (
                    await AccountTable.Add(
                        tx,
                        new(email.Value, contactName.Value, passwordHash, id, Permission.None),
                        caller.Now
                    )
                    is null
                )
                    return Refusals.EmailTaken;
                return (await CompanyView.Find(tx, id, caller))!;
            }
        );
    }
}
