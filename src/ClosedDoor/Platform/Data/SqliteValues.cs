using System.Text;
using NodaTime;
using NodaTime.Text;
using SQLitePCL;

namespace ClosedDoor.Platform.Data;

/// <summary>The types that stand in SQLite's columns, and how: the same as <see cref="ColumnTypes"/> has them for PostgreSQL.</summary>
static class SqliteValues
{
    public delegate void Binder<in T>(sqlite3_stmt statement, int index, T value);

    public delegate T Reader<out T>(sqlite3_stmt statement, int column);

    sealed record Form<T>(Binder<T> Bind, Reader<T> Read);

    static readonly Dictionary<Type, object> Forms = [];

    static SqliteValues()
    {
        Define(BindText, ReadText);
        Define<byte[]?>(
            BindBytes,
            (statement, column) =>
                IsNull(statement, column) ? null : raw.sqlite3_column_blob(statement, column).ToArray()
        );
        DefineValue<long>(
            (statement, index, value) => raw.sqlite3_bind_int64(statement, index, value),
            raw.sqlite3_column_int64
        );
        DefineValue<int>(
            (statement, index, value) => raw.sqlite3_bind_int(statement, index, value),
            raw.sqlite3_column_int
        );
        DefineValue<double>(
            (statement, index, value) => raw.sqlite3_bind_double(statement, index, value),
            raw.sqlite3_column_double
        );
        DefineValue<Instant>(
            (statement, index, value) => raw.sqlite3_bind_int64(statement, index, value.ToUnixTimeMilliseconds()),
            (statement, column) => Instant.FromUnixTimeMilliseconds(raw.sqlite3_column_int64(statement, column))
        );
        DefineValue<LocalDate>(
            (statement, index, value) => BindText(statement, index, LocalDatePattern.Iso.Format(value)),
            (statement, column) => LocalDatePattern.Iso.Parse(ReadText(statement, column)!).Value
        );
        DefineValue<LocalTime>(
            (statement, index, value) => BindText(statement, index, ColumnTypes.Time.Format(value)),
            (statement, column) => ColumnTypes.Time.Parse(ReadText(statement, column)!).Value
        );
    }

    public static bool Has(Type type) => Forms.ContainsKey(type);

    /// <summary>The form of a type that is known only at run time.</summary>
    public static Reader<object?> ReaderOf(Type type) =>
        (Reader<object?>)
            typeof(SqliteValues)
                .GetMethod(
                    nameof(Boxed),
                    System.Reflection.BindingFlags.NonPublic | System.Reflection.BindingFlags.Static
                )!
                .MakeGenericMethod(type)
                .Invoke(null, null)!;

    static Reader<object?> Boxed<T>() => (statement, column) => Of<T>.Read(statement, column);

    public static class Of<T>
    {
        static readonly Form<T> Form = Forms.TryGetValue(typeof(T), out var form)
            ? (Form<T>)form
            : throw new InvalidOperationException($"No column holds a {typeof(T)}.");

        public static readonly Binder<T> Bind = Form.Bind;
        public static readonly Reader<T> Read = Form.Read;
    }

    static void Define<T>(Binder<T> bind, Reader<T> read) => Forms[typeof(T)] = new Form<T>(bind, read);

    /// <summary>A value and its nullable form. Where a column is NULL, a plain value is its default.</summary>
    static void DefineValue<T>(Binder<T> bind, Reader<T> read)
        where T : struct
    {
        Define<T>(bind, (statement, column) => IsNull(statement, column) ? default : read(statement, column));
        Define<T?>(
            (statement, index, value) =>
            {
                if (value is { } some)
                    bind(statement, index, some);
                else
                    raw.sqlite3_bind_null(statement, index);
            },
            (statement, column) => IsNull(statement, column) ? null : read(statement, column)
        );
    }

    static bool IsNull(sqlite3_stmt statement, int column) =>
        raw.sqlite3_column_type(statement, column) == raw.SQLITE_NULL;

    static string? ReadText(sqlite3_stmt statement, int column) =>
        raw.sqlite3_column_text(statement, column).utf8_to_string();

    static void BindText(sqlite3_stmt statement, int index, string? value)
    {
        if (value is null)
        {
            raw.sqlite3_bind_null(statement, index);
            return;
        }
        // Short texts, which ids and words are, need no array of their own on their way.
        Span<byte> utf8 = stackalloc byte[512];
        if (Encoding.UTF8.TryGetBytes(value, utf8, out var length) && length > 0)
            raw.sqlite3_bind_text(statement, index, utf8[..length]);
        else
            raw.sqlite3_bind_text(statement, index, value);
    }

    static void BindBytes(sqlite3_stmt statement, int index, byte[]? value)
    {
        if (value is null)
            raw.sqlite3_bind_null(statement, index);
        else if (value.Length == 0)
            raw.sqlite3_bind_zeroblob(statement, index, 0);
        else
            raw.sqlite3_bind_blob(statement, index, value);
    }
}
