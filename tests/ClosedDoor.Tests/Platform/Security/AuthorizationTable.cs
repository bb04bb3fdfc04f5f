using System.Text;

namespace ClosedDoor.Tests.Platform.Security;

/// <summary>Who got what from which endpoint, as a table in Markdown for people who review it.</summary>
static class AuthorizationTable
{
    /// <param name="file">Its folder is made where there is none.</param>
    /// <param name="callers">The columns.</param>
    /// <param name="answers">In the order of the callers.</param>
    public static void Write(string file, string[] callers, IReadOnlyDictionary<Row, string[]> answers)
    {
        var text = new StringBuilder(
            """
            # Who gets what from which endpoint

            As the service answered. **Bold**: let in, whatever became of the request, which is mostly one that is refused
            for what it says (412, 422), so that it changes nothing for the next caller. 401: nobody is known; 403: not for
            this kind of caller; 404: not for this company or guest, which is not to know that it exists. What a path names is
            `own`'s where a company has it, and `other` is another company. `look` is an organizer without a permission, the
            next five have the one that names them, `key` has organize, review and finance, `door key` door; `guest` and `delegate` call by
            their links, and `device` is paired with the session's door.


            """
        );
        text.Append(
            $"| endpoint | {string.Join(" | ", callers)} |\n|{string.Concat(callers.Select(_ => "---|"))}---|\n"
        );
        foreach (var row in AuthorizationMatrix.Rows.Where(answers.ContainsKey))
            text.Append($"| `{row.Operation}` | {string.Join(" | ", answers[row])} |\n");
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(file))!);
        File.WriteAllText(file, text.ToString());
    }
}
