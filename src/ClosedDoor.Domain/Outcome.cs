using System.Diagnostics.CodeAnalysis;

namespace ClosedDoor.Domain;

/// <summary>Either the value that was asked for, or the <see cref="Domain.Refusal"/> that says why there is none.</summary>
public readonly struct Outcome<T>
{
    readonly T? _value;

    Outcome(T? value, Refusal? refusal) => (_value, Refusal) = (value, refusal);

    /// <summary>Why not; null when there is a value.</summary>
    public Refusal? Refusal { get; }

    /// <exception cref="InvalidOperationException">The outcome is a refusal: reading its value is a bug.</exception>
    public T Value =>
        Refusal is null ? _value! : throw new InvalidOperationException($"No value: refused with {Refusal.Code}.");

    public bool Refused([NotNullWhen(true)] out Refusal? refusal) => (refusal = Refusal) is not null;

    public Outcome<TNext> Then<TNext>(Func<T, Outcome<TNext>> next) => Refusal is { } no ? no : next(_value!);

    public static implicit operator Outcome<T>(T value) => new(value, null);

    public static implicit operator Outcome<T>(Refusal refusal) => new(default, refusal);
}
