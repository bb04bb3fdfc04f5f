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
            .WithDescription(
                "The name stays while reviewers have the company in hand (a vetting that is submitted): they approve it under the name that they see. To change it, they ask for more, and it is submitted again."
            )
            .RequireAuthorization(Policy.CompanyOrOrganize)
            .Answers<CompanyView>()
            .Refuses(Refusals.NotFound, Refusals.Invalid, Refusals.StaleVersion, Refusals.WrongVettingStatus)
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
                // A name that is handed in at this moment stays: whoever submits a vetting holds the company's row, too.
                if (name is not null)
                    await CompanyRow.Lock(tx, companyId);
                var row = await tx.Find<CompanyRow>(
                    $"{CompanyRow.Select} WHERE id = @companyId",
                    new { companyId, today = Zones.Today(caller.Now) }
                );
                if (row is null)
                    return Refusals.NotFound;
                if (caller.Stale(row.Version) is { } stale)
                    return stale;
                if (name is not null && name != row.Name && await IsUnderReview(tx, companyId))
                    return UnderReview;
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

    /// <summary>Whether reviewers may approve the company at any moment, under the name that it then has.</summary>
    static async Task<bool> IsUnderReview(Tx tx, string companyId) =>
        await tx.Find<string>(
            "SELECT id FROM vetting WHERE company_id = @companyId AND status = 'submitted' LIMIT 1",
            new { companyId }
        )
            is not null;

    static readonly Refusal UnderReview = Refusals.WrongVettingStatus.Because(
        "资质审核期间企业名称不可更改；如需更改，请审核人要求补充材料后再改名并重新提交。",
        "The name stays while the vetting is under review: have the reviewers ask for more, then change it and submit again."
    );
}
