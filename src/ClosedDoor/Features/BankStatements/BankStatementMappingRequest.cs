using ClosedDoor.Domain;

namespace ClosedDoor.Features.BankStatements;

/// <summary>A bank's headers under a name, as finance sends them to be saved.</summary>
public sealed record BankStatementMappingRequest(string? Name, BankStatementColumns? Columns)
{
    internal static readonly BankStatementMappingRequest Example = new(
        "示例银行网银导出",
        new(
            ["交易日"],
            ["贷方发生额"],
            ["对方单位"],
            ["对方账号"],
            ["附言"],
            ["流水号"],
            ["借贷标志"],
            ["本方账号"],
            ["余额"]
        )
    );

    /// <summary>What it says, when nothing is noted in <paramref name="errors"/>.</summary>
    internal (string Name, BankStatementColumns Columns) Checked(FieldErrors errors)
    {
        var name = errors.Text("name", Name, 60);
        if (Columns is null)
            errors.Missing("columns");
        else
            Columns.Check(errors);
        return (name, Columns ?? BankStatementColumns.Usual);
    }

    internal static Refusal NameTaken
    {
        get
        {
            var errors = new FieldErrors();
            errors.Add("name", "该名称已被使用。", "This name is taken.");
            return errors.Refusal!;
        }
    }
}
