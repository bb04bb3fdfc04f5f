using System.Reflection;
using ClosedDoor.Platform.Http;

namespace ClosedDoor.Platform.Pages;

/// <summary>
/// The pages that links in mails lead to, with their scripts and style: files inside the assembly, the same for everyone.
/// Who somebody is stands behind the # of a personal link, which never comes here, or is asked by the page; the script asks
/// the API with it. Nothing is inline, so that the policy of all our pages holds for them as it stands.
/// </summary>
static class LinkPages
{
    const string Record = "Record.record.html";

    /// <summary>Paths live on in mailboxes (<see cref="Mail.Links"/>): they stay what they are.</summary>
    static readonly (string Path, string File)[] Files =
    [
        ("/invitation", "Guest.invitation.html"),
        ("/delegate", "Delegate.delegate.html"),
        ("/sessions/{sessionId}", Record),
        ("/reservations/{reservationId}", Record),
        ("/refunds/{refundId}", Record),
        ("/vettings/{vettingId}", Record),
        ("/pages/record.js", "Record.record.js"),
        ("/pages/invitation.js", "Guest.invitation.js"),
        ("/pages/delegate.js", "Delegate.delegate.js"),
        ("/pages/link.js", "link.js"),
        ("/pages/link.css", "link.css"),
        ("/favicon.ico", "favicon.ico"), // Browsers ask for it unasked, wherever they are.
    ];

    public static void Map(IEndpointRouteBuilder app)
    {
        foreach (var (path, file) in Files)
        {
            var page = Read(file);
            KeptPage.Map(app, path, () => Task.FromResult(page));
        }
    }

    static KeptPage Read(string file)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"pages/{file}")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return new(
            bytes,
            Path.GetExtension(file) switch
            {
                ".html" => "text/html; charset=utf-8",
                ".css" => "text/css; charset=utf-8",
                ".ico" => "image/x-icon",
                _ => "text/javascript; charset=utf-8",
            }
        );
    }
}
