namespace ClosedDoor.Platform.Identity;

/// <summary>What a personal link is for. A link for one purpose opens nothing of another.</summary>
public enum LinkPurpose
{
    /// <summary>A guest answers an invitation.</summary>
    Invitation,

    /// <summary>A delegate accepts what a company's people must accept before they come.</summary>
    Delegate,
}

/// <summary>Whom letters go to that carry a link for one purpose.</summary>
/// <param name="Address">
/// A SELECT of the e-mail address that <c>@subjectId</c>'s letters go to, '' where there is none, from the row that a correction
/// of it writes: that is locked.
/// </param>
public sealed record LinkAddressee(LinkPurpose Purpose, string Address);

/// <summary>A link that signs its bearer in for one thing.</summary>
/// <param name="SubjectId">The one thing: an invitation, a delegate.</param>
public sealed record PersonalLink(string Id, LinkPurpose Purpose, string SubjectId);
