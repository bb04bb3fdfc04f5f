using NUnit.Framework;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace ClosedDoor.Tests.Given;

enum Engine
{
    Sqlite,
    Postgres,
}

/// <summary>A test of what one engine alone has. On the other it is skipped for all to see, with the reason.</summary>
[AttributeUsage(AttributeTargets.Method | AttributeTargets.Class)]
sealed class OnAttribute(Engine engine, string reason) : NUnitAttribute, IApplyToTest
{
    public Engine Engine => engine;

    public string Reason => reason;

    public void ApplyToTest(Test test)
    {
        if (test.RunState != RunState.Runnable || engine == Engine.Postgres == TestDatabase.IsPostgres)
            return;
        test.RunState = RunState.Ignored;
        test.Properties.Set(
            PropertyNames.SkipReason,
            $"Only on {(engine is Engine.Postgres ? "PostgreSQL" : "SQLite")}: {reason}"
        );
    }
}
