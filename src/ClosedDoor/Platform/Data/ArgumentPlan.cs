using System.Reflection;
using SQLitePCL;

namespace ClosedDoor.Platform.Data;

/// <summary>How the properties of one type of arguments are bound to a statement's parameters.</summary>
abstract class ArgumentPlan
{
    /// <exception cref="InvalidOperationException">A parameter has no property of its name, or of a type that no column holds.</exception>
    public static ArgumentPlan Of(sqlite3_stmt statement, int parameters, Type arguments)
    {
        var plan = (ArgumentPlan)Activator.CreateInstance(typeof(ArgumentPlan<>).MakeGenericType(arguments))!;
        for (var index = 1; index <= parameters; index++)
        {
            var name = raw.sqlite3_bind_parameter_name(statement, index).utf8_to_string()[1..];
            plan.Add(index, PropertyFor(name, arguments));
        }
        return plan;
    }

    /// <summary>The argument of a parameter: by its name, in whatever case where there is none in the same.</summary>
    /// <exception cref="InvalidOperationException">There is none.</exception>
    public static PropertyInfo PropertyFor(string parameter, Type? arguments) =>
        arguments?.GetProperty(parameter)
        ?? arguments?.GetProperty(parameter, BindingFlags.Public | BindingFlags.Instance | BindingFlags.IgnoreCase)
        ?? throw new InvalidOperationException($"Parameter @{parameter} has no argument.");

    public abstract void Bind(sqlite3_stmt statement, object args);

    protected abstract void Add(int index, PropertyInfo property);
}

sealed class ArgumentPlan<TArguments> : ArgumentPlan
{
    readonly List<Parameter> _parameters = [];

    public override void Bind(sqlite3_stmt statement, object args)
    {
        var typed = (TArguments)args;
        foreach (var parameter in _parameters)
            parameter.Bind(statement, typed);
    }

    protected override void Add(int index, PropertyInfo property) =>
        _parameters.Add(
            (Parameter)
                Activator.CreateInstance(
                    typeof(Parameter<>).MakeGenericType(typeof(TArguments), property.PropertyType),
                    index,
                    property
                )!
        );

    abstract class Parameter
    {
        public abstract void Bind(sqlite3_stmt statement, TArguments args);
    }

    sealed class Parameter<TValue>(int index, PropertyInfo property) : Parameter
    {
        readonly Func<TArguments, TValue> _get = property.GetMethod!.CreateDelegate<Func<TArguments, TValue>>();

        public override void Bind(sqlite3_stmt statement, TArguments args) =>
            SqliteValues.Of<TValue>.Bind(statement, index, _get(args));
    }
}
