using System.Data.Common;
using System.Diagnostics;
using System.Net.Sockets;
using Npgsql;

namespace ClosedDoor.Platform.Backup;

/// <summary>
/// PostgreSQL's own pg_dump and pg_restore. The password goes by the environment: every process list shows arguments. What
/// they write and read goes through pipes of this process: when it is killed they break, and the tool ends at its next word
/// instead of running on as nobody's. A tool that waits for a lock has no next word: it waits for so long and no longer.
/// </summary>
sealed class PostgresTools(string connectionString)
{
    /// <summary>How long pg_dump waits for a table that is being changed, which a migration does for moments.</summary>
    static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);

    readonly NpgsqlConnectionStringBuilder _connection = new(connectionString);

    /// <summary>The database's name.</summary>
    public string Name => _connection.Database ?? "";

    /// <summary>One snapshot of the database, in pg_dump's custom format, while others go on writing.</summary>
    /// <param name="file">Is there, and is written into.</param>
    /// <param name="stop">Ends pg_dump, too.</param>
    /// <param name="longestWait">For a lock that somebody else has; null: a minute.</param>
    /// <exception cref="OperationCanceledException">It was stopped; the file is not whole.</exception>
    /// <exception cref="BackupException">It failed; the file is not whole.</exception>
    public async Task Dump(string file, CancellationToken stop, TimeSpan? longestWait = null)
    {
        var wait = (long)(longestWait ?? LongestWait).TotalMilliseconds;
        await using var copy = new FileStream(file, FileMode.Open, FileAccess.Write);
        await Run(
            "pg_dump",
            ["--format=custom", "--no-owner", "--no-privileges", $"--lock-wait-timeout={wait}"],
            tool => tool.StandardOutput.BaseStream.CopyToAsync(copy, stop),
            stop
        );
    }

    /// <summary>Into the empty database that this connects to; all of it, or nothing.</summary>
    public async Task Restore(string file)
    {
        await using var copy = File.OpenRead(file);
        await Run(
            "pg_restore",
            [
                "--exit-on-error",
                "--single-transaction",
                "--no-owner",
                "--no-privileges",
                $"--dbname={_connection.Database}",
            ],
            tool => Feed(tool, copy),
            CancellationToken.None
        );
    }

    static async Task Feed(Process tool, FileStream copy)
    {
        await using var input = tool.StandardInput;
        try
        {
            await copy.CopyToAsync(input.BaseStream);
        }
        catch (IOException)
        {
            // It takes no more: what it says and how it ends tell why.
        }
    }

    /// <summary>The same server and user, another database.</summary>
    public string Database(string name) =>
        new NpgsqlConnectionStringBuilder(connectionString) { Database = name }.ToString();

    public async Task<bool> IsEmpty()
    {
        await using var connection = await Connect();
        await using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT COUNT(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')";
        return (long)(await command.ExecuteScalarAsync())! == 0;
    }

    /// <param name="sql">What cannot run in a transaction: CREATE DATABASE, DROP DATABASE.</param>
    public async Task OnServer(string sql)
    {
        await using var connection = await Connect();
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        await command.ExecuteNonQueryAsync();
    }

    /// <param name="connection">An open one.</param>
    /// <param name="sql">Gives one column of text for <c>@name</c>.</param>
    /// <param name="name">What it is about.</param>
    public static async Task<List<string>> Ask(NpgsqlConnection connection, string sql, string name)
    {
        await using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.Parameters.AddWithValue("name", name);
        await using var rows = await command.ExecuteReaderAsync();
        var found = new List<string>();
        while (await rows.ReadAsync())
            found.Add(rows.GetString(0));
        return found;
    }

    /// <exception cref="BackupException">There is no such server or database.</exception>
    public async Task<NpgsqlConnection> Connect()
    {
        var connection = new NpgsqlConnection(connectionString + ";Pooling=false");
        try
        {
            await connection.OpenAsync();
            return connection;
        }
        catch (Exception e) when (e is NpgsqlException or SocketException)
        {
            await connection.DisposeAsync();
            throw new BackupException($"The database cannot be reached: {e.Message}");
        }
    }

    async Task Run(string tool, string[] arguments, Func<Process, Task> pipe, CancellationToken stop)
    {
        var start = new ProcessStartInfo(Find(tool), arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        foreach (var (name, value) in Said())
            start.Environment[name] = value;
        using var process = Process.Start(start)!;
        try
        {
            var errors = process.StandardError.ReadToEndAsync(stop);
            await pipe(process);
            await process.WaitForExitAsync(stop);
            if (process.ExitCode != 0)
                throw new BackupException(
                    $"{tool} ended with {process.ExitCode}: {(await errors).ReplaceLineEndings(" ").Trim()}"
                );
        }
        finally
        {
            if (!process.HasExited)
                process.Kill();
        }
    }

    /// <summary>
    /// What the connection string says, by libpq's names; what it does not say, PostgreSQL's own variables may. A key file's
    /// password has no variable: libpq asks for such a key in vain.
    /// </summary>
    internal IEnumerable<(string Name, string Value)> Said()
    {
        var isSaid = new DbConnectionStringBuilder { ConnectionString = _connection.ToString() };
        (string Name, string? Value)[] all =
        [
            ("PGHOST", _connection.Host),
            ("PGPORT", $"{_connection.Port}"),
            ("PGUSER", _connection.Username),
            ("PGPASSWORD", _connection.Password),
            ("PGDATABASE", _connection.Database),
            ("PGSSLMODE", isSaid.ContainsKey("SSL Mode") ? ModeOf(_connection.SslMode) : null),
            ("PGSSLROOTCERT", _connection.RootCertificate ?? SystemsRoots()),
            ("PGSSLCERT", _connection.SslCertificate),
            ("PGSSLKEY", _connection.SslKey),
        ];
        foreach (var (name, value) in all)
        {
            if (value is not null)
                yield return (name, value);
        }
    }

    /// <summary>
    /// Where nobody has named an authority, the service trusts the system's, and libpq none: it would refuse every server.
    /// Null where it is not to verify any, or somebody has.
    /// </summary>
    string? SystemsRoots() =>
        _connection.SslMode is SslMode.VerifyCA or SslMode.VerifyFull
        && Environment.GetEnvironmentVariable("PGSSLROOTCERT") is null
        && !File.Exists(
            Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".postgresql", "root.crt")
        )
            ? RootsOf.FirstOrDefault(File.Exists)
            : null;

    /// <summary>Where Debian, Fedora and Alpine keep them.</summary>
    internal static readonly string[] RootsOf =
    [
        "/etc/ssl/certs/ca-certificates.crt",
        "/etc/pki/tls/certs/ca-bundle.crt",
        "/etc/ssl/cert.pem",
    ];

    static string ModeOf(SslMode mode) =>
        mode switch
        {
            SslMode.VerifyCA => "verify-ca",
            SslMode.VerifyFull => "verify-full",
            _ => mode.ToString().ToLowerInvariant(),
        };

    /// <summary>On the path, or where Debian keeps it, the newest first: an older one does not read a newer server.</summary>
    static string Find(string tool)
    {
        var folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(
            ':',
            StringSplitOptions.RemoveEmptyEntries
        );
        var debian = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql").OrderByDescending(Version).Select(one => $"{one}/bin")
            : [];
        return debian.Concat(folders).Select(folder => Path.Combine(folder, tool)).FirstOrDefault(File.Exists)
            ?? throw new BackupException($"{tool} is not installed (Debian: apt-get install postgresql-client).");

        static int Version(string folder) => int.TryParse(Path.GetFileName(folder), out var version) ? version : 0;
    }
}
