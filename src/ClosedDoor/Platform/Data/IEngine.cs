namespace ClosedDoor.Platform.Data;

/// <summary>What differs between SQLite and PostgreSQL. Everything above <see cref="Database"/> is the same for both.</summary>
interface IEngine : IAsyncDisposable
{
    Task<T> Read<T>(Func<Statements, Task<T>> work);

    /// <summary>
    /// Runs <paramref name="work"/> in a transaction, and answers once it is durable. An exception rolls back this
    /// work alone. It may run more than once, so it changes nothing but the database.
    /// </summary>
    Task<T> Write<T>(Func<Transaction, Task<T>> work);

    /// <summary>A migration as this engine is to run it: in it may stand, as a comment to all others, how one stores a table.</summary>
    string WithItsOwn(string migration) => migration;

    /// <summary>Runs <paramref name="work"/> while no other process migrates.</summary>
    Task Migrate(Func<Statements, Task> work);

    /// <summary>
    /// Runs what has several transactions, or else <paramref name="otherwise"/>, while another instance on this database runs
    /// something by the same name. SQLite's has no other.
    /// </summary>
    Task<T> RunAlone<T>(string name, Func<Task<T>> work, Func<Task<T>> otherwise) => work();

    Turns Turns { get; }

    /// <summary>A number that is another one after every commit; null where there is none to be had cheaply.</summary>
    long? Version { get; }
}

/// <summary>Statements inside one unit of work that commits or rolls back as a whole.</summary>
abstract class Transaction : Statements
{
    protected Transaction(Statements statements)
        : base(statements) { }

    /// <summary>Takes back everything since the start; the work may then go on, for example to note the refusal.</summary>
    public abstract Task Undo();
}

/// <summary>The database cannot be written or reached just now: full disk, lost connection, locked file.</summary>
public sealed class DatabaseUnavailableException(string message, Exception inner) : Exception(message, inner);
