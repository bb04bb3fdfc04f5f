using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace ClosedDoor.Platform;

/// <summary>What has to be on the disk before anybody may rely on it.</summary>
static class Disk
{
    const int Interrupted = 4; // EINTR
    const int CannotBeFlushed = 22; // EINVAL
    const int ReadOnlyAndNotInherited = 0x80000; // O_RDONLY | O_CLOEXEC

    /// <summary>Returns when what was written to the file outlives a power cut.</summary>
    /// <exception cref="IOException">It may not.</exception>
    public static void Flush(SafeFileHandle file)
    {
        if (!OperatingSystem.IsLinux())
        {
            RandomAccess.FlushToDisk(file);
            return;
        }
        // The framework takes EROFS, EINVAL and ENOTSUP for a special file that has nothing to flush, and says nothing. But
        // EROFS is what ext4 answers once it has given up after an error of the disk (errors=remount-ro).
        if (Sync(file) is not 0 and var error)
            throw new IOException($"The disk has not taken what was written: {Marshal.GetPInvokeErrorMessage(error)}.");
    }

    /// <inheritdoc cref="Flush(SafeFileHandle)"/>
    public static void Flush(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        Flush(file);
    }

    /// <summary>Returns when the names of the folder's files outlive a power cut, after a new one or another one.</summary>
    /// <exception cref="IOException">They may not.</exception>
    public static void FlushFolder(string path)
    {
        if (!OperatingSystem.IsLinux())
            return; // It is deployed on Linux alone, and Windows has no such call.
        using var folder = Open(path, ReadOnlyAndNotInherited);
        var error = folder.IsInvalid ? Marshal.GetLastPInvokeError() : Sync(folder);
        // Some network's folders cannot be flushed at all, and their server sees to it.
        if (error is not (0 or CannotBeFlushed))
            throw new IOException($"The disk has not taken a file's name: {Marshal.GetPInvokeErrorMessage(error)}.");
    }

    static int Sync(SafeFileHandle file)
    {
        while (FSync(file) != 0)
        {
            if (Marshal.GetLastPInvokeError() is not Interrupted and var error)
                return error;
        }
        return 0;
    }

    [DllImport("libc", EntryPoint = "fsync", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern int FSync(SafeFileHandle file);

    [DllImport("libc", EntryPoint = "open", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    static extern SafeFileHandle Open([MarshalAs(UnmanagedType.LPUTF8Str)] string path, int flags);
}
