using System.Reflection;
using SQLitePCL;

namespace ClosedDoor.Platform.Data;

/// <summary>
/// How a statement's rows are read into <typeparamref name="T"/>: one value from the first column, or a record whose
/// properties or constructor parameters are named like the columns (snake_case is camelCase there).
/// </summary>
abstract class RowPlan<T>
{
    public abstract T Read(sqlite3_stmt statement);

    public static RowPlan<T> Of(sqlite3_stmt statement) =>
        SqliteValues.Has(typeof(T)) ? new Single()
        : typeof(T).GetConstructor(Type.EmptyTypes) is not null ? new Record(statement)
        : new Positional(statement);

    static string NameOf(sqlite3_stmt statement, int column) =>
        raw.sqlite3_column_name(statement, column).utf8_to_string().Replace("_", "", StringComparison.Ordinal);

    sealed class Single : RowPlan<T>
    {
        public override T Read(sqlite3_stmt statement) => SqliteValues.Of<T>.Read(statement, 0);
    }

    sealed class Record : RowPlan<T>
    {
        static readonly Func<T> New = () => Activator.CreateInstance<T>();

        readonly List<Column> _columns = [];

        public Record(sqlite3_stmt statement)
        {
            for (var i = 0; i < raw.sqlite3_column_count(statement); i++)
            {
                var property = typeof(T).GetProperty(
                    NameOf(statement, i),
                    BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase
                );
                if (property?.SetMethod is { } set)
                    _columns.Add(
                        (Column)
                            Activator.CreateInstance(
                                typeof(Column<>).MakeGenericType(typeof(T), property.PropertyType),
                                i,
                                set
                            )!
                    );
            }
        }

        public override T Read(sqlite3_stmt statement)
        {
            var row = New();
            foreach (var column in _columns)
                column.Read(statement, row);
            return row;
        }
    }

    abstract class Column
    {
        public abstract void Read(sqlite3_stmt statement, T row);
    }

    sealed class Column<TValue>(int index, MethodInfo set) : Column
    {
        readonly Action<T, TValue> _set = set.CreateDelegate<Action<T, TValue>>();

        // A property keeps what it was made with where there is nothing.
        public override void Read(sqlite3_stmt statement, T row)
        {
            if (raw.sqlite3_column_type(statement, index) != raw.SQLITE_NULL)
                _set(row, SqliteValues.Of<TValue>.Read(statement, index));
        }
    }

    /// <summary>Rows of the few queries that are read into a constructor: not worth more than reflection.</summary>
    sealed class Positional : RowPlan<T>
    {
        readonly ConstructorInfo _new;
        readonly (int Column, SqliteValues.Reader<object?> Read)[] _columns;

        public Positional(sqlite3_stmt statement)
        {
            var names = Enumerable
                .Range(0, raw.sqlite3_column_count(statement))
                .Select(column => NameOf(statement, column))
                .ToList();
            _new = typeof(T).GetConstructors(BindingFlags.Public | BindingFlags.Instance)[0];
            _columns =
            [
                .. _new.GetParameters()
                    .Select(parameter =>
                        (
                            names.FindIndex(name => name.Equals(parameter.Name, StringComparison.OrdinalIgnoreCase))
                                is >= 0
                                    and var column
                                ? column
                                : throw new InvalidOperationException($"No column for {parameter.Name}."),
                            SqliteValues.ReaderOf(parameter.ParameterType)
                        )
                    ),
            ];
        }

        public override T Read(sqlite3_stmt statement) =>
            (T)_new.Invoke([.. _columns.Select(column => column.Read(statement, column.Column))]);
    }
}
