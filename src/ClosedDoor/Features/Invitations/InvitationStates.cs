using ClosedDoor.Domain;

namespace ClosedDoor.Features.Invitations;

/// <summary>
/// The rules of <see cref="GuestGate.CheckCounts"/> as SQL conditions, for where guests are counted or kept for the count
/// and none is read. A test compares the two over every guest.
/// </summary>
static class InvitationStates
{
    /// <summary>The guest's post is 主任级 or above.</summary>
    public static readonly string HoldsDirectorPost = OneOf(
        "guest.post",
        Enum.GetValues<Post>().Where(post => GuestGate.IsDirector(post)).Select(post => post.Word())
    );

    // Of an IN list with more than two words SQLite builds a table anew at every run.
    static string OneOf(string column, IEnumerable<string> words) =>
        $"({string.Join(" OR ", words.Select(word => $"{column} = '{word}'"))})";
}
