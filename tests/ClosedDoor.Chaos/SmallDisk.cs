namespace ClosedDoor.Chaos;

/// <summary>A file system of a few megabytes, in memory, that is filled to its last byte and freed again.</summary>
sealed class SmallDisk : IAsyncDisposable
{
    /// <summary>Pages that are there already take writes for a while: on a slow machine that may be all of a fault's time.</summary>
    static readonly TimeSpan LongestUnnoticed = TimeSpan.FromSeconds(60);

    int _refusedWrites;

    SmallDisk(string folder) => Folder = folder;

    public string Folder { get; }

    /// <returns>Null without the right to mount.</returns>
    public static async Task<SmallDisk?> Mount(Scratch scratch, string name, int megabytes)
    {
        if (Scratch.Find("mount") is null)
            return null;
        var folder = scratch.In(name);
        var mounted = await Scratch.Run(
            false,
            "mount",
            "-t",
            "tmpfs",
            "-o",
            $"size={megabytes}m",
            "closeddoor-chaos",
            folder
        );
        return mounted == 0 ? new SmallDisk(folder) : null;
    }

    /// <summary>Reads go on all the while; writes are told to come back; and once there is room, they go on by themselves.</summary>
    /// <param name="organizer">
    /// Whose reads are made from the database each time. What everybody is shown is kept for as long as nothing is committed.
    /// </param>
    public async Task FillWhile(Instance instance, Func<Task> aWhile, string organizer, Verdict verdict)
    {
        var ballast = Path.Combine(Folder, "ballast");
        var filling = aWhile();
        var (began, refusedBefore) = (TimeProvider.System.GetTimestamp(), _refusedWrites);
        do
        {
            Fill(ballast);
            using var asked = new HttpRequestMessage(HttpMethod.Get, "/api/v1/reservations");
            asked.Headers.Authorization = new("Bearer", organizer);
            using var read = await instance.Client.SendAsync(asked);
            if (!read.IsSuccessStatusCode)
                verdict.Wrong($"on a full disk a read was answered by {(int)read.StatusCode}");
            using var body = new StringContent(
                """{"email":"nobody@example.com","password":"a-wrong-passphrase"}""",
                System.Text.Encoding.UTF8,
                "application/json"
            );
            using var write = await instance.Client.PostAsync("/api/v1/auth/sign-in", body);
            if ((int)write.StatusCode == 503)
                _refusedWrites++;
            await Task.Delay(50);
        } while (
            !filling.IsCompleted
            || (_refusedWrites == refusedBefore && TimeProvider.System.GetElapsedTime(began) < LongestUnnoticed)
        );
        File.Delete(ballast);
        if (!instance.Running)
            verdict.Wrong("the full disk ended the service");
    }

    /// <summary>Under a database of its own process: it may refuse, stop, or not come back before there is room again.</summary>
    /// <param name="aWhile">At least so long.</param>
    /// <param name="timesFull">How often it has noticed so far.</param>
    /// <param name="verdict">Whether it has.</param>
    public async Task FillWhile(Func<Task> aWhile, Func<int> timesFull, Verdict verdict)
    {
        var ballast = Path.Combine(Folder, "ballast");
        var filling = aWhile();
        var (began, before) = (TimeProvider.System.GetTimestamp(), timesFull());
        do
        {
            Fill(ballast);
            await Task.Delay(50);
        } while (
            !filling.IsCompleted
            || (timesFull() == before && TimeProvider.System.GetElapsedTime(began) < LongestUnnoticed)
        );
        File.Delete(ballast);
        if (timesFull() == before)
            verdict.Wrong("PostgreSQL did not notice that its disk was full");
    }

    public void Judge(Verdict verdict) =>
        verdict.Check(_refusedWrites > 0, $"a full disk was noticed ({_refusedWrites} writes answered by 503)");

    static void Fill(string ballast)
    {
        try
        {
            using var file = new FileStream(ballast, FileMode.Append, FileAccess.Write, FileShare.None, bufferSize: 0);
            for (var size = 1 << 20; size >= 512; size /= 2)
            {
                try
                {
                    while (true)
                        file.Write(new byte[size]);
                }
                catch (IOException)
                {
                    // No room for so much: less of it.
                }
            }
        }
        catch (IOException)
        {
            // No room at all, as was meant.
        }
    }

    public async ValueTask DisposeAsync() => await Scratch.Run(false, "umount", "-l", Folder);
}
