using System.Data;
using System.Data.Common;
using System.Net.Sockets;
using Dapper;
using Npgsql;

namespace ClosedDoor.Platform.Data;

/// <summary>PostgreSQL, for more than one instance: read committed, row locks taken where the work asks for them.</summary>
sealed class PostgresEngine : IEngine
{
    const int Attempts = 8;

    /// <summary>A unit of work may have several statements, and the pool many connections, with a plan of before.</summary>
    const int MostOldPlans = 200;

    /// <summary>Any fixed number: it names the lock that one migrating instance holds against the others.</summary>
    const long MigrationLock = 0x434C4F5345444F52;

    const string LockFor = "SELECT pg_try_advisory_lock(hashtextextended(@name, 0))";
    const string UnlockFor = "SELECT pg_advisory_unlock(hashtextextended(@name, 0))";

    /// <summary>Seconds. Where the network has dropped a connection that was idle for long, no answer comes.</summary>
    const int LongestUnlock = 5;

    readonly NpgsqlDataSource _source;
    readonly string _unpooled;

    public PostgresEngine(string connectionString)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString);
        // What the operator's own connection string says stands, however it spells a name. Npgsql's builder would call
        // all names known; what it writes has only those that were said.
        var said = new DbConnectionStringBuilder { ConnectionString = settings.ToString() };
        if (settings.MaxAutoPrepare == 0)
            settings.MaxAutoPrepare = 200; // Statements are few and written in the source: plan each once.
        if (!said.ContainsKey("Maximum Pool Size"))
            settings.MaxPoolSize = 16; // More would only queue inside the server: a commit waits for one disk.
        if (!said.ContainsKey("Timeout"))
            settings.Timeout = 30;
        if (!said.ContainsKey("No Reset On Close"))
            settings.NoResetOnClose = true; // Nothing here outlives its transaction, and a reset costs as much as a read.
        settings.IncludeErrorDetail = false; // The detail quotes rows, and errors are logged.
        settings.LogParameters = false;
        _unpooled = new NpgsqlConnectionStringBuilder(settings.ToString()) { Pooling = false }.ToString();
        _source = new NpgsqlDataSourceBuilder(settings.ToString()) { Name = "closeddoor" }.Build();
    }

    public long? Version => null;

    /// <summary>More than one would only wait for each other in the server.</summary>
    public Turns Turns { get; } = new(atOnce: 1);

    public async Task<T> Read<T>(Func<Statements, Task<T>> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await Connect();
                return await work(new Statements(connection));
            }
            catch (Exception e)
                when (attempt < MostOldPlans && Cause(e) is PostgresException old && (IsOldPlan(old) || IsLostRace(old))
                )
            {
                // Npgsql has dropped the plan; the next connection may have one like it. A read that joins tables can be
                // in a deadlock with a migration, and lose.
            }
            catch (Exception e) when (Cause(e) is { } cause && IsOutage(cause))
            {
                throw new DatabaseUnavailableException(cause.Message, e);
            }
        }
    }

    public async Task<T> Write<T>(Func<Transaction, Task<T>> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await using var connection = await Connect();
                await using var tx = new WholeTransaction(
                    connection,
                    await connection.BeginTransactionAsync(),
                    new Deferred(connection)
                );
                var result = await work(tx);
                await tx.Commit();
                return result;
            }
            catch (Exception e) when (attempt < Attempts && Cause(e) is PostgresException race && IsLostRace(race))
            {
                await Task.Delay(Random.Shared.Next(1, 5 * attempt));
            }
            catch (Exception e) when (attempt < MostOldPlans && Cause(e) is PostgresException old && IsOldPlan(old)) { }
            catch (Exception e) when (Cause(e) is { } cause && IsOutage(cause))
            {
                throw new DatabaseUnavailableException(cause.Message, e);
            }
        }
    }

    /// <summary>
    /// An outage, whatever stands in the way: a server that is gone, a name that leads nowhere, which comes as the socket's own
    /// exception, or a password that is no longer the server's.
    /// </summary>
    async ValueTask<NpgsqlConnection> Connect()
    {
        try
        {
            return await _source.OpenConnectionAsync();
        }
        catch (Exception e) when (e is NpgsqlException or SocketException)
        {
            throw new DatabaseUnavailableException($"The database cannot be reached: {e.Message}", e);
        }
    }

    /// <summary>Beside a release that serves meanwhile, whose work locks the same tables in another order.</summary>
    public async Task Migrate(Func<Statements, Task> work)
    {
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await MigrateOnce(work);
                return;
            }
            catch (PostgresException e) when (attempt < Attempts && IsLostRace(e))
            {
                await Task.Delay(Random.Shared.Next(1, 50 * attempt));
            }
            catch (Exception e) when (Cause(e) is { } cause && IsOutage(cause))
            {
                throw new DatabaseUnavailableException($"The database was lost while it was migrated: {e.Message}", e);
            }
        }
    }

    async Task MigrateOnce(Func<Statements, Task> work)
    {
        await using var connection = await Connect();
        await using var transaction = await connection.BeginTransactionAsync();
        var statements = new Statements(connection);
        await statements.Execute("SELECT pg_advisory_xact_lock(@MigrationLock)", new { MigrationLock });
        await work(statements);
        await transaction.CommitAsync();
    }

    /// <summary>
    /// Holds a lock for as long as its connection lives, so that an instance that is killed leaves none behind. The connection
    /// is none of the pool's, for which the work itself may have to wait.
    /// </summary>
    public async Task<T> RunAlone<T>(string name, Func<Task<T>> work, Func<Task<T>> otherwise)
    {
        await using var connection = new NpgsqlConnection(_unpooled);
        bool alone;
        try
        {
            await connection.OpenAsync();
            alone = await new Statements(connection).Get<bool>(LockFor, new { name });
        }
        catch (Exception e) when (e is SocketException || (e is NpgsqlException cause && IsOutage(cause)))
        {
            throw new DatabaseUnavailableException(e.Message, e);
        }
        if (!alone)
            return await otherwise();
        try
        {
            return await work();
        }
        finally
        {
            await Unlock(connection, name);
        }
    }

    /// <summary>
    /// The server notices that a connection is closed only some moments later: whoever was answered and asks the same again at
    /// once, or was refused and asks something else, would find the name still taken.
    /// </summary>
    static async Task Unlock(NpgsqlConnection connection, string name)
    {
        try
        {
            await connection.ExecuteAsync(
                new CommandDefinition(UnlockFor, new { name }, commandTimeout: LongestUnlock)
            );
        }
        catch (Exception e) when (e is NpgsqlException or InvalidOperationException)
        {
            // The connection is lost, and the lock goes with it.
        }
    }

    public ValueTask DisposeAsync() => _source.DisposeAsync();

    /// <summary>
    /// Serialization failure, deadlock, or two who have looked, found nothing, and written the same key: the next row of an
    /// audit chain, a guest's phone. Each can be run again from the start, and then finds what the other did. Where it is no
    /// race but a bug, every run fails alike.
    /// </summary>
    static bool IsLostRace(PostgresException e) =>
        e.SqlState
            is PostgresErrorCodes.SerializationFailure
                or PostgresErrorCodes.DeadlockDetected
                or PostgresErrorCodes.UniqueViolation;

    /// <summary>
    /// "Cached plan must not change result type": the next release has just added a column to a table of which a
    /// prepared statement takes all. Nothing was done, and prepared anew it works.
    /// </summary>
    static bool IsOldPlan(PostgresException e) =>
        e is { SqlState: PostgresErrorCodes.FeatureNotSupported, Routine: "RevalidateCachedQuery" };

    /// <summary>What went wrong with the database; a connection that is lost in the middle of a row comes wrapped by Dapper.</summary>
    internal static NpgsqlException? Cause(Exception e) =>
        e as NpgsqlException ?? (e as DataException)?.InnerException as NpgsqlException;

    internal static bool IsOutage(NpgsqlException e) =>
        e is not PostgresException
        || e is PostgresException { SqlState: var state }
            && (state.StartsWith("08") || state.StartsWith("53") || state.StartsWith("57P"));

    sealed class WholeTransaction(NpgsqlConnection connection, NpgsqlTransaction begun, Deferred deferred)
        : Transaction(new Statements(connection, deferred)),
            IAsyncDisposable
    {
        NpgsqlTransaction _transaction = begun;

        public async Task Commit()
        {
            if (!await deferred.SendAndCommit())
                await _transaction.CommitAsync();
        }

        public override async Task Undo()
        {
            deferred.Forget();
            await _transaction.DisposeAsync();
            if (connection.State is not ConnectionState.Open)
                throw new NpgsqlException("The connection was lost before the work could be taken back.");
            _transaction = await connection.BeginTransactionAsync();
        }

        public ValueTask DisposeAsync() => _transaction.DisposeAsync();
    }
}
