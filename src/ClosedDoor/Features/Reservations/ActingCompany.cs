using ClosedDoor.Domain;
using ClosedDoor.Platform.Identity;

namespace ClosedDoor.Features.Reservations;

/// <summary>For which company a caller acts: its own, or the one that an organizer names.</summary>
static class ActingCompany
{
    public static Outcome<string> Of(Caller caller, string? named)
    {
        if (caller.CompanyId is { } own)
            return named is null || named == own ? own : Refusals.NotFound; // Whether another company exists is not told.
        if (TypeId.IsValid("cmp", named))
            return named!;
        var errors = new FieldErrors();
        errors.Add("companyId", "请填写企业编号（cmp_…）。", "Name the company (cmp_…).");
        return errors.Refusal!;
    }
}
