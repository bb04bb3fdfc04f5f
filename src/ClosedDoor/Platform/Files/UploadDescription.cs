using ClosedDoor.Domain;
using ClosedDoor.Platform.Http;
using Microsoft.AspNetCore.Mvc;

namespace ClosedDoor.Platform.Files;

/// <summary>What all endpoints that take a file have in common, as the server and the API document see it.</summary>
static class UploadDescription
{
    /// <summary>As <see cref="UploadedFile"/> refuses, whatever kind of file is asked for.</summary>
    public static readonly Refusal[] Refused =
    [
        Refusals.Invalid,
        Refusals.Malformed,
        Refusals.TooLarge,
        Refusals.UnsupportedMediaType,
    ];

    /// <summary>The request is a form with one file.</summary>
    public static RouteHandlerBuilder TakesFile<TForm>(this RouteHandlerBuilder endpoint)
        where TForm : notnull =>
        endpoint
            .DisableAntiforgery() // Callers carry a token in a header, which no foreign page can make a browser send.
            .WithMetadata(new RequestSizeLimitAttribute(UploadedFile.LargestRequest), new FingerprintsItself())
            .Accepts<TForm>("multipart/form-data");
}
