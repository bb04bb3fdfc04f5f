using System.Diagnostics.CodeAnalysis;
using NUnit.Framework;

namespace ClosedDoor.Tests;

/// <summary>What a test needs and the machine lacks.</summary>
static class NotTried
{
    /// <summary>Skips the test visibly, and fails it in CI, which has everything.</summary>
    /// <param name="missing">What is missing, and how one gets it.</param>
    [DoesNotReturn]
    public static void For(string missing)
    {
        if (Environment.GetEnvironmentVariable("CI") == "true")
            throw new AssertionException(missing);
        throw new IgnoreException(missing);
    }
}
