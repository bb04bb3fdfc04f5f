using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;
using ClosedDoor.Platform.Http;
using ClosedDoor.Platform.Identity;
using ClosedDoor.Platform.Sheets;
using NodaTime;

namespace ClosedDoor.Features.Guests;

/// <summary>The register as a table that an import reads again, stamped with who took it, when and why.</summary>
public static class ExportGuests
{
    /// <summary>In the audit log, the chain of all exports of the register.</summary>
    public const string Register = "guest-register";

    public static void Map(IEndpointRouteBuilder api) =>
        api.MapGet(
                "/guest-exports",
                async (string? format, string? reason, Caller caller, Database db) =>
                    Export.Asked(format, reason) is var asked && asked.Refused(out var refusal)
                        ? Answer.Refuse(refusal)
                        : await asked.Value.Answer(db, caller, Register, Register, Read)
            )
            .Named("ExportGuests", "Export guests and hospitals")
            .RequireAuthorization(Policy.Organize)
            .AnswersExport()
            .Refuses(Refusals.Invalid);

    static async Task<Outcome<Worksheet>> Read(Statements read)
    {
        var guests = await read.All<Row>(
            """
            SELECT guest.kind, guest.name, guest.post, guest.title, guest.specialty, guest.unit, guest.phone, guest.email,
                hospital.name AS hospital, hospital.uscc, hospital.registration_code, hospital.level, hospital.grade,
                hospital.certificate, hospital.certified_on
            FROM guest LEFT JOIN hospital ON hospital.id = guest.hospital_id
            WHERE guest.forgotten_at IS NULL ORDER BY guest.id
            """
        );
        // Hospitals of nobody come last, each in a row without a guest.
        guests.AddRange(
            await read.All<Row>(
                """
                SELECT name AS hospital, uscc, registration_code, level, grade, certificate, certified_on FROM hospital
                WHERE NOT EXISTS (SELECT 1 FROM guest WHERE guest.hospital_id = hospital.id AND guest.forgotten_at IS NULL)
                ORDER BY id
                """
            )
        );
        return new Worksheet(
            "嘉宾名册",
            [.. GuestColumns.All.Select(column => column.Names[0])],
            [.. guests.Select(row => row.Cells)]
        );
    }

    sealed record Row
    {
        public string? Kind { get; init; }
        public string? Name { get; init; }
        public string? Post { get; init; }
        public string? Title { get; init; }
        public string? Specialty { get; init; }
        public string? Unit { get; init; }
        public string? Phone { get; init; }
        public string? Email { get; init; }
        public string? Hospital { get; init; }
        public string? Uscc { get; init; }
        public string? RegistrationCode { get; init; }
        public string? Level { get; init; }
        public string? Grade { get; init; }
        public string? Certificate { get; init; }
        public LocalDate? CertifiedOn { get; init; }

        /// <summary>In the order of <see cref="GuestColumns.All"/>.</summary>
        public IReadOnlyList<Cell> Cells =>
            [
                Said(Kind, GuestColumns.Kinds),
                Cell.Of(Name),
                Said(Post, GuestColumns.Posts),
                Said(Title, GuestColumns.Titles),
                Cell.Of(Domain.Specialty.Find(Specialty)?.Zh),
                Cell.Of(Unit),
                Cell.Of(Phone),
                Cell.Of(Email),
                Cell.Of(Hospital),
                Cell.Of(Uscc),
                Cell.Of(RegistrationCode),
                Said(Level, GuestColumns.Levels),
                Said(Grade, GuestColumns.Grades),
                Cell.Of(Certificate),
                Cell.Of(CertifiedOn),
            ];

        static Cell Said<T>(string? word, IReadOnlyDictionary<T, string[]> words)
            where T : struct, Enum => Cell.Of(Words.TryParse<T>(word) is { } value ? words[value][0] : null);
    }
}
