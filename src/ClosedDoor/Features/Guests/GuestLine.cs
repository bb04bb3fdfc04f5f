using ClosedDoor.Domain;
using ClosedDoor.Features.Hospitals;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Sheets;
using NodaTime;

namespace ClosedDoor.Features.Guests;

/// <summary>What a row of an import comes to, before anything is written.</summary>
/// <param name="Hospital">To be registered first; null when there is none or it is known.</param>
/// <param name="HospitalId">Of a hospital that is known.</param>
/// <param name="Guest">To be registered; its hospital's id is filled in when it has one.</param>
sealed record GuestLine(
    int Number,
    GuestImportOutcome Outcome,
    HospitalDraft? Hospital = null,
    string? HospitalId = null,
    GuestDraft? Guest = null,
    string? GuestId = null,
    IReadOnlyDictionary<string, IReadOnlyList<Text>>? Reasons = null
)
{
    /// <summary>Stands for a hospital that is registered in the same breath.</summary>
    const string ComingHospital = "coming";

    /// <param name="db">The register.</param>
    /// <param name="row">The row.</param>
    /// <param name="repeats">The rows of the file that repeat an earlier one, which they name.</param>
    /// <param name="today">In Beijing.</param>
    public static async Task<GuestLine> Judge(
        Statements db,
        SheetRow row,
        IReadOnlyDictionary<int, int> repeats,
        LocalDate today
    )
    {
        var errors = new FieldErrors();
        if (row.Problem is { } broken)
        {
            errors.Add("", broken);
            return Invalid(row, errors);
        }
        var (hospital, hospitalId, hospitalName) = await HospitalOf(db, row, errors, today);
        if (row["name"].Length == 0 && row["hospital"].Length > 0 && row["phone"].Length + row["email"].Length == 0)
            return errors.Refusal is not null ? Invalid(row, errors)
                : hospital is null ? new(row.Number, GuestImportOutcome.Exists, HospitalId: hospitalId)
                : new(row.Number, GuestImportOutcome.WouldCreate, hospital);

        var request = new GuestRequest(
            GuestColumns.Read(errors, row, "kind", GuestColumns.Kinds),
            row["name"],
            GuestColumns.Read(errors, row, "post", GuestColumns.Posts),
            GuestColumns.Read(errors, row, "title", GuestColumns.Titles),
            GuestColumns.SpecialtyOf(row["specialty"]),
            row["unit"],
            hospitalName is null ? null : hospitalId ?? ComingHospital,
            row["phone"],
            row["email"]
        );
        var draft = GuestDraft.From(request, hospitalName);
        if (draft.Refused(out var refusal))
            foreach (var (field, texts) in refusal.Fields!)
            foreach (var text in texts)
                errors.Add(field == "hospitalId" ? "hospital" : field, text);
        if (errors.Refusal is not null)
            return Invalid(row, errors);

        if (repeats.TryGetValue(row.Number, out var earlier))
        {
            errors.Add("", $"与第 {earlier} 行重复。", $"Repeats row {earlier}.");
            return new(row.Number, GuestImportOutcome.Duplicate, Reasons: errors.Refusal!.Fields);
        }
        var guest = draft.Value;
        var known = await KnownAs(db, guest);
        if (known.Count == 0)
            return new(row.Number, GuestImportOutcome.WouldCreate, hospital, hospitalId, guest);
        if (known.Any(one => one.Id != known[0].Id))
        {
            errors.Add(
                "",
                "手机与邮箱分属在册的两位嘉宾，请核对。",
                "Phone number and e-mail address are those of two different guests in the register."
            );
            return Invalid(row, errors);
        }
        if (known[0].Name != guest.Name)
            errors.Add(
                "name",
                "该手机或邮箱在册姓名与此不同，请核对。",
                "The register has this phone number or e-mail address under another name."
            );
        return new(row.Number, GuestImportOutcome.Exists, GuestId: known[0].Id, Reasons: errors.Refusal?.Fields);
    }

    /// <summary>Rows whose phone number or e-mail address stands in an earlier row, and that row's number.</summary>
    public static Dictionary<int, int> Repeats(IReadOnlyList<SheetRow> rows)
    {
        var first = new Dictionary<string, int>(StringComparer.Ordinal);
        var repeats = new Dictionary<int, int>();
        foreach (var row in rows)
        foreach (
            var key in new[]
            {
                MobileNumber.Parse(row["phone"]) is { Refusal: null } phone ? phone.Value.Value : null,
                EmailAddress.Parse(row["email"]) is { Refusal: null } email ? email.Value.Value : null,
            }
        )
            if (key is not null && !first.TryAdd(key, row.Number) && first[key] != row.Number)
                repeats.TryAdd(row.Number, first[key]);
        return repeats;
    }

    internal static async Task<string?> Known(Statements db, GuestDraft guest) =>
        (await KnownAs(db, guest)).FirstOrDefault()?.Id;

    /// <summary>By the phone number first, then by the e-mail address; the same guest twice where both are known.</summary>
    static Task<List<KnownGuest>> KnownAs(Statements db, GuestDraft guest) =>
        db.All<KnownGuest>(
            "SELECT id, name FROM guest WHERE phone = @Phone UNION ALL SELECT id, name FROM guest WHERE email = @Email",
            new { Phone = guest.Phone ?? "", Email = guest.Email ?? "" }
        );

    static async Task<(HospitalDraft? Draft, string? Id, string? Name)> HospitalOf(
        Statements db,
        SheetRow row,
        FieldErrors errors,
        LocalDate today
    )
    {
        if (row["uscc"].Length == 0)
        {
            if (row["hospital"].Length == 0)
                return default;
            var named = await db.All<HospitalRow>(
                $"{HospitalRow.Select} WHERE name = @name LIMIT 2",
                new { name = row["hospital"] }
            );
            if (named is [var one])
                return (null, one.Id, one.Name);
            errors.Add(
                "hospital",
                "该医院尚未登记，请填写统一社会信用代码。",
                "No hospital of this name is registered: give its social credit code."
            );
            return default;
        }

        if (
            SocialCreditCode.Parse(row["uscc"]) is { Refusal: null } uscc
            && await db.Find<HospitalRow>($"{HospitalRow.Select} WHERE uscc = @uscc", new { uscc = uscc.Value.Value })
                is { } known
        )
            return (null, known.Id, known.Name);

        var (level, grade) = GuestColumns.Standing(errors, row);
        var draft = HospitalDraft.From(
            new(
                row["hospital"],
                row["uscc"],
                row["registrationCode"],
                level,
                grade,
                row["certificate"],
                GuestColumns.Date(errors, row, "certifiedOn")
            ),
            today
        );
        if (draft.Refused(out var refusal))
        {
            foreach (var (field, texts) in refusal.Fields!)
            foreach (var text in texts)
                errors.Add(field == "name" ? "hospital" : field, text);
            return default;
        }
        if (
            draft.Value.RegistrationCode is { } code
            && await db.Find<string>("SELECT id FROM hospital WHERE registration_code = @Value", new { code.Value })
                is not null
        )
        {
            errors.Add("registrationCode", "该登记号属于另一家医院。", "Another hospital has this registration code.");
            return default;
        }
        return (draft.Value, null, draft.Value.Name);
    }

    static GuestLine Invalid(SheetRow row, FieldErrors errors) =>
        new(row.Number, GuestImportOutcome.Invalid, Reasons: errors.Refusal!.Fields);

    sealed record KnownGuest
    {
        public string Id { get; init; } = "";
        public string Name { get; init; } = "";
    }
}
