using ClosedDoor.Domain;

namespace ClosedDoor.Features.Guests;

/// <summary>A guest as an organizer sends one; in a change, what is left out stays.</summary>
/// <param name="Post">职务; what the rank gate goes by.</param>
/// <param name="Title">职称; no post.</param>
/// <param name="Specialty">A code of 诊疗科目名录: 01 to 32, 50 to 52.</param>
/// <param name="Unit">Where the guest works; for a director, the hospital's name when left out.</param>
public sealed record GuestRequest(
    GuestKind? Kind = null,
    string? Name = null,
    Post? Post = null,
    Title? Title = null,
    string? Specialty = null,
    string? Unit = null,
    string? HospitalId = null,
    string? Phone = null,
    string? Email = null
)
{
    public static readonly GuestRequest Example = new(
        GuestKind.HospitalDirector,
        "示例嘉宾一",
        Domain.Post.VicePresident,
        Domain.Title.ChiefPhysician,
        "03",
        "示例医院一",
        "hsp_01khws5mbcf5rtnyjcg1a9w9j6",
        "13800000000",
        "guest@example.com"
    );
}

/// <summary>A guest, checked. Phone in E.164, e-mail in lower case; one of them at least.</summary>
sealed record GuestDraft(
    GuestKind Kind,
    string Name,
    Post? Post,
    Title? Title,
    string? Specialty,
    string Unit,
    string? HospitalId,
    string? Phone,
    string? Email
)
{
    /// <param name="hospitalName">Of the hospital that the request names; null when there is none, or no such one.</param>
    public static Outcome<GuestDraft> From(GuestRequest request, string? hospitalName)
    {
        var errors = new FieldErrors();
        var kind = errors.Required("kind", request.Kind);
        var name = errors.Parsed("name", PersonName.Parse(request.Name));
        if (request.Kind is GuestKind.HospitalDirector && request.Post is null)
            errors.Add("post", "医院嘉宾须填写职务。", "A hospital's guest has a post.");
        if (request.Specialty is { Length: > 0 } && !Domain.Specialty.IsKnown(request.Specialty))
            errors.Add("specialty", "不是诊疗科目名录中的代码。", "Not a code of the list of specialties.");
        if (hospitalName is null && request.HospitalId is not null)
            errors.Add("hospitalId", "未找到该医院。", "There is no such hospital.");
        else if (request.Kind is GuestKind.HospitalDirector && request.HospitalId is null)
            errors.Add("hospitalId", "医院嘉宾须填写所在医院。", "A hospital's guest comes from a hospital.");
        var unit = errors.Text("unit", string.IsNullOrWhiteSpace(request.Unit) ? hospitalName : request.Unit, 100);
        var phone = string.IsNullOrWhiteSpace(request.Phone)
            ? null
            : errors.Parsed("phone", MobileNumber.Parse(request.Phone));
        var email = string.IsNullOrWhiteSpace(request.Email)
            ? null
            : errors.Parsed("email", EmailAddress.Parse(request.Email));
        if (string.IsNullOrWhiteSpace(request.Phone) && string.IsNullOrWhiteSpace(request.Email))
            errors.Add("email", "手机号与邮箱至少填写一项。", "A phone number or an e-mail address is needed.");
        return errors.Refusal is { } invalid
            ? invalid
            : new GuestDraft(
                kind,
                name!.Value,
                request.Post,
                request.Title,
                string.IsNullOrEmpty(request.Specialty) ? null : request.Specialty,
                unit,
                request.HospitalId,
                phone?.Value,
                email?.Value
            );
    }
}
