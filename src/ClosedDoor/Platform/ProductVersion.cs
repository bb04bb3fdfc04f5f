using System.Reflection;

namespace ClosedDoor.Platform;

/// <summary>Which release this is: its number, and the commit that it was built of where that is known.</summary>
static partial class ProductVersion
{
    /// <summary>Such as <c>0.2.0+1f4277…</c>.</summary>
    public static readonly string Text = typeof(ProductVersion)
        .Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!
        .InformationalVersion;

    /// <summary>The command <c>version</c>.</summary>
    public static Task<int> Show(IServiceProvider services, string[] args)
    {
        Console.WriteLine(Text);
        return Task.FromResult(0);
    }

    /// <summary>Once at the start, so that a log says which release wrote it.</summary>
    public static void LogStart(ILogger log) => Starts(log, Text);

    [LoggerMessage(Level = LogLevel.Information, Message = "ClosedDoor {Version} starts")]
    static partial void Starts(ILogger log, string version);
}
