using System.Buffers.Binary;

namespace ClosedDoor.Chaos;

/// <summary>
/// An instance's calendar, set ahead or back while it runs; what measures time-outs goes on steadily, as on a machine
/// whose date is set. A few lines of C of our own: libfaketime's own timed waits miss what they wait for now and then,
/// and then last until they time out, which is a fault that no machine has.
/// </summary>
sealed class JumpingClock
{
    static readonly string? Compiler = Scratch.Find("cc") ?? Scratch.Find("gcc");

    readonly string _file;
    readonly string _library;

    JumpingClock(string library, string file) => (_library, _file) = (library, file);

    /// <returns>Null without a C compiler and its headers.</returns>
    public static async Task<JumpingClock?> Make(Scratch scratch, string name)
    {
        if (Compiler is null)
            return null;
        var library = Path.Combine(scratch.Folder, $"{name}-clock.so");
        var source = Path.Combine(AppContext.BaseDirectory, "clock.c");
        if (await Scratch.Run(false, Compiler, "-shared", "-fPIC", "-O1", "-o", library, source) != 0)
            return null;
        var clock = new JumpingClock(library, Path.Combine(scratch.Folder, $"{name}.clock"));
        clock.Set(TimeSpan.Zero);
        return clock;
    }

    public void Into(IDictionary<string, string?> environment)
    {
        environment["LD_PRELOAD"] = _library;
        environment["CHAOS_CLOCK"] = _file;
    }

    /// <summary>To the machine's time and so much more or less.</summary>
    public void Set(TimeSpan ahead)
    {
        var bytes = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64LittleEndian(bytes, (long)ahead.TotalSeconds);
        using var file = new FileStream(_file, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite);
        file.Write(bytes); // In place: the instance has it mapped.
    }
}
