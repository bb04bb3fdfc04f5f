namespace ClosedDoor.Platform.Identity;

/// <summary>What a personal link is for. A link for one purpose opens nothing of another.</summary>
public enum LinkPurpose
{
    /// <summary>A guest answers an invitation.</summary>
    Invitation,

    /// <summary>A delegate accepts what a company's people must accept before they come.</summary>
    Delegate,
}

/// <summary>A link that signs its bearer in for one thing.</summary>
/// <param name="SubjectId">The one thing: an invitation, a delegate.</param>
public sealed record PersonalLink(string Id, LinkPurpose Purpose, string SubjectId);
