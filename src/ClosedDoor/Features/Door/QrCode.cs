using System.Text;
using ClosedDoor.Platform.Pages;
using QRCoder;

namespace ClosedDoor.Features.Door;

/// <summary>A QR code (ISO/IEC 18004) as an SVG of one path, with the quiet zone of four modules that readers need.</summary>
static class QrCode
{
    public static Html Svg(string text)
    {
        using var generator = new QRCodeGenerator();
        using var data = generator.CreateQrCode(text, QRCodeGenerator.ECCLevel.M);
        var modules = data.ModuleMatrix; // Its quiet zone is in it.
        var path = new StringBuilder();
        for (var y = 0; y < modules.Count; y++)
        {
            for (var x = 0; x < modules.Count; x++)
            {
                if (modules[y][x])
                    path.Append($"M{x} {y}h1v1h-1z");
            }
        }
        return Html.Of(
            $"<svg viewBox=\"0 0 {modules.Count} {modules.Count}\" role=\"img\" aria-label=\"二维码\"><path d=\"{path.ToString()}\"/></svg>"
        );
    }
}
