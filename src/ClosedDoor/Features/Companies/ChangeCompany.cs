using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Companies;

/// <summary>Changes a company's name or contact; what is left out stays. Its social credit code never changes.</summary>
public static class ChangeCompany
{
    public sealed record Request(string? Name = null, SignUpCompany.ContactRequest? Contact = null);

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapPatch(
                "/companies/{companyId}",
                async (string companyId, Request request, Caller caller, Database db) =>
                    (await Execute(db, caller, companyId, request)).ToOk()
            )
            .Named("ChangeCompany", "Change a company's name or contact")
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<CompanyView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion)
            .Example(new Request(Contact: new("示例联系人", "contact@example.com", "13800000000")));

    public static async Task<Outcome<CompanyView>> Execute(
        Database db,
        Caller caller,
        string companyId,
        Request request
    )
    {
        if (!caller.MaySee(companyId))
            return Refusals.NotFound;
        var errors = new FieldErrors();
        var contact = request.Contact;
        var name = request.Name is null ? null : errors.Text("name", request.Name, 100, shortest: 2);
        var contactName = contact?.Name is null ? null : errors.Parsed("contact.name", PersonName.Parse(contact.Name));
        var email = contact?.Email is null ? null : errors.Parsed("contact.email", EmailAddress.Parse(contact.Email));
        var phone = contact?.Phone is null ? null : errors.Parsed("contact.phone", MobileNumber.Parse(contact.Phone));
        if (errors.Refusal is { } invalid)
            return invalid;

        return await db.Write<CompanyView>(
            caller,
            async tx =>
            {
                var row = await tx.Find<CompanyRow>(
                    $"{CompanyRow.Select} WHERE id = @companyId",
                    new { companyId, today = Zones.Today(caller.Now) }
                );
                if (row is null)
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                var changed = row with
                {
                    Name = name ?? row.Name,
                    ContactName = contactName?.Value ?? row.ContactName,
                    ContactEmail = email?.Value ?? row.ContactEmail,
                    ContactPhone = phone?.Value ?? row.ContactPhone,
                };
                // Two changes at once: the second was made against what the first has just replaced.
                if (!await CompanyTable.Change(tx, row, changed, caller.Now))
                    return Refusals.StaleVersion;
                return (await CompanyView.Find(tx, companyId, caller))!;
            }
        );
    }
}
