using ClosedDoor.Domain;
using ClosedDoor.Platform.Data;

namespace ClosedDoor.Features.Companies;

/// <summary>Whom a mail to a company addresses: its contact, as known at the time of sending.</summary>
sealed record Addressee
{
    public string Name { get; init; } = "";
    public string ContactName { get; init; } = "";
    public string ContactEmail { get; init; } = "";

    /// <summary>Null when there is no such company any more, or nobody to write to.</summary>
    public static async Task<Addressee?> Find(Statements read, string companyId)
    {
        var found = await read.Find<Addressee>(
            "SELECT name, contact_name, contact_email FROM company WHERE id = @companyId",
            new { companyId }
        );
        return string.IsNullOrWhiteSpace(found?.ContactEmail) ? null : found;
    }

    public string[] To => [ContactEmail];

    public Text Greeting => new($"{Name} {ContactName}，您好：", $"Dear {ContactName} ({Name}),");
}
