using System.IO.MemoryMappedFiles;
using NodaTime;

namespace ClosedDoor.Demo;

/// <summary>
/// The time of the story: the machine's, and what the story has skipped. Eight bytes in a file, which the service under
/// <see cref="StartupHook"/> reads too, so that weeks pass in a moment and are the same weeks for both.
/// </summary>
sealed class StoryClock : TimeProvider
{
    /// <summary>The environment variable that names the file to the service.</summary>
    public const string Variable = "DEMO_CLOCK";

    readonly MemoryMappedViewAccessor _skipped;

    public StoryClock(string path)
    {
        using var file = MemoryMappedFile.CreateFromFile(path, FileMode.OpenOrCreate, mapName: null, sizeof(long));
        _skipped = file.CreateViewAccessor(0, sizeof(long));
    }

    public Instant Now => Instant.FromDateTimeOffset(GetUtcNow());

    public override DateTimeOffset GetUtcNow() => System.GetUtcNow().AddTicks(_skipped.ReadInt64(0));

    /// <summary>Time only ever goes on.</summary>
    public void SkipTo(Instant later)
    {
        if (later > Now)
            _skipped.Write(0, _skipped.ReadInt64(0) + (later - Now).BclCompatibleTicks);
    }
}
