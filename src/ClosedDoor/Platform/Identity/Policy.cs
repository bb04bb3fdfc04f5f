using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace ClosedDoor.Platform.Identity;

/// <summary>Who may call an endpoint. Whose objects a caller may see is the use case's own question.</summary>
public static class Policy
{
    /// <summary>Whoever is somebody, even if only to learn who.</summary>
    public const string Known = "known";

    /// <summary>A company's member, or who may read of all companies (<see cref="Standing.IsOrganizer"/>): no guest, delegate or device.</summary>
    public const string SignedIn = "signed-in";

    /// <summary>A person's sign-in, not an API key.</summary>
    public const string Account = "account";

    /// <summary>Who may read of all companies, whatever else: to look. To change something takes a permission, such as <see cref="Organize"/>.</summary>
    public const string Organizer = "organizer";

    /// <summary>A company's member, or who has <see cref="Organize"/>: to change what is a company's.</summary>
    public const string CompanyOrOrganize = "company-or-organize";
    public const string Owner = "owner";

    /// <summary>Who may run sessions: the permission, which not every <see cref="Organizer"/> has.</summary>
    public const string Organize = "organize";
    public const string Review = "review";
    public const string Finance = "finance";

    /// <summary>Who looks after the door: a person. A key that hangs where guests pass pairs no further devices.</summary>
    public const string Door = "door";

    /// <summary>A paired device at the door.</summary>
    public const string Device = "device";

    /// <summary>A guest, by the link of an invitation.</summary>
    public const string Invited = "invited";

    public const string InvitedOrOrganizer = "invited-or-organizer";

    /// <summary>Whoever may be in a meeting, and who may read of all of them.</summary>
    public const string MeetsOrOrganizer = "meets-or-organizer";

    /// <summary>Whoever may be in a meeting, and who runs sessions: an organizer's word on who came decides about money.</summary>
    public const string MeetsOrOrganizes = "meets-or-organizes";

    /// <summary>A delegate, by a link of his or her own.</summary>
    public const string DelegateByLink = "delegate-by-link";

    public static void AddPolicies(this IServiceCollection services)
    {
        services
            .AddAuthentication(TokenAuthentication.Name)
            .AddScheme<AuthenticationSchemeOptions, TokenAuthentication>(TokenAuthentication.Name, null);
        services
            .AddAuthorizationBuilder()
            .AddPolicy(Known, standing => standing.Kind is not CallerKind.Anonymous)
            .AddPolicy(SignedIn, standing => standing.CompanyId is not null || standing.IsOrganizer)
            .AddPolicy(Account, standing => standing.SignInId is not null)
            .AddPolicy(Organizer, standing => standing.IsOrganizer)
            .AddPolicy(
                CompanyOrOrganize,
                standing => standing.CompanyId is not null || Holds(standing, Permission.Organize)
            )
            .AddPolicy(Owner, standing => Holds(standing, Permission.Owner))
            .AddPolicy(Organize, standing => Holds(standing, Permission.Organize))
            .AddPolicy(Review, standing => Holds(standing, Permission.Review))
            .AddPolicy(Door, standing => standing.Kind is CallerKind.Organizer && standing.May(Permission.Door))
            .AddPolicy(Device, standing => standing.Kind is CallerKind.Device)
            .AddPolicy(Finance, standing => Holds(standing, Permission.Finance))
            .AddPolicy(Invited, standing => standing.Link is { Purpose: LinkPurpose.Invitation })
            .AddPolicy(
                InvitedOrOrganizer,
                standing => standing.IsOrganizer || standing.Link is { Purpose: LinkPurpose.Invitation }
            )
            .AddPolicy(MeetsOrOrganizer, standing => Meets(standing) || standing.IsOrganizer)
            .AddPolicy(MeetsOrOrganizes, standing => Meets(standing) || Holds(standing, Permission.Organize))
            .AddPolicy(DelegateByLink, standing => standing.Link is { Purpose: LinkPurpose.Delegate });
    }

    static bool Meets(Standing standing) =>
        standing.CompanyId is not null || standing.Link is { Purpose: LinkPurpose.Invitation };

    static bool Holds(Standing standing, Permission needed) => standing.IsOrganizer && standing.May(needed);

    static AuthorizationBuilder AddPolicy(
        this AuthorizationBuilder builder,
        string name,
        Func<Standing, bool> allows
    ) =>
        builder.AddPolicy(
            name,
            policy =>
                policy
                    .RequireAuthenticatedUser()
                    .RequireAssertion(context => allows(TokenAuthentication.StandingOf(context.User)))
        );
}
