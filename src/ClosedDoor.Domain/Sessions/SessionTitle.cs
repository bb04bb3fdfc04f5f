namespace ClosedDoor.Domain;

/// <summary>
/// What may be amiss with a session's title. Since 2023 the rules for forums 论坛 forbid such names without approval;
/// whether it was given, a person knows and the software does not, so these are warnings.
/// </summary>
public static class SessionTitle
{
    static readonly string[] Delicate = ["中国", "全国", "国际", "峰会", "高端", "高峰"];

    /// <summary>One warning for each delicate word in the title, in a fixed order; empty when there is none.</summary>
    public static IReadOnlyList<Text> Warnings(string title) =>
        [
            .. Delicate
                .Where(word => title.Contains(word, StringComparison.Ordinal))
                .Select(word => new Text(
                    $"名称含“{word}”：论坛活动未经批准不得使用此类字样，请确认已获批准或改名。",
                    $"The title contains \"{word}\": a forum may use such a word only with approval. Confirm it or choose another title."
                )),
        ];
}
